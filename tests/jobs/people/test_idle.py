"""Why a scenario decided about nobody on a night."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from expectations.tables.ops import OPS_RUN
from expectations.tables.rpt_funnel import RPT_FUNNEL
from jobs.people.idle import causes
from jobs.runtime.lake import Lake
from jobs.runtime.settings import settings
from scenarios.library import SCENARIOS

# Channels import the lists of this night on the 5th.
ON = date(2026, 3, 4)
BY_NAME = {scenario.name.split("_")[0]: scenario for scenario in SCENARIOS}
C10 = "c10_data_without_plan"
BILLS = "c10_data_without_plan wave1 waits for bills: of 300 subscribers who get a bill of 2026-02, 12 have one"
TAG = "the tags of billing are missing tonight"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(settings({"CHUDIAN_HOME": f"{tmp_path}"}))


def ran(lake: Lake, job: str, *warnings: str, error: str | None = None, hour: int = 1) -> None:
    run: dict[str, Any] = {"run_id": f"{job}{hour}", "job": job, "business_date": ON, "from_date": ON, "seconds": 1.0}
    run |= {"started_at": datetime(2026, 3, 5, hour, tzinfo=UTC), "state": "failed" if error else "done", "error": error}
    lake.records.append(OPS_RUN, [run | {"warnings": list(warnings)}])


def decided(lake: Lake, step: str, night: date) -> None:
    row = {"scenario": C10, "step": step, "stage": "listed", "reasons": [], "rows": 1}
    lake.records.append(RPT_FUNNEL, [row | {"business_date": night}])


def test_what_the_newest_run_of_the_night_recorded_about_the_scenario_is_the_cause(lake: Lake) -> None:
    ran(lake, "check_decisions", "c10_data_without_plan wave1 waits for bills: of 300 subscribers, none has one", hour=1)
    ran(lake, "check_decisions", BILLS, "c11_idle_data_without_pack wave1 waits for bills: of 300", hour=2)
    ran(lake, "publish_lists", f"{C10} wave1 has far more rows than the night before")
    refused = f"Scenarios:\n  - {C10}: product dp010 has no tariff\n  To mend it: deliver the catalogue."
    ran(lake, "check_scenarios", f"scenario {C10} waits: {TAG}", f"scenario {C10} runs without an approval: nobody", error=refused)
    assert causes(lake, BY_NAME["c10"], ON) == [
        f"The night recorded: {BILLS}.",
        f"The night recorded: {C10}: product dp010 has no tariff.",
        f"The night recorded: scenario {C10} waits: {TAG}.",
    ]


def test_a_scenario_that_nobody_approved_waits_where_the_home_asks_for_approvals(tmp_path: Path) -> None:
    lake = Lake(settings({"CHUDIAN_HOME": f"{tmp_path}", "CHUDIAN_UNAPPROVED": "wait"}))
    (cause,) = causes(lake, BY_NAME["c10"], ON)
    assert cause.startswith("It waits for an approval: nobody approved it; marketing-board approves it with chudian approve")


@pytest.mark.parametrize(
    ("night", "before", "first"),
    [
        (date(2026, 3, 1), {}, "Step wave1 is imported from day 5 of a month; these lists are imported on 2026-03-02."),
        (date(2026, 3, 6), {"wave1": ON}, "Step wave1 is decided once a month, and the night of 2026-03-04 decided it."),
        (ON, {}, "Step wave1 was due, but nobody in the audience met its condition."),
        (date(2025, 12, 4), {}, "It runs in state pilot or live, from 2026-01-01 to 2026-12-31. Its state is live, and these lists"),
    ],
    ids=["not the day", "decided", "nobody", "not valid"],
)
def test_a_wave_whose_day_it_is_not_says_which_day_it_waits_for(lake: Lake, night: date, before: dict[str, date], first: str) -> None:
    for step, on in before.items():
        decided(lake, step, on)
    assert causes(lake, BY_NAME["c10"], night)[0].startswith(first)


def test_a_step_that_follows_another_waits_for_it(lake: Lake) -> None:
    assert causes(lake, BY_NAME["c10"], ON)[1] == (
        "Step wave2 is for those of step wave1 who did not take it up 未办理, and no night before decided wave1."
    )
    decided(lake, "wave1", ON)
    assert causes(lake, BY_NAME["c10"], date(2026, 3, 6))[1] == (
        "Step wave2 is imported from day 10 of a month; these lists are imported on 2026-03-07."
    )


def test_a_step_of_an_event_is_due_every_night(lake: Lake) -> None:
    assert causes(lake, BY_NAME["c04"], ON) == [
        "Step seen is due every night, but its event happened to nobody in the audience who was not decided about before."
    ]
