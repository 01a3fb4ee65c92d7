"""What a quota may state."""

import re
from typing import Any

import pytest

from scenarios.errors import ScenarioError
from scenarios.library import SCENARIOS
from scenarios.quota import Quota, checked

USUAL: dict[str, Any] = {
    **{"name": "gifts", "owner": "board", "measure": "cost", "scenarios": None, "channels": None, "city": None, "county": None},
    **{"least": None, "most": 100},
}


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"most": None}, "it has no least and no most"),
        ({"least": 101}, "least 101 is more than most 100"),
        ({"most": -1}, "most is -1; expected 0 or more"),
        ({"channels": ("smss",)}, "smss"),
        ({"scenarios": ()}, "scenarios is empty; write None for all"),
        ({"owner": " "}, "owner is empty"),
        ({"measure": "yuan"}, "measure"),
        ({"most": "many"}, "most"),
    ],
)
def test_a_quota_that_bounds_nothing_or_what_is_not_there_is_refused(changed: dict[str, Any], fault: str) -> None:
    with pytest.raises(ScenarioError, match=re.escape(fault)):
        Quota(**USUAL | changed)


def test_two_quotas_of_one_name_and_one_of_an_unknown_scenario_are_refused() -> None:
    one, other = Quota(**USUAL), Quota(**USUAL | {"scenarios": ("c99_nothing",)})
    with pytest.raises(ScenarioError, match=r"(?s)quota gifts is declared twice.*c99_nothing"):
        checked([one, other], SCENARIOS)
    assert [quota.name for quota in checked([Quota(**USUAL), Quota(**USUAL | {"name": "a"})], SCENARIOS)] == ["a", "gifts"]


def test_a_least_that_the_most_of_a_wider_quota_forbids_is_refused_and_others_are_not() -> None:
    wide = Quota(**USUAL | {"name": "wide", "measure": "contacts", "scenarios": None, "least": None, "most": 10})
    narrow = {"name": "narrow", "measure": "contacts", "scenarios": None, "city": "9901", "channels": ("sms",), "least": 11, "most": None}
    fault = "quota narrow: least 11 is more than the most 10 of quota wide, which counts all that it counts"
    with pytest.raises(ScenarioError, match=fault):
        checked([wide, Quota(**USUAL | narrow)], SCENARIOS)
    for other in ({"least": 10}, {"measure": "sales"}):
        assert len(checked([wide, Quota(**USUAL | narrow | other)], SCENARIOS)) == 2
    elsewhere = Quota(**USUAL | {**narrow, "name": "elsewhere", "city": "9902", "least": None, "most": 1})
    assert len(checked([elsewhere, Quota(**USUAL | narrow)], SCENARIOS)) == 2
