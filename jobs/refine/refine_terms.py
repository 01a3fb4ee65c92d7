"""From searches in the WAP log to content keywords per subscriber and day."""

from datetime import date
from typing import TYPE_CHECKING

from expectations.tables.dwd_number_interval import DWD_NUMBER_INTERVAL
from expectations.tables.dwd_term_daily import DWD_TERM_DAILY
from expectations.tables.ods_wap_log import ODS_WAP_LOG
from features.holders import held_at
from features.web.terms import keywords
from jobs.refine.refine_content import OF_LOAD, REQUEST
from jobs.runtime.job import table_job
from jobs.runtime.reads import Arrived, Snapshot

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table_job(writes=DWD_TERM_DAILY, requests=Arrived(ODS_WAP_LOG), numbers=Snapshot(DWD_NUMBER_INTERVAL))
def refine_terms(on: date, requests: "DataFrame", numbers: "DataFrame") -> "DataFrame":
    """Give each content keyword to the subscriber who held the number that day, and count (S7, T5). Few requests have a keyword."""
    from pyspark.sql import functions as F

    once = requests.where("terms IS NOT NULL").select(*REQUEST, F.explode("terms").alias("term")).distinct()
    counted = once.groupBy(*OF_LOAD, "number_token", "term").agg(F.count("*").alias("searches"))
    category = requests.sparkSession.createDataFrame(sorted(keywords().category.items()), "term STRING, category STRING")
    return (
        held_at(counted, numbers)
        # A keyword that has left the reviewed list since is dropped.
        .join(F.broadcast(category), "term")
        .groupBy(*OF_LOAD, "subscriber_id", "term", "category")
        .agg(F.sum("searches").alias("searches"))
        .select(*(column.name for column in DWD_TERM_DAILY.columns))
    )
