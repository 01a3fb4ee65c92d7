"""From WAP requests to content per subscriber and day."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from expectations.tables.dwd_content_daily import DWD_CONTENT_DAILY
from expectations.tables.dwd_number_interval import DWD_NUMBER_INTERVAL
from expectations.tables.ods_wap_log import ODS_WAP_LOG
from jobs.runtime.job import table_job
from jobs.runtime.reads import Arrived, Snapshot

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

# Content is summed by load, so that a reader can choose among the loads of a day.
_OF_LOAD = ("day", "known_on", "feed", "load_id")


@table_job(writes=DWD_CONTENT_DAILY, requests=Arrived(ODS_WAP_LOG), numbers=Snapshot(DWD_NUMBER_INTERVAL))
def refine_content(on: date, requests: "DataFrame", numbers: "DataFrame") -> "DataFrame":
    """Give each request to the subscriber who held the number that day, name its content by host, and add up (S7, T5).

    Requests are added up by number and host first, so that each host is looked up once.
    """
    from pyspark.sql import functions as F

    added = requests.groupBy(*_OF_LOAD, "number_token", "host").agg(
        F.count("*").alias("requests"), F.sum(F.col("bytes_up") + F.col("bytes_down")).alias("content_bytes")
    )
    hosts = added.select("host").distinct().mapInArrow(_categories, "host STRING, category STRING")
    held = [
        added.number_token == numbers.number_token,
        added.day >= numbers.valid_from,
        numbers.valid_to.isNull() | (added.day < numbers.valid_to),
    ]
    resolved = added.join(numbers.select("number_token", "subscriber_id", "valid_from", "valid_to"), held).drop(numbers.number_token)
    return (
        resolved.join(F.broadcast(hosts), "host")
        .groupBy(*_OF_LOAD, "subscriber_id", "category")
        .agg(F.sum("requests").alias("requests"), F.sum("content_bytes").alias("content_bytes"))
        .select(*(column.name for column in DWD_CONTENT_DAILY.columns))
    )


def _categories(batches: Iterator["pa.RecordBatch"]) -> Iterator["pa.RecordBatch"]:
    import pyarrow as pa

    from features.hosts import category_of

    for batch in batches:
        hosts = batch.column(0)
        yield pa.RecordBatch.from_arrays([hosts, pa.array(category_of(hosts.to_pylist()), pa.string())], names=["host", "category"])
