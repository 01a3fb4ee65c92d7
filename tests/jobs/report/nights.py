"""Hand-made nights: a good one, to be spoiled one way at a time."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from expectations.feeds import FEEDS
from features.library import FAMILIES
from jobs.report.arrivals import Arrival, FeedNight
from jobs.report.funnel import Funnel, Group
from jobs.report.gather import Figures, ModelFigures
from jobs.report.limits import AllocationFigures, LimitLine
from jobs.report.night_lists import NightList
from jobs.report.shifts import family_figures
from jobs.report.steps import Run, Step
from models.library.data_plan_propensity import MODEL as DATA_PLAN_PROPENSITY
from scenarios.library import SCENARIOS

ON = date(2026, 3, 4)
USAGE = next(family for family in FAMILIES if family.name == "usage")


def run(job: str, at: int = 0, state: str = "done", **more: Any) -> Run:
    """A run that began on the hour `at`."""
    began = datetime(2026, 3, 5, at, tzinfo=UTC)
    usual: dict[str, Any] = {"rows": 1000, "profile": None, "warnings": (), "seconds": 2.5, "error": None, "business_date": ON}
    return Run(run_id=f"{job}{at}", job=job, started_at=began, state=state, **(usual | more))


def arrival(state: str = "loaded", delivered: int | None = 1000, loaded: int = 0, quarantined: int = 0, **more: Any) -> Arrival:
    """A delivery of the night's own data date."""
    usual: dict[str, Any] = {"feed": "boss_usage", "scope": "", "event_date": ON, "sequence": 1, "reason": None}
    return Arrival(state=state, delivered=delivered, loaded=loaded, quarantined=quarantined, **(usual | more))


def feed_night(*arrivals: Arrival, kept: dict[tuple[str, ...], int] | None = None, unheld: int = 0) -> FeedNight:
    """What came of boss_usage."""
    return FeedNight(FEEDS["boss_usage"], ON, arrivals, ON, kept or {}, unheld)


def group(stage: str, rows: int, *reasons: str, **more: Any) -> Group:
    """Rows of the first scenario that are alike."""
    usual: dict[str, Any] = {
        "scenario": "c10_data_without_plan",
        "step": "wave1",
        "city": "9901",
        "county": "990101",
        "channel": "sms",
        "control": None,
    }
    return Group(stage=stage, reasons=reasons, rows=rows, **(usual | more))


FUNNEL = Funnel(
    "c10_data_without_plan",
    "有流量无流量套餐客户营销",
    "wave1",
    (
        group("excluded", 4000, "state"),
        group("excluded", 500, "state", "employee"),
        group("excluded", 300, "employee", city="9902", county=None),
        group("held_out", 20, control="universal"),
        group("held_out", 100, control="scenario", city="9902", county=None),
        group("not_allocated", 80),
        group("listed", 1200),
        group("listed", 34, city="9902", county=None, channel="crm"),
    ),
    {"state": "号码状态", "employee": "通信客户"},
)


def good_night(**changed: Any) -> Figures:
    """A night in which everything ran, with these figures changed."""
    profile = '{"tag.usage": {"data_bytes_30d__mean": 1234567890123.0, "data_bytes_30d__nulls": 10}}'
    usage = family_figures(USAGE, run("compute_usage_tags", profile=profile), None)
    figures = Figures(
        on=ON,
        steps=[Step("receive_boss_usage", "receive", "done", 1234567, 130.4), Step("publish_lists", "publish", "done", 1234, 2.0)],
        feeds=[feed_night(arrival(delivered=1234567, loaded=1234567))],
        families=[usage] if usage else [],
        models=[ModelFigures(DATA_PLAN_PROPENSITY, "3", {"auc": 0.8125, "positives": 4321.0}, "data:image/png;base64,AAAA")],
        funnels=[FUNNEL],
        allocation=AllocationFigures(
            99_950, 100_000, [LimitLine("capacity sms", "at most 70", "70", "one more would earn 9.70 yuan", False, True)]
        ),
        lists=[NightList("sms", "c10_data_without_plan", "wave1", "complete", 1234, 1234, 2, "2026-03-05 to 2026-03-09", "08:00")],
        scenarios=SCENARIOS,
        city_names={"9901": "云溪市"},
        county_names={"990101": "东湖区"},
        channel_names={"sms": "短信"},
    )
    return replace(figures, **changed)
