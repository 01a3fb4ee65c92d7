"""Draws the steps of a scenario on a line of days: when each begins, how long its lists hold, and which step follows which."""

from dataclasses import dataclass

from scenarios.scenario import Scenario
from scenarios.timing import After, Step

LEFT, RIGHT, LINE, TOP, BAR = 150, 700, 44, 34, 22
# Room for the name of a channel beside the last bar.
LABEL = 130
# Days of a monthly scenario's axis; that of any other is as long as its cascade.
MONTH = 31


@dataclass(frozen=True)
class StepBar:
    """A step: its line, its bar from x over `width`, the words beside it, and where its arrow comes from (x, y), if it follows a step."""

    name: str
    channel: str
    x: int
    y: int
    width: int
    comes_from: tuple[int, int] | None


@dataclass(frozen=True)
class Timeline:
    """The bars from above to below, the marks of the axis (x, words), what the axis counts, and the size."""

    bars: tuple[StepBar, ...]
    marks: tuple[tuple[int, str], ...]
    axis: str
    width: int
    height: int


def timeline(scenario: Scenario) -> Timeline:
    """Return the drawing. Monthly steps begin on their day of the month, others so many days after the first step of their cascade."""
    timing = scenario.timing
    first = {step.name: first_day(scenario, step) for step in timing.steps}
    is_monthly = any(step.monthly for step in timing.steps)
    begin = 1 if is_monthly else 0
    end = max(*(day + timing.valid_days for day in first.values()), MONTH + 1 if is_monthly else 0)

    def at(day: int) -> int:
        return LEFT + round((RIGHT - LEFT) * (day - begin) / (end - begin))

    lines = {step.name: TOP + LINE * place for place, step in enumerate(timing.steps)}
    bars = []
    for step in timing.steps:
        x = at(first[step.name])
        follows = step.trigger.step if isinstance(step.trigger, After) else None
        comes_from = (at(first[follows]) + 8, lines[follows] + BAR) if follows else None
        bars.append(StepBar(step.name, step.channel, x, lines[step.name], at(first[step.name] + timing.valid_days) - x, comes_from))
    every = 5 if end - begin > 12 else 1
    marks = tuple((at(day), str(day)) for day in range(begin, end) if day == begin or day % every == 0)
    axis = "day of the month 每月几日" if is_monthly else "days after the first contact 首次接触后天数"
    return Timeline(tuple(bars), marks, axis, RIGHT + LABEL, TOP + LINE * len(bars))


def first_day(scenario: Scenario, step: Step) -> int:
    """Return the day on which the step begins: of the month, or after the first step of its cascade."""
    if step.monthly:
        return step.monthly.day
    if isinstance(step.trigger, After):
        return first_day(scenario, scenario.timing.step(step.trigger.step)) + step.trigger.days
    return 0
