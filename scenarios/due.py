"""The members of a scenario's audience who are due for a step tonight (P1, P10)."""

from datetime import timedelta
from typing import TYPE_CHECKING

from scenarios.calendar import cycle_start, import_day, remembered_since
from scenarios.scenario import Scenario
from scenarios.timing import After, Event, Step

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from pyspark.sql import DataFrame

    from scenarios.tonight import Tonight


def due(scenario: Scenario, step: Step, people: "DataFrame", tonight: "Tonight") -> "DataFrame":
    """Return the members who are due, with `used_modes`: the modes in which this cascade has already contacted them.

    `people` have the columns of `Tonight.with_history`. A monthly step is for its whole audience. Any other step decides about a subscriber
    once within the nights it reads, or within the cycle if its cascade begins again each month: a subscriber about whom another of these
    nights, earlier or later, has decided is not due.
    """
    members = people.where(_is_meant(scenario, step))
    if isinstance(step.trigger, After):
        members = members.join(_after(scenario, step, step.trigger, tonight), "subscriber_id", "left_semi")
    return _with_used_modes(scenario, step, members, tonight)


def due_for_somebody(steps: "Sequence[tuple[Scenario, Step]]", people: "DataFrame", tonight: "Tonight") -> "list[tuple[Scenario, Step]]":
    """Return those of the steps for which anybody may be due, by one query for all of them.

    A step that follows another is kept if anybody waits for it and anybody is in its audience; they may turn out to be two.
    """
    from pyspark.sql import functions as F

    meant = [F.max(F.expr(_is_meant(scenario, step))).alias(f"meant_{at}") for at, (scenario, step) in enumerate(steps)]
    waits = [
        F.max(F.expr(f"{_of_step(scenario, step, step.trigger, tonight.on)} AND ({step.trigger.outcome.when})")).alias(f"waits_{at}")
        for at, (scenario, step) in enumerate(steps)
        if isinstance(step.trigger, After)
    ]
    found = people.withColumn("business_date", F.lit(tonight.on)).agg(*meant)
    if waits:
        found = found.crossJoin(tonight.meant().agg(*waits))
    row = found.collect()[0].asDict()
    # An aggregate over nobody is null.
    return [of for at, of in enumerate(steps) if row[f"meant_{at}"] and row.get(f"waits_{at}", True)]


def _is_meant(scenario: Scenario, step: Step) -> str:
    """Return Spark SQL over people with their history: who is due, without the condition on the step before."""
    parts = [scenario.audience, *([step.trigger.when] if isinstance(step.trigger, Event) else [])]
    decided = "decided_in_cycle" if scenario.timing.root(step).begins_monthly else "decided_steps"
    parts += [] if step.monthly else [f"NOT array_contains({decided}, '{scenario.name} {step.name}')"]
    return " AND ".join(f"({part})" for part in parts)


def _of_step(scenario: Scenario, step: Step, trigger: After, on: "date") -> str:
    """Return Spark SQL over fb.customer_state: the rows of the step before, of this cascade. A list of date B is imported on B + 1."""
    between = f"list_date BETWEEN DATE'{_since(scenario, step, on)}' AND DATE'{on - timedelta(days=1)}'"
    return f"scenario = '{scenario.name}' AND step = '{trigger.step}' AND {between}"


def _since(scenario: Scenario, step: Step, on: "date") -> "date":
    """Return the date from which contacts belong to the step's cascade: a monthly cascade begins again with each cycle."""
    return cycle_start(on) if scenario.timing.root(step).begins_monthly else remembered_since(on)


def _after(scenario: Scenario, step: Step, trigger: After, tonight: "Tonight") -> "DataFrame":
    """Return subscriber_id of those for whom the step before was meant long enough ago, and for whom the outcome is true."""
    from pyspark.sql import functions as F

    meant = tonight.meant().where(_of_step(scenario, step, trigger, tonight.on))
    newest = F.max_by(F.struct(*meant.columns), F.struct("list_date", "channel")).alias("row")
    have = meant.groupBy("subscriber_id").agg(newest).select("row.*").where(trigger.outcome.when)
    have_waited = F.expr(trigger.outcome.since) <= F.lit(import_day(tonight.on) - timedelta(days=trigger.days))
    return (have if step.monthly else have.where(have_waited)).select("subscriber_id")


def _with_used_modes(scenario: Scenario, step: Step, members: "DataFrame", tonight: "Tonight") -> "DataFrame":
    from pyspark.sql import functions as F

    none = F.expr("CAST(array() AS ARRAY<STRING>)")
    root = scenario.timing.root(step)
    if step is root:
        return members.withColumn("used_modes", none)
    taken_back = step.trigger.step if isinstance(step.trigger, After) and step.trigger.outcome.frees_mode else None
    steps = [other.name for other in scenario.timing.steps if scenario.timing.root(other) is root and other.name != taken_back]
    since = f"list_date >= DATE'{_since(scenario, step, tonight.on)}'"
    of_cascade = tonight.meant().where(F.col("step").isin(*steps)).where(f"scenario = '{scenario.name}' AND {since}")
    used = of_cascade.groupBy("subscriber_id").agg(F.collect_set("mode").alias("used_modes"))
    return members.join(used, "subscriber_id", "left").withColumn("used_modes", F.coalesce("used_modes", none))
