"""Which steps a night decides 营销时机. Days of the month are days on which channels import, D + 1 (P10)."""

from collections.abc import Collection
from datetime import date, timedelta

from features.windows import first_of_month
from scenarios.scenario import Scenario
from scenarios.timing import After, Monthly, Step

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
    calendar puts between the two: if a step slips, the following ones slip too.
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
        if (
            _somebody_may_follow(step, earlier)
            if step.monthly is None
            else step.name not in taken and _has_come(scenario, step, step.monthly, done, importing)
        )
    ]


def _somebody_may_follow(step: Step, earlier: set[str]) -> bool:
    """Whether anybody can be due: of a step after another only when that one was decided before."""
    return not isinstance(step.trigger, After) or step.trigger.step in earlier


def _has_come(scenario: Scenario, step: Step, monthly: Monthly, done: dict[str, date], importing: date) -> bool:
    """Whether the day of a monthly step has come. `done` has the business date of each step of the cycle that was decided before."""
    by_calendar = importing.replace(day=monthly.day)
    if not isinstance(step.trigger, After):
        return importing >= by_calendar
    before = scenario.timing.step(step.trigger.step)
    if before.monthly is None or before.name not in done:
        return False
    gap = timedelta(days=monthly.day - before.monthly.day)
    return importing >= max(by_calendar, import_day(done[before.name]) + gap)


def feedback_by(scenario: Scenario, step: Step, on: date) -> date:
    """Return the day by which channels send feedback on a list of business date `on`: a monthly step's own, else the list's last day."""
    importing = import_day(on)
    last = valid_to(scenario, on)
    if step.monthly is None:
        return last
    month_end = first_of_month(importing, back=-1) - timedelta(days=1)
    due = month_end if step.monthly.feedback_on == "month end" else importing.replace(day=step.monthly.feedback_on)
    return max(due, last) if due < importing else due


def valid_to(scenario: Scenario, on: date) -> date:
    """Return the last day on which a list of business date `on` may be used."""
    return import_day(on) + timedelta(days=scenario.timing.valid_days - 1)
