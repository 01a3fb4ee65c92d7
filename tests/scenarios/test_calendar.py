"""Nights walked one after another, as the pipeline walks them: import day -> step decided."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from scenarios.calendar import cycle_end, cycle_start, days_off, due_steps, feedback_by, import_day, valid_to
from scenarios.library.c10_data_without_plan import SCENARIO as C10
from scenarios.library.c13_new_customer import SCENARIO as C13
from scenarios.library.c15_plan_runs_short import SCENARIO as C15
from scenarios.library.c20_data_complaint import SCENARIO as C20
from scenarios.library.c22_likely_to_leave import SCENARIO as C22
from scenarios.scenario import Scenario
from scenarios.timing import Monthly

Settled = Callable[[date], bool]


def walked(scenario: Scenario, first: date, last: date, is_settled: Settled = lambda _: True) -> dict[str, str]:
    """What is imported on which day when every night from `first` to `last` (business dates) is run once."""
    decided: list[tuple[str, date]] = []
    for on in (first + timedelta(days=day) for day in range((last - first).days + 1)):
        decided += [(step.name, on) for step in due_steps(scenario, on, is_settled(on), decided)]
    return {f"{import_day(on)}": name for name, on in decided}


def settled_from(day: date) -> Settled:
    return lambda on: on >= day


def opening_on(first: int, second: int) -> Scenario:
    """C10 with its waves on other days of the month."""
    one, two = C10.timing.steps
    opens = Monthly(second, feedback_on="month end")
    steps = (replace(one, trigger=Monthly(first, feedback_on=max(first, 9))), replace(two, trigger=replace(two.trigger, opens=opens)))  # type: ignore[type-var]
    return replace(C10, timing=replace(C10.timing, steps=steps))


def test_days_of_a_wave_are_import_days_so_the_night_before_publishes() -> None:
    assert due_steps(C10, date(2026, 3, 3), True, []) == []
    assert due_steps(C10, date(2026, 3, 4), True, []) == [C10.timing.steps[0]]


def test_each_wave_publishes_once_in_every_month_of_the_year() -> None:
    days = dict.fromkeys(range(1, 13), (5, 10))
    # Tomb-sweeping Day, Labour Day and the National Day shift the first wave to the next working day, and the second with it.
    days |= {4: (7, 12), 5: (6, 11), 10: (8, 13)}
    expected = {f"2026-{month:02d}-{day:02d}": wave for month in days for day, wave in zip(days[month], ("wave1", "wave2"), strict=True)}
    assert walked(C10, date(2025, 12, 31), date(2027, 1, 31)) == expected


def test_a_wave_that_slips_onto_a_public_holiday_waits_for_the_next_working_day() -> None:
    assert walked(C10, date(2026, 2, 1), date(2026, 2, 27), settled_from(date(2026, 2, 14))) == {"2026-02-24": "wave1"}


def test_a_wave_whose_next_working_day_is_in_another_month_comes_before_the_holiday() -> None:
    """In 2025 the Spring Festival began on 28 January and ended on 4 February."""
    late = replace(opening_on(8, 28), valid_from=date(2025, 1, 1))
    assert walked(late, date(2024, 12, 31), date(2025, 1, 31)) == {"2025-01-08": "wave1", "2025-01-27": "wave2"}


def test_a_wave_of_a_channel_with_staff_waits_for_a_working_day_and_that_of_other_channels_for_no_weekend() -> None:
    """C22 is by telephone on the 3rd: in a holiday in January, May and October; no other one of 2026 is a day off."""
    days = ["01-04", "02-03", "03-03", "04-03", "05-06", "06-03", "07-03", "08-03", "09-03", "10-08", "11-03", "12-03"]
    assert [*walked(C22, date(2025, 12, 31), date(2026, 12, 30))] == [f"2026-{day}" for day in days]
    on_saturday = replace(C22, timing=replace(C22.timing, steps=(replace(C22.timing.steps[0], trigger=Monthly(7, "month end")),)))
    assert [*walked(on_saturday, date(2026, 2, 28), date(2026, 3, 30))] == ["2026-03-09"]
    assert "2026-01-10" in walked(C10, date(2025, 12, 31), date(2026, 1, 31)), "a usual Saturday"


def test_a_call_for_an_event_waits_for_a_working_day_and_other_events_go_on_any_day() -> None:
    # Imported on Friday the 6th, the weekend, and Monday.
    nights = [date(2026, 3, day) for day in range(5, 9)]
    assert [len(due_steps(C20, on, True, [])) for on in nights] == [1, 0, 0, 1]
    assert [len(due_steps(C13, on, True, [])) for on in nights] == [4, 4, 4, 4]
    assert len(due_steps(C13, date(2026, 9, 30), True, [])) == 4, "imported on the National Day"


def test_a_list_is_valid_from_the_import_day_and_names_the_days_off_of_staff_within_it() -> None:
    thursday, wave = date(2026, 3, 4), C10.timing.steps[0]
    assert valid_to(C10, wave, thursday) == date(2026, 3, 9)
    assert days_off(C10, wave, "sms", thursday) == []
    assert days_off(C10, wave, "account_manager", thursday) == [date(2026, 3, 7), date(2026, 3, 8)]


def test_an_event_of_the_month_makes_no_list_on_its_last_day_and_every_list_ends_with_the_month() -> None:
    (seen,) = C15.timing.steps
    # Imported on the 29th, 30th, 31st and 1st: the data of the 31st say nothing about April.
    assert [len(due_steps(C15, date(2026, 3, day), True, [])) for day in range(28, 32)] == [1, 1, 0, 0]
    assert len(due_steps(C15, date(2026, 4, 1), True, [])) == 1
    assert [f"{valid_to(C15, seen, date(2026, 3, day)):%m-%d}" for day in (25, 26, 27, 29)] == ["03-30", "03-31", "03-31", "03-31"]
    assert feedback_by(C15, seen, date(2026, 3, 29)) == date(2026, 3, 31)
    assert valid_to(C20, C20.timing.steps[0], date(2026, 3, 29)) == date(2026, 4, 3), "an event of no month"


def test_a_late_settlement_makes_the_wave_slip_and_take_the_next_along() -> None:
    assert walked(C10, date(2026, 3, 1), date(2026, 3, 30), settled_from(date(2026, 3, 7))) == {
        "2026-03-08": "wave1",
        "2026-03-13": "wave2",
    }


def test_a_wave_that_slips_out_of_its_month_is_not_made_up_in_the_next() -> None:
    late = walked(C10, date(2026, 3, 1), date(2026, 4, 29), settled_from(date(2026, 3, 27)))
    assert late == {"2026-03-28": "wave1", "2026-04-07": "wave1", "2026-04-12": "wave2"}


def test_a_night_that_did_not_run_is_made_up_by_the_next_one() -> None:
    assert walked(C10, date(2026, 3, 6), date(2026, 3, 30)) == {"2026-03-07": "wave1", "2026-03-12": "wave2"}


def test_a_scenario_that_does_not_wait_for_settlement_keeps_its_day() -> None:
    eager = replace(C10, timing=replace(C10.timing, after_settlement=False))
    assert walked(eager, date(2026, 3, 1), date(2026, 3, 30), lambda _: False) == {"2026-03-05": "wave1", "2026-03-10": "wave2"}
    assert walked(C10, date(2026, 3, 1), date(2026, 3, 30), lambda _: False) == {}


def test_a_wave_of_the_first_is_published_by_the_last_night_of_the_month_before_in_its_own_cycle() -> None:
    found = walked(opening_on(1, 2), date(2026, 1, 30), date(2026, 3, 31))
    assert found == {
        **{"2026-01-31": "wave1", "2026-02-01": "wave1", "2026-02-02": "wave2"},
        **{"2026-03-01": "wave1", "2026-03-02": "wave2", "2026-04-01": "wave1"},
    }


@pytest.mark.parametrize(
    ("on", "start"),
    [
        (date(2026, 3, 4), date(2026, 2, 28)),
        (date(2026, 2, 28), date(2026, 2, 28)),
        (date(2026, 2, 27), date(2026, 1, 31)),
        (date(2028, 2, 29), date(2028, 2, 29)),
        (date(2025, 12, 31), date(2025, 12, 31)),
    ],
)
def test_a_cycle_starts_with_the_night_whose_lists_are_imported_on_the_first(on: date, start: date) -> None:
    assert cycle_start(on) == start


def test_a_scenario_ends_with_the_last_import_day_it_is_valid_for() -> None:
    until_the_fourth = replace(C10, valid_to=date(2026, 3, 4))
    assert due_steps(until_the_fourth, date(2026, 3, 4), True, []) == []
    assert due_steps(replace(C10, valid_to=date(2026, 3, 5)), date(2026, 3, 4), True, []) != []


@pytest.mark.parametrize(
    "on", [date(2026, 1, 30), date(2026, 1, 31), date(2026, 2, 27), date(2028, 2, 28), date(2026, 12, 30), date(2026, 12, 31)]
)
def test_the_night_after_a_cycles_last_begins_the_next(on: date) -> None:
    after = cycle_end(on) + timedelta(days=1)
    assert cycle_start(on) <= on <= cycle_end(on)
    assert cycle_start(cycle_end(on)) == cycle_start(on)
    assert cycle_start(after) == after


def test_a_wave_that_a_later_night_has_decided_is_left_alone_and_one_of_another_month_is_not() -> None:
    assert due_steps(C10, date(2026, 3, 4), True, [("wave1", date(2026, 3, 6))]) == []
    assert due_steps(C10, date(2026, 3, 4), True, [("wave1", date(2026, 4, 4)), ("wave1", date(2026, 2, 4))]) == [C10.timing.steps[0]]


def names_due(decided: list[tuple[str, date]]) -> list[str]:
    return [step.name for step in due_steps(C13, date(2026, 3, 4), False, decided)]


def test_events_are_due_on_every_night_and_a_stage_once_the_one_before_it_was_decided() -> None:
    events = ["entry", "entry_sms", "content", "plan"]
    assert names_due([]) == events
    assert names_due([("plan", date(2026, 3, 4))]) == events, "tonight's own decision is not before tonight"
    assert names_due([("plan", date(2026, 2, 1)), ("content", date(2026, 3, 3))]) == [
        *("entry", "entry_sms", "content", "content_app", "plan", "plan_toolbar"),
    ]
    assert names_due([(step.name, date(2026, 3, 3)) for step in C13.timing.steps]) == [step.name for step in C13.timing.steps]


def test_feedback_is_due_on_the_steps_own_day_or_when_the_list_ends() -> None:
    first, second = C10.timing.steps
    assert feedback_by(C10, first, date(2026, 3, 4)) == date(2026, 3, 9)
    assert feedback_by(C10, second, date(2026, 3, 9)) == date(2026, 3, 31)
    # Slipped: the list of the 14th may be used until the 18th, that of the 7th of April until the 11th.
    assert feedback_by(C10, first, date(2026, 3, 13)) == date(2026, 3, 18)
    assert feedback_by(C10, first, date(2026, 4, 6)) == date(2026, 4, 11)
    assert feedback_by(C13, C13.timing.steps[0], date(2026, 3, 4)) == date(2026, 3, 9)
