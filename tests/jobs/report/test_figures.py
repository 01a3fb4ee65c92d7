"""What is shown adds up: rows of deliveries, the funnel of a scenario, the shift of a tag."""

import json
from dataclasses import replace
from datetime import date

import pytest

from expectations.channels import CHANNELS
from expectations.feeds import FEEDS
from jobs.report.arrivals import Arrival, FeedNight
from jobs.report.funnel import Group
from jobs.report.shifts import FamilyFigures, family_figures, largest
from scenarios.limit_names import of_shown
from scenarios.policy import CAPS
from tests.jobs.report.nights import FUNNEL, ON, USAGE, arrival, feed_night, group, run


def test_rows_delivered_are_loaded_quarantined_or_repeated() -> None:
    night = feed_night(
        arrival(delivered=1000, loaded=990, quarantined=10),
        arrival("duplicate", 1000, sequence=2),
        arrival("refused", 70, quarantined=70, sequence=3),
        arrival("refused", None, sequence=4),
        kept={("FLOW: expected a whole number",): 9, ("FLOW: expected a whole number", "DAY: expected a value"): 1},
    )
    assert (night.delivered, night.loaded, night.quarantined, night.repeated) == (2070, 990, 80, 1000)
    assert night.delivered == night.loaded + night.quarantined + night.repeated
    assert night.adds_up
    assert night.unreadable == 1
    assert night.reasons == [("FLOW: expected a whole number", 10), ("DAY: expected a value", 1)]


def test_a_load_that_was_replaced_the_same_night_counts_as_repeated() -> None:
    first, other = arrival(delivered=90, loaded=90), arrival(delivered=70, loaded=70, scope="3502")
    night = feed_night(arrival(delivered=100, loaded=99, quarantined=1, sequence=2), first, other, kept={("why",): 1})
    assert (night.delivered, night.loaded, night.quarantined, night.repeated) == (260, 169, 1, 90)
    assert (night.replaced, night.adds_up) == ([first], True)


@pytest.mark.parametrize(
    ("lost", "kept"),
    [(arrival(loaded=990, quarantined=9), {("why",): 9}), (arrival(loaded=990, quarantined=10), {("why",): 9})],
    ids=["row neither loaded nor quarantined", "row missing in the quarantine"],
)
def test_a_lost_row_is_seen(lost: Arrival, kept: dict[tuple[str, ...], int]) -> None:
    assert not feed_night(lost, kept=kept).adds_up


@pytest.mark.parametrize(
    ("feed", "event_date", "is_late"),
    [
        ("boss_usage", date(2026, 3, 4), False),
        ("boss_usage", date(2026, 3, 3), True),
        ("boss_bill", date(2026, 2, 1), False),
        ("boss_bill", date(2026, 1, 1), True),
        ("org", date(2025, 1, 1), False),
    ],
)
def test_a_delivery_is_late_when_an_earlier_night_should_have_seen_it(feed: str, event_date: date, is_late: bool) -> None:
    came = arrival(loaded=1000, feed=feed, event_date=event_date)
    assert bool(FeedNight(FEEDS[feed], ON, (came,), ON, {}).late) == is_late


def test_the_funnel_adds_up_whole_by_city_by_county_and_by_channel() -> None:
    assert FUNNEL.ends == {"excluded": 4800, "universal": 20, "scenario": 100, "step": 0, "not_allocated": 80, "listed": 1234}
    assert FUNNEL.audience == 6234 == sum(FUNNEL.ends.values())
    assert FUNNEL.adds_up
    for places in (FUNNEL.cities, FUNNEL.counties):
        assert all(own.adds_up for _, own in places)
        assert {step: sum(own.ends[step] for _, own in places) for step in FUNNEL.ends} == FUNNEL.ends
    assert [(code, own.listed) for code, own in FUNNEL.counties] == [("", 34), ("990101", 1200)]
    assert FUNNEL.channels == {"crm": 34, "sms": 1200}
    assert sum(FUNNEL.channels.values()) == FUNNEL.listed


def test_bars_of_the_funnel_hang_on_each_other_from_the_whole_audience_to_the_listed() -> None:
    audience, *dropped, listed = FUNNEL.bars
    right = audience.width
    for bar in dropped:
        assert bar.start + bar.width == pytest.approx(right)
        right = bar.start
    assert listed.start == 0
    assert listed.width == pytest.approx(right)


def test_a_row_with_two_reasons_is_one_row_excluded_and_counts_for_both() -> None:
    assert [(reason.code, reason.stage, reason.label, reason.rows, reason.alone) for reason in FUNNEL.reasons] == [
        ("state", "Customer 用户匹配", "号码状态", 4500, 4000),
        ("employee", "Customer 用户匹配", "通信客户", 800, 300),
    ]
    assert (FUNNEL.excluded, FUNNEL.reasons_counted) == (4800, 5300)


def test_matching_drops_a_row_in_the_first_stage_with_a_reason_and_counts_it_in_each() -> None:
    told = (
        group("excluded", 30, "no_better_tier"),
        group("excluded", 20, "no_better_tier", "state", "no_channel_fits"),
        group("excluded", 7, "state", "employee"),
        group("excluded", 3, "staff_off"),
        group("listed", 40),
    )
    assert [(one.label, one.dropped, one.left, one.rows, one.alone) for one in replace(FUNNEL, groups=told).matched] == [
        ("Product 业务匹配", 50, 50, 50, 30),
        ("Terminal 终端匹配", 0, 50, 0, 0),
        ("Customer 用户匹配", 7, 43, 27, 7),
        ("Channel 渠道匹配", 3, 40, 23, 3),
    ]


def test_what_is_not_allocated_is_counted_by_what_stopped_it() -> None:
    stopped = {"no value": 5, "capacity crm": 9, CAPS[0].name: 1, of_shown("crm"): 3}
    told = [group("not_allocated", rows, cut_by=cut, county=county) for cut, rows in stopped.items() for county in ("990101", "990102")]
    held_out = group("held_out", 3, control="scenario", cut_by="no value")
    assert replace(FUNNEL, groups=(*told, group("not_allocated", 4), held_out)).cuts == {
        "limit 限额 capacity crm": 18,
        "costs more than it is expected to bring 得不偿失": 10,
        f"cap 频次上限 at most {CHANNELS['crm'].most_per_subscriber} through crm a night": 6,
        "not recorded 未记录": 4,
        f"cap 频次上限 {CAPS[0].words}": 2,
    }


@pytest.mark.parametrize(
    "odd",
    [group("vanished", 1), group("excluded", 1), group("listed", 1, "state"), group("held_out", 1)],
    ids=["unknown stage", "excluded without a reason", "listed with a reason", "held out by nobody"],
)
def test_a_row_that_fits_no_step_is_seen(odd: Group) -> None:
    assert not replace(FUNNEL, groups=(*FUNNEL.groups, odd)).adds_up


def profiled(before: dict[str, float] | None = None, **now: float) -> FamilyFigures:
    earlier = run("compute_usage_tags", profile=json.dumps({USAGE.table.name: before}), business_date=date(2026, 3, 3)) if before else None
    figures = family_figures(USAGE, run("compute_usage_tags", profile=json.dumps({USAGE.table.name: now})), earlier)
    assert figures
    return figures


def test_tags_that_moved_furthest_come_first() -> None:
    before = {"data_bytes_30d__mean": 100.0, "data_bytes_30d__nulls": 0, "voice_s_30d__mean": 80.0, "voice_s_30d__nulls": 0}
    now = {"data_bytes_30d__mean": 90.0, "data_bytes_30d__nulls": 20, "voice_s_30d__mean": 80.0, "voice_s_30d__nulls": 300}
    found = profiled(before, **now)
    assert [(tag.column.name, round(tag.shift, 3)) for tag in largest([found])] == [("voice_s_30d", 0.3), ("data_bytes_30d", 0.1)]


def test_without_an_earlier_night_nothing_has_shifted() -> None:
    found = profiled(data_bytes_30d__mean=90.0, data_bytes_30d__nulls=20)
    assert found.before is None
    assert largest([found]) == []
    assert {tag.column.name: tag.nulls for tag in found.tags}["data_bytes_30d"] == 0.02


def test_a_family_that_was_not_computed_has_no_figures() -> None:
    assert family_figures(USAGE, None, None) is None
