"""When a wave publishes 营销时机: days of the month are the days channels import, D + 1 (P10)."""

from collections.abc import Iterable
from datetime import date, timedelta

from features.windows import first_of_month
from scenarios.scenario import Scenario, Wave


def import_day(on: date) -> date:
    """The day on which channels import the lists of business date `on`."""
    return on + timedelta(days=1)


def cycle_start(on: date) -> date:
    """First business date whose lists belong to the cycle: the one imported on the 1st of the import day's month."""
    return import_day(on).replace(day=1) - timedelta(days=1)


def cycle_end(on: date) -> date:
    """Last business date whose lists belong to the cycle."""
    return first_of_month(import_day(on), back=-1) - timedelta(days=2)


def open_wave(scenario: Scenario, on: date, is_settled: bool, published: Iterable[tuple[int, date]]) -> Wave | None:
    """The wave that the night of `on` publishes, or None.

    `published` are the scenario's (wave, business date) of this cycle before `on`. A wave publishes once per cycle, from its day on; the
    next needs the one before it, and as many days after it as the calendar puts between the two: a wave that slipped takes the rest along.
    """
    importing = import_day(on)
    if not scenario.holds_on(importing) or (scenario.timing.after_settlement and not is_settled):
        return None
    done = dict(sorted(published, reverse=True))
    before: Wave | None = None
    for wave in scenario.timing.waves:
        if wave.number not in done:
            return wave if importing >= _opens(wave, before, done, importing) else None
        before = wave
    return None


def _opens(wave: Wave, before: Wave | None, done: dict[int, date], importing: date) -> date:
    by_calendar = importing.replace(day=wave.opens_on_day)
    if before is None:
        return by_calendar
    gap = timedelta(days=wave.opens_on_day - before.opens_on_day)
    return max(by_calendar, import_day(done[before.number]) + gap)
