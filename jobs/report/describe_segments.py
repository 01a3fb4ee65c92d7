"""Describes the strategic segments: what their members are like, and where members came from."""

from datetime import date
from typing import TYPE_CHECKING

from expectations.tables.rpt_segment import RPT_SEGMENT_MIGRATION, RPT_SEGMENT_PORTRAIT
from features.library import CAR
from features.segment import FIGURES
from jobs.runtime.job import table_job
from jobs.runtime.reads import Snapshot

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


def figure(name: str) -> "Column":
    """Return a figure of the customer record as a number; yes counts 1000."""
    from pyspark.sql import functions as F

    return F.when(F.col(name), 1000).when(~F.col(name), 0) if CAR.column(name).type == "boolean" else F.col(name)


@table_job(writes=RPT_SEGMENT_PORTRAIT, customers=Snapshot(CAR))
def describe_segments(on: date, customers: "DataFrame") -> "DataFrame":
    """Compare the members of each segment with all live subscribers, figure by figure (客户特征刻画)."""
    from pyspark.sql import functions as F

    members = customers.where("segment IS NOT NULL").select("segment", *(figure(name).cast("bigint").alias(name) for name in FIGURES))
    each = members.unpivot("segment", list(FIGURES), "figure", "value")
    counts = (F.count("*").alias("subscribers"), F.count("value").alias("known"), F.sum("value").alias("total"))
    by_segment = each.groupBy("segment", "figure").agg(*counts)
    of_all = by_segment.groupBy("figure").agg(F.sum("known").alias("known_of_all"), F.sum("total").alias("total_of_all"))
    return by_segment.join(F.broadcast(of_all), "figure").select(
        "segment",
        "figure",
        "subscribers",
        "known",
        F.expr("CASE WHEN known > 0 THEN total DIV known END").alias("mean"),
        F.expr("CASE WHEN known_of_all > 0 THEN total_of_all DIV known_of_all END").alias("mean_of_all"),
        F.lit(on).alias("business_date"),
    )


@table_job(writes=RPT_SEGMENT_MIGRATION, customers=Snapshot(CAR))
def count_segment_moves(on: date, customers: "DataFrame") -> "DataFrame":
    """Count who moved from which segment of the month before to which of this month. Those who are new in the segments do not count."""
    from pyspark.sql import functions as F

    moved = customers.where("segment IS NOT NULL AND previous_segment IS NOT NULL")
    return moved.groupBy("previous_segment", "segment").agg(F.count("*").alias("subscribers")).withColumn("business_date", F.lit(on))
