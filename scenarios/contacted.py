"""How often subscribers were contacted lately, for the caps of the policy (P2)."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import reduce
from typing import TYPE_CHECKING

from scenarios.calendar import import_day
from scenarios.offers import looked_up
from scenarios.policy import CAPS, ContactCap

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

# How many contacts of each cap a subscriber had, as columns of the offers.
USED = tuple(f"used_{place}" for place in range(len(CAPS)))


def contacts_before(on: date, state: "DataFrame", others: "DataFrame", modes: Mapping[str, str]) -> "DataFrame":
    """Return subscriber_id with the number of contacts before the import day, for each cap (P2): of ours and of other departments (S16).

    Ours are those of fb.customer_state. A held-out subscriber who would have been listed counts as contacted, so that caps treat both arms
    alike; what a channel rejected or never got does not count. A contact through a channel that the catalogue (`modes`) does not know
    counts as active.
    """
    from pyspark.sql import functions as F

    day = import_day(on)
    mode = F.coalesce(looked_up(modes, F.col("channel")), F.lit("active"))
    made = [
        state.where("arm IS NOT NULL").select("subscriber_id", F.date_add("list_date", 1).alias("day"), "mode"),
        others.where("arm IS NULL OR arm = 'treated'").select("subscriber_id", "day", mode.alias("mode")),
    ]
    every = reduce(lambda one, other: one.unionByName(other), made).where(F.col("day") < F.lit(day))
    counted = [F.count_if(_counts(cap, day)).cast("int").alias(name) for name, cap in zip(USED, CAPS, strict=True)]
    longest = max(cap.days for cap in CAPS)
    return every.where(F.col("day") > F.lit(day - timedelta(days=longest))).groupBy("subscriber_id").agg(*counted)


def _counts(cap: ContactCap, day: date) -> "Column":
    from pyspark.sql import functions as F

    within = F.col("day") > F.lit(day - timedelta(days=cap.days))
    return within & (F.col("mode") == cap.mode) if cap.mode else within
