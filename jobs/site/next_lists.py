"""The dates of a scenario's next lists 排期, as the calendar has them if last month's bills are settled in time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from scenarios.calendar import due_steps, import_day
from scenarios.scenario import Scenario
from scenarios.timing import After

# Five weeks, so that the next wave of a month is among them.
DAYS = 35


@dataclass(frozen=True)
class NextLists:
    """A step, the days on which channels import its next lists, and for whom they are, where that is known only in the night itself."""

    step: str
    days: tuple[date, ...]
    words: str


def next_lists(scenario: Scenario, newest: date, decided: Iterable[tuple[str, date]]) -> list[NextLists]:
    """Return the days of DAYS nights after the newest one. `decided` are the scenario's (step, business date) of the nights so far.

    A monthly step is counted as decided on its day, so that what follows it has its own days.
    """
    known, days = list(decided), {step.name: list[date]() for step in scenario.timing.steps}
    for night in (newest + timedelta(days=n + 1) for n in range(DAYS)):
        for step in due_steps(scenario, night, True, known):
            days[step.name].append(import_day(night))
            known.append((step.name, night))
    told = []
    for step in scenario.timing.steps:
        words = "" if step.monthly else "if somebody is due 有人满足条件时"
        if isinstance(step.trigger, After):
            words = f"for those of {step.trigger.step} who {step.trigger.outcome.words}"
        told.append(NextLists(step.name, tuple(days[step.name]), words))
    return told


def ranges(days: Iterable[date]) -> list[str]:
    """Return the days as texts; days in a row are one."""
    found: list[list[date]] = []
    for day in days:
        if found and day - found[-1][-1] == timedelta(days=1):
            found[-1].append(day)
        else:
            found.append([day])
    return [f"{run[0]}" if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in found]
