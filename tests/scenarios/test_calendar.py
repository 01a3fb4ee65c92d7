"""Nights walked one after another, as the pipeline walks them: import day -> wave published."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from scenarios.calendar import cycle_end, cycle_start, import_day, open_wave
from scenarios.library.c10_data_without_plan import SCENARIO as C10
from scenarios.scenario import Scenario

Settled = Callable[[date], bool]


def walked(scenario: Scenario, first: date, last: date, is_settled: Settled = lambda _: True) -> dict[str, int]:
    """What is imported on which day when every night from `first` to `last` (business dates) is run once."""
    published: list[tuple[int, date]] = []
    for on in (first + timedelta(days=day) for day in range((last - first).days + 1)):
        of_cycle = [(number, night) for number, night in published if night >= cycle_start(on)]
        if wave := open_wave(scenario, on, is_settled(on), of_cycle):
            published.append((wave.number, on))
    return {f"{import_day(on)}": number for number, on in published}


def settled_from(day: date) -> Settled:
    return lambda on: on >= day


def opening_on(*days: int) -> Scenario:
    """C10 with its waves on other days of the month."""
    waves = tuple(replace(wave, opens_on_day=day) for wave, day in zip(C10.timing.waves, days, strict=True))
    return replace(C10, timing=replace(C10.timing, waves=waves))


def test_days_of_a_wave_are_import_days_so_the_night_before_publishes() -> None:
    assert open_wave(C10, date(2026, 3, 3), True, []) is None
    opened = open_wave(C10, date(2026, 3, 4), True, [])
    assert opened is C10.timing.waves[0]


def test_each_wave_publishes_once_in_every_month_of_the_year() -> None:
    expected = {f"2026-{month:02d}-{day:02d}": wave for month in range(1, 13) for day, wave in ((5, 1), (10, 2))}
    assert walked(C10, date(2025, 12, 31), date(2027, 1, 31)) == expected


def test_a_late_settlement_makes_the_wave_slip_and_take_the_next_along() -> None:
    assert walked(C10, date(2026, 3, 1), date(2026, 3, 30), settled_from(date(2026, 3, 7))) == {"2026-03-08": 1, "2026-03-13": 2}


def test_a_wave_that_slips_out_of_its_month_is_not_made_up_in_the_next() -> None:
    late = walked(C10, date(2026, 3, 1), date(2026, 4, 29), settled_from(date(2026, 3, 27)))
    assert late == {"2026-03-28": 1, "2026-04-05": 1, "2026-04-10": 2}


def test_a_night_that_did_not_run_is_made_up_by_the_next_one() -> None:
    assert walked(C10, date(2026, 3, 6), date(2026, 3, 30)) == {"2026-03-07": 1, "2026-03-12": 2}


def test_a_scenario_that_does_not_wait_for_settlement_keeps_its_day() -> None:
    eager = replace(C10, timing=replace(C10.timing, after_settlement=False))
    assert walked(eager, date(2026, 3, 1), date(2026, 3, 30), lambda _: False) == {"2026-03-05": 1, "2026-03-10": 2}
    assert walked(C10, date(2026, 3, 1), date(2026, 3, 30), lambda _: False) == {}


def test_a_wave_of_the_first_is_published_by_the_last_night_of_the_month_before_in_its_own_cycle() -> None:
    found = walked(opening_on(1, 2), date(2026, 1, 30), date(2026, 3, 31))
    assert found == {
        **{"2026-01-31": 1, "2026-02-01": 1, "2026-02-02": 2},
        **{"2026-03-01": 1, "2026-03-02": 2, "2026-04-01": 1},
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
    assert open_wave(until_the_fourth, date(2026, 3, 4), True, []) is None
    assert open_wave(replace(C10, valid_to=date(2026, 3, 5)), date(2026, 3, 4), True, []) is not None


@pytest.mark.parametrize(
    "on", [date(2026, 1, 30), date(2026, 1, 31), date(2026, 2, 27), date(2028, 2, 28), date(2026, 12, 30), date(2026, 12, 31)]
)
def test_the_night_after_a_cycles_last_begins_the_next(on: date) -> None:
    after = cycle_end(on) + timedelta(days=1)
    assert cycle_start(on) <= on <= cycle_end(on)
    assert cycle_start(cycle_end(on)) == cycle_start(on)
    assert cycle_start(after) == after
