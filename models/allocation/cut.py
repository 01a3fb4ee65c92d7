"""Allocation: who gets which offer through which channel when channels cannot reach everybody (P7; the bound of P9 is not built)."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_MEMBER = ("scenario", "step", "subscriber_id")


def allocate(candidates: "DataFrame", capacities: "DataFrame") -> "DataFrame":
    """Choose one option per member over all scenarios at once, and cut each channel at its capacity.

    Returns one row per (scenario, step, subscriber_id): the chosen option's columns, `rank` within the step, and `would_list`, true above
    the channel's cut. `candidates` are rows of mkt.candidate, `capacities` have `channel` and `daily_capacity` (null: unlimited). The
    option with the greatest value is chosen; of equals the first by offer and channel. If all options of a member have reasons against
    them, the row has all these reasons, null rank and false would_list, and uses no capacity. A channel's capacity goes to the most
    valuable contacts of all scenarios. Orders are total: value, then subscriber, then scenario, then step.
    """
    from pyspark.sql import functions as F

    return _cut(_best_options(candidates).withColumn("is_eligible", F.size("reasons") == 0), capacities)


def _best_options(candidates: "DataFrame") -> "DataFrame":
    from pyspark.sql import functions as F

    others = [name for name in candidates.columns if name not in (*_MEMBER, "reasons")]
    order = F.struct(F.size("reasons") > 0, -F.col("value_fen"), "offer", "channel")
    best = candidates.groupBy(*_MEMBER).agg(
        F.min_by(F.struct(*others), order).alias("best"),
        F.min(F.size("reasons")).alias("fewest"),
        F.array_sort(F.collect_list(F.struct("offer", "channel", "reasons"))).alias("options"),
    )
    none = F.expr("CAST(array() AS ARRAY<STRING>)")
    every = F.array_distinct(F.flatten(F.transform("options", lambda option: option["reasons"])))
    return best.select(*_MEMBER, "best.*", F.when(F.col("fewest") == 0, none).otherwise(every).alias("reasons"))


def _cut(chosen: "DataFrame", capacities: "DataFrame") -> "DataFrame":
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    best_first = (F.desc("value_fen"), F.asc("subscriber_id"), F.asc("scenario"), F.asc("step"))
    of_step = Window.partitionBy("scenario", "step", "is_eligible").orderBy(*best_first)
    of_channel = Window.partitionBy("channel", "is_eligible").orderBy(*best_first)
    limits = F.broadcast(capacities.select("channel", "daily_capacity"))
    placed = chosen.withColumns({"rank": F.row_number().over(of_step), "_place": F.row_number().over(of_channel)})
    fits = F.col("daily_capacity").isNull() | (F.col("_place") <= F.col("daily_capacity"))
    return (
        placed.join(limits, "channel", "left")
        .withColumns({"rank": F.when(F.col("is_eligible"), F.col("rank")), "would_list": F.col("is_eligible") & fits})
        .drop("_place", "daily_capacity", "is_eligible")
    )
