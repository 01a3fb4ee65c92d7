"""Who gets a contact when a channel cannot reach everybody: ranked by value, cut at capacity (P7, P9 to come)."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def ranked(candidates: "DataFrame", capacities: "DataFrame") -> "DataFrame":
    """Candidates with `rank` within scenario and wave and `would_list`, true above the channel's cut.

    Shape: one row per (scenario, wave, subscriber_id) with `channel`, `value_fen`, `is_eligible`; capacities have `channel` and
    `daily_capacity` (null: unlimited). A channel's contacts go to the most valuable of all scenarios. Rows that are not eligible take no
    capacity, have rank null and would_list false. Orders are total: value, then subscriber, then scenario.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    best_first = (F.desc("value_fen"), F.asc("subscriber_id"), F.asc("scenario"))
    of_wave = Window.partitionBy("scenario", "wave", "is_eligible").orderBy(*best_first)
    of_channel = Window.partitionBy("channel", "is_eligible").orderBy(*best_first)
    limits = F.broadcast(capacities.select("channel", "daily_capacity"))
    placed = candidates.withColumns({"rank": F.row_number().over(of_wave), "_place": F.row_number().over(of_channel)})
    fits = F.col("daily_capacity").isNull() | (F.col("_place") <= F.col("daily_capacity"))
    return (
        placed.join(limits, "channel", "left")
        .withColumns({"rank": F.when(F.col("is_eligible"), F.col("rank")), "would_list": F.col("is_eligible") & fits})
        .drop("_place", "daily_capacity")
    )
