"""Counts the decisions of a night for the report."""

from datetime import date
from typing import TYPE_CHECKING

from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.rpt_funnel import RPT_FUNNEL
from jobs.runtime.job import table_job
from jobs.runtime.reads import Snapshot

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table_job(writes=RPT_FUNNEL, decisions=Snapshot(MKT_DECISION))
def count_decisions(on: date, decisions: "DataFrame") -> "DataFrame":
    """Count the decisions that are equal in every column the report shows. The report reads these counts, so it needs no Spark."""
    from pyspark.sql import functions as F

    alike = [column.name for column in RPT_FUNNEL.columns if column.name not in ("rows", "business_date")]
    return decisions.groupBy(*alike).agg(F.count("*").alias("rows")).withColumn("business_date", F.lit(on))
