from dataclasses import replace
from datetime import date

import pytest

from features.wiki.advice import Retired
from features.wiki.states import Evidence, state_of

USED = ("scenario c10_data_without_plan",)
PROOF = Evidence(response_low_ppm=1, psi_thousandths=249, coverage_per_mille=10)
RETIRED = Retired("a", date(2026, 6, 30), "nobody uses it")


@pytest.mark.parametrize(
    ("raters", "score", "state"), [(0, None, "draft"), (3, None, "draft"), (2, 900, "draft"), (3, 499, "draft"), (3, 500, "rated")]
)
def test_a_tag_is_rated_with_three_raters_and_half_of_the_points(raters: int, score: int | None, state: str) -> None:
    assert state_of(raters, score)[0] == state


def test_a_tag_that_a_live_scenario_or_a_model_uses_is_in_trial_whatever_its_score() -> None:
    assert state_of(0, None, USED) == ("trial", "used by scenario c10_data_without_plan")
    assert state_of(3, 900, USED)[0] == "trial"


@pytest.mark.parametrize(
    ("evidence", "state"),
    [
        (PROOF, "proven"),
        (replace(PROOF, response_low_ppm=0), "trial"),
        (replace(PROOF, psi_thousandths=250), "trial"),
        (replace(PROOF, coverage_per_mille=9), "trial"),
        (None, "trial"),
    ],
)
def test_a_used_tag_is_proven_by_response_stability_and_coverage_together(evidence: Evidence | None, state: str) -> None:
    assert state_of(0, None, USED, evidence)[0] == state


def test_evidence_alone_does_not_prove_a_tag_that_nobody_uses() -> None:
    assert state_of(3, 800, (), PROOF)[0] == "rated"


def test_a_retired_tag_is_retired_whatever_else_is_known() -> None:
    assert state_of(3, 900, USED, PROOF, RETIRED) == ("retired", "nobody uses it; last date 2026-06-30")


def test_the_reason_of_a_draft_says_what_it_lacks() -> None:
    assert state_of(2, None)[1] == "2 raters, and 3 make it rated; score unknown, and rated from 500"
