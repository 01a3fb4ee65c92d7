"""The members of a scenario's audience who are due for a step tonight (P1, P10)."""

from datetime import timedelta
from typing import TYPE_CHECKING

from scenarios.calendar import cycle_start, remembered_since
from scenarios.scenario import Scenario
from scenarios.timing import After, Event, Ordered, Step

if TYPE_CHECKING:
    from datetime import date

    from pyspark.sql import Column, DataFrame

    from scenarios.tonight import Tonight


def due(scenario: Scenario, step: Step, people: "DataFrame", tonight: "Tonight") -> "DataFrame":
    """Return the members who are due, with `used_modes`: the modes in which this cascade has already contacted them.

    `people` have the columns of `Tonight.with_history`. A monthly step is for its whole audience. Any other step decides about a subscriber
    once within the nights it reads: a subscriber about whom another of these nights, earlier or later, has decided is not due.
    """
    members = people.where(scenario.customers.audience)
    if isinstance(step.trigger, Event):
        members = members.where(step.trigger.when)
    if isinstance(step.trigger, After):
        members = members.where(_follows(scenario, step, step.trigger, tonight))
    if not step.monthly:
        members = members.where(f"NOT array_contains(decided_steps, '{scenario.name} {step.name}')")
    return members.withColumn("used_modes", _used_modes(scenario, step, tonight))


def _since(scenario: Scenario, step: Step, on: "date") -> "date":
    """Return the date from which contacts belong to the step's cascade: a monthly cascade begins again with each cycle."""
    return cycle_start(on) if scenario.timing.root(step).monthly else remembered_since(on)


def _follows(scenario: Scenario, step: Step, trigger: After, tonight: "Tonight") -> "Column":
    """Return whether the step before was meant for the subscriber long enough ago, and its outcome is true."""
    from pyspark.sql import functions as F

    # A list of business date B is imported on B + 1.
    last = tonight.on - timedelta(days=1 + (0 if step.monthly else trigger.days))
    between = f"one.business_date BETWEEN DATE'{_since(scenario, step, tonight.on)}' AND DATE'{last}'"
    lists = f"filter(meant, one -> one.scenario = '{scenario.name}' AND one.step = '{trigger.step}' AND {between})"
    if trigger.outcome.needs_feedback:
        # Only feedback (S12) can report this outcome, so it is true for nobody.
        return F.lit(False)
    success = scenario.success_of(scenario.timing.step(trigger.step))
    if not isinstance(success, Ordered):
        return F.expr(f"size({lists}) > 0")
    listed_on = f"array_min(transform({lists}, one -> one.business_date))"
    taken = f"date_diff(one.day, {listed_on}) BETWEEN 1 AND {success.within_days}"
    return F.expr(f"size({lists}) > 0 AND NOT exists(ordered, one -> coalesce(one.kind = '{success.kind}' AND {taken}, false))")


def _used_modes(scenario: Scenario, step: Step, tonight: "Tonight") -> "Column":
    from pyspark.sql import functions as F

    root = scenario.timing.root(step)
    if step is root:
        return F.expr("CAST(array() AS ARRAY<STRING>)")
    taken_back = step.trigger.step if isinstance(step.trigger, After) and step.trigger.outcome.frees_mode else None
    steps = [other.name for other in scenario.timing.steps if scenario.timing.root(other) is root and other.name != taken_back]
    named = ", ".join(f"'{name}'" for name in steps)
    since = f"one.business_date >= DATE'{_since(scenario, step, tonight.on)}'"
    of_cascade = f"filter(meant, one -> one.scenario = '{scenario.name}' AND one.step IN ({named}) AND {since})"
    return F.expr(f"array_compact(array_distinct(transform({of_cascade}, one -> one.mode)))")
