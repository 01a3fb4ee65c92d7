"""What an edit of a scenario changes is told by deciding a real night again."""

from dataclasses import replace
from pathlib import Path

import pytest

from jobs.edited import NOT_MEANT, edit
from scenarios.library.c11_idle_data_without_pack import SCENARIO as C11
from tests.night.homes import NIGHT, runner_of


def test_an_unchanged_scenario_changes_nothing_and_a_narrower_audience_lets_its_members_go(
    after_night: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = runner_of(after_night).lake
    same = edit(lake, C11.name, NIGHT)
    assert [(step.step, step.enter, step.leave, step.other_offer, step.other_channel) for step in same.steps] == [("wave1", 0, 0, 0, 0)]
    assert same.steps[0].listed[0] == same.steps[0].listed[1] > 0
    assert (same.steps[0].reasons, same.others) == ({}, {})
    half = f"({C11.customers.audience}) AND subscriber_id < '8'"
    draft = replace(C11, state="draft", customers=replace(C11.customers, audience=half))
    monkeypatch.setattr("jobs.edited.SCENARIOS", [draft])
    (change,) = edit(lake, C11.name, NIGHT).steps
    assert change.went_to[NOT_MEANT] > 0
    assert 0 < change.audience[1] < change.audience[0]
