"""What earlier contacts have taken of the stock of a resource, and what they may still take (P7)."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from scenarios.offers import looked_up
from scenarios.scenario import Scenario
from scenarios.timing import counts_for

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

MILLION = 1_000_000


def promised(on: date, state: "DataFrame", resources: "DataFrame", scenarios: Sequence[Scenario]) -> "DataFrame":
    """Return resource and promised_ppm: millionths of a gift that contacts before the night of `on` take from the catalogue's stock.

    `state` is fb.customer_state of that night; `resources` has the catalogue's row of each resource. A gift that was taken up after the
    day of that row counts whole, because the operator has not yet deducted it. One that can still be taken up counts with its probability,
    as tonight's offers do. A contact that a channel rejected or never got takes nothing.
    """
    from pyspark.sql import functions as F

    days = {f"{of.name} {step.name}": counts_for(of.success_of(step)) for of in scenarios for step in of.timing.steps}
    # Of a step that is no longer declared nobody knows how long its offer can be taken up.
    longest = max(days.values(), default=0)
    until = F.date_add("list_date", F.coalesce(looked_up(days, F.concat_ws(" ", "scenario", "step")), F.lit(longest)).cast("int"))
    takes = (
        F.when(F.col("taken_on") > F.col("stated_on"), MILLION)
        .when(F.col("taken_on").isNotNull() | (until <= F.lit(on)), 0)
        .otherwise(F.col("effect_ppm"))
    )
    stated = resources.select("resource", F.col("day").alias("stated_on"))
    given = state.where("arm = 'treated'").join(F.broadcast(stated), "resource").withColumn("takes", takes.cast("bigint"))
    # One order may be the take-up of two contacts; it gets one gift.
    of_order = F.when(F.col("taken_on").isNull(), F.sum("takes")).otherwise(F.max("takes"))
    taken = given.groupBy("subscriber_id", "resource", "taken_on").agg(of_order.alias("takes"))
    return taken.groupBy("resource").agg(F.coalesce(F.sum("takes"), F.lit(0)).alias("promised_ppm"))


def left_of(stock: int, promised_ppm: int) -> int:
    """Return how many whole gifts are left of a stock."""
    return max(0, (stock * MILLION - promised_ppm) // MILLION)
