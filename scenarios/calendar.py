"""Which steps a night decides 营销时机. Days of the month are days on which channels import, D + 1 (P10).

Days off shift: a monthly wave is not imported on a public holiday but on the next working day, and a step whose channel people staff (call
centre, account managers) never on a day off. A step after another slips with it. For the other steps such a channel is not open on a day
off (scenarios/open_channels.py). Events go to all other channels on any day, and passive lists stay valid.
"""

from collections.abc import Collection
from datetime import date, timedelta

from expectations.channels import CHANNELS
from features.windows import first_of_month
from scenarios.scenario import Scenario
from scenarios.timing import After, Monthly, Step
from scenarios.working_days import is_day_off, is_public_holiday, working_day

# How far back decisions are read for steps that follow each other night by night.
DAYS_REMEMBERED = 70


def import_day(on: date) -> date:
    """Return the day on which channels import the lists of business date `on`."""
    return on + timedelta(days=1)


def cycle_start(on: date) -> date:
    """Return the first business date whose lists belong to the cycle: the one imported on the 1st of the import day's month."""
    return import_day(on).replace(day=1) - timedelta(days=1)


def cycle_end(on: date) -> date:
    """Return the last business date whose lists belong to the cycle."""
    return first_of_month(import_day(on), back=-1) - timedelta(days=2)


def remembered_since(on: date) -> date:
    """Return the first business date whose decisions the night of `on` reads."""
    return min(cycle_start(on), on - timedelta(days=DAYS_REMEMBERED))


def remembered_until(on: date) -> date:
    """Return the last business date whose decisions matter to the night of `on` when it runs after them."""
    return max(cycle_end(on), on + timedelta(days=DAYS_REMEMBERED))


def due_steps(scenario: Scenario, on: date, is_settled: bool, decided: Collection[tuple[str, date]]) -> list[Step]:
    """Return the steps that the night of `on` decides. Steps of events are due every night, and so are steps that somebody can follow to.

    `decided` are the scenario's (step, business date) of other nights. A monthly step is decided once per cycle, from its day on. If a
    later night has already decided it, this night does not. A step that follows another opens no earlier than as many days after it as the
    calendar puts between the two: if a step slips, the following ones slip too. No step is due whose import day is a day off for it, and
    none of an event of the month that no longer has a day after the import.
    """
    importing = import_day(on)
    if not scenario.holds_on(importing) or (scenario.timing.after_settlement and not is_settled):
        return []
    of_cycle = [(step, night) for step, night in decided if cycle_start(on) <= night <= cycle_end(on)]
    done = {step: night for step, night in sorted(of_cycle, key=lambda one: one[1], reverse=True) if night < on}
    taken = {step for step, night in of_cycle if night != on}
    earlier = {step for step, night in decided if night < on}
    return [
        step
        for step in scenario.timing.steps
        if not _is_closed(step, importing)
        and not (scenario.timing.root(step).is_of_month and _month_ends(on))
        and (
            _somebody_may_follow(step, earlier)
            if step.monthly is None
            else step.name not in taken and _has_come(scenario, step, step.monthly, done, importing)
        )
    ]


def _month_ends(on: date) -> bool:
    """Whether the month of business date `on` has no day left after the import."""
    return import_day(on) >= month_end(on)


def _somebody_may_follow(step: Step, earlier: set[str]) -> bool:
    """Whether anybody can be due: of a step after another only when that one was decided before."""
    return not isinstance(step.trigger, After) or step.trigger.step in earlier


def _is_closed(step: Step, day: date) -> bool:
    """Whether the step is not imported on the day, because of a day off."""
    if is_staffed(step.channel):
        return is_day_off(day)
    return step.monthly is not None and is_public_holiday(day)


def _opening(step: Step, day: date) -> date:
    """Return the day itself, or the working day to which the step shifts: the next one, at the end of a month the one before."""
    if not _is_closed(step, day):
        return day
    after = working_day(day)
    while after.month != day.month or is_day_off(after):
        after = min(after, day) - timedelta(days=1)
    return after


def _has_come(scenario: Scenario, step: Step, monthly: Monthly, done: dict[str, date], importing: date) -> bool:
    """Whether the day of a monthly step has come. `done` has the business date of each step of the cycle that was decided before."""
    by_calendar = importing.replace(day=monthly.day)
    if not isinstance(step.trigger, After):
        return importing >= _opening(step, by_calendar)
    before = scenario.timing.step(step.trigger.step)
    if before.monthly is None or before.name not in done:
        return False
    gap = timedelta(days=monthly.day - before.monthly.day)
    return importing >= _opening(step, max(by_calendar, import_day(done[before.name]) + gap))


def feedback_by(scenario: Scenario, step: Step, on: date) -> date:
    """Return the day by which channels send feedback on a list of business date `on`: a monthly step's own, else the list's last day.

    A step that slipped past its day has feedback by the list's last day, if that is later.
    """
    importing = import_day(on)
    last = valid_to(scenario, step, on)
    if step.monthly is None:
        return last
    due = month_end(importing) if step.monthly.feedback_on == "month end" else importing.replace(day=step.monthly.feedback_on)
    return max(due, last) if step.monthly.day < importing.day else due


def is_staffed(channel: str) -> bool:
    """Whether people make the contacts of the channel; false if it is not declared, which publish_lists reports."""
    return channel in CHANNELS and CHANNELS[channel].is_staffed


def month_end(day: date) -> date:
    """Return the last day of the month."""
    return first_of_month(day, back=-1) - timedelta(days=1)


def valid_to(scenario: Scenario, step: Step, on: date) -> date:
    """Return the last day on which a channel may use its list of business date `on`; the first one is the import day."""
    last = import_day(on) + timedelta(days=scenario.timing.valid_days - 1)
    return min(last, month_end(import_day(on))) if scenario.timing.root(step).is_of_month else last


def days_off(scenario: Scenario, step: Step, channel: str, on: date) -> list[date]:
    """Return the days within the list's validity on which the channel makes no contacts, because its staff are off."""
    first, last = import_day(on), valid_to(scenario, step, on)
    days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    return [day for day in days if is_staffed(channel) and is_day_off(day)]
