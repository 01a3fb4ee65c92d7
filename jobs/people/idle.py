"""Why a scenario decided about nobody on a night: what the night recorded, or else what the calendar says."""

from collections.abc import Collection
from datetime import date

from expectations.tables.ops import OPS_RUN
from jobs.report.decided import steps_decided
from jobs.runtime.lake import Lake
from jobs.runtime.unapproved import waiting
from scenarios.calendar import cycle_end, cycle_start, due_steps, import_day, remembered_since, remembered_until
from scenarios.scenario import Scenario
from scenarios.timing import After, Event, Step

# The jobs that record which scenarios wait, and for what.
RECORDED_BY = ("check_scenarios", "check_decisions")


def causes(lake: Lake, scenario: Scenario, night: date) -> list[str]:
    """Return a sentence for each cause: it does not run, it waits, or no step of it was due.

    Spark is not needed. Of a step that was due in the calendar nobody met the conditions.
    """
    importing = import_day(night)
    if not scenario.holds_on(importing):
        runs = f"It runs in state pilot or live, from {scenario.valid_from} to {scenario.valid_to}"
        return [f"{runs}. Its state is {scenario.state}, and these lists are imported on {importing}."]
    if why := waiting(lake, night).get(scenario.name):
        return [f"It waits for an approval: {why}."]
    if recorded := _recorded(lake, scenario.name, night):
        return [f"The night recorded: {text}." for text in recorded]
    decided = steps_decided(lake, remembered_since(night), remembered_until(night)).get(scenario.name, [])
    due = due_steps(scenario, night, True, decided)
    return [_in_calendar(scenario, step, night, step in due, decided) for step in scenario.timing.steps]


def _recorded(lake: Lake, name: str, night: date) -> list[str]:
    """Return what the newest run of each checking job said about the scenario."""
    runs = sorted(lake.log(OPS_RUN, business_date=night), key=lambda row: row["started_at"])
    newest = {row["job"]: row for row in runs if row["job"] in RECORDED_BY}
    faults = [line.removeprefix("  - ") for row in newest.values() for line in (row["error"] or "").splitlines()]
    told = [text for row in newest.values() for text in row["warnings"] or ()]
    return [text for text in sorted({*faults, *told}) if text.startswith((f"{name} ", f"{name}: ", f"scenario {name} waits"))]


def _in_calendar(scenario: Scenario, step: Step, night: date, is_due: bool, decided: Collection[tuple[str, date]]) -> str:
    importing, trigger = import_day(night), step.trigger
    if is_due and isinstance(trigger, Event):
        return f"Step {step.name} is due every night, but its event happened to nobody in the audience who was not decided about before."
    if is_due:
        return f"Step {step.name} was due, but nobody in the audience met its condition."
    of_cycle = [on for name, on in decided if name == step.name and cycle_start(night) <= on <= cycle_end(night)]
    if step.monthly and of_cycle:
        return f"Step {step.name} is decided once a month, and the night of {of_cycle[-1]} decided it."
    if isinstance(trigger, After) and not any(name == trigger.step and on < night for name, on in decided):
        return (
            f"Step {step.name} is for those of step {trigger.step} who {trigger.outcome.words}, and no night before decided {trigger.step}."
        )
    if step.monthly and importing.day < step.monthly.day:
        return f"Step {step.name} is imported from day {step.monthly.day} of a month; these lists are imported on {importing}."
    return f"Step {step.name} is not imported on {importing}: it is a day off, the month ends, or the step before it slipped."
