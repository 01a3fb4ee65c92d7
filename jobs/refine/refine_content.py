"""From WAP requests to content per subscriber and day."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from expectations.tables.dwd_content_daily import DWD_CONTENT_DAILY
from expectations.tables.dwd_number_interval import DWD_NUMBER_INTERVAL
from expectations.tables.ods_wap_log import ODS_WAP_LOG
from features.content import UNKNOWN
from features.holders import held_at
from jobs.refine.unheld import count_unheld
from jobs.runtime.job import table_job
from jobs.runtime.reads import Arrived, Snapshot

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

# Content is summed by load, so that a reader can choose among the loads of a day.
OF_LOAD = ("day", "known_on", "feed", "load_id")
# A gateway may log a request twice: rows that are equal in these columns are one request.
REQUEST = (*OF_LOAD, "number_token", "requested_at", "host", "bytes_up", "bytes_down")
# A visit ends when nothing of its category is asked for so long. Web analytics use the same 30 minutes.
VISIT_SECONDS = 1_800


@table_job(
    writes=DWD_CONTENT_DAILY,
    requests=Arrived(ODS_WAP_LOG),
    numbers=Snapshot(DWD_NUMBER_INTERVAL),
    then=count_unheld(DWD_CONTENT_DAILY, events="requests + repeats"),
)
def refine_content(on: date, requests: "DataFrame", numbers: "DataFrame") -> "DataFrame":
    """Give each request to the subscriber who held the number that day, name its content by host, and add up (S7, T5).

    All rows of a number go to one task, once.
    """
    from pyspark.sql import functions as F

    hosts = requests.select("host").distinct().mapInArrow(named, "host STRING, category STRING, domain STRING")
    # A site that nobody has reviewed may be about anything, so it is not stored beside a subscriber.
    site = F.coalesce("app", F.when(F.col("category") != UNKNOWN, F.col("domain")), F.lit(UNKNOWN))
    sited = requests.join(F.broadcast(hosts), "host").withColumn("site", site)
    once = sited.repartition("number_token").groupBy(*REQUEST, "category", "site").agg(F.count("*").alias("logged"))
    of_number = _with_visits(once).groupBy(*OF_LOAD, "number_token", "category", "site")
    added = of_number.agg(
        F.count("*").alias("requests"),
        F.sum(F.col("logged") - 1).alias("repeats"),
        F.count_if("begins").alias("visits"),
        F.sum(F.col("bytes_up") + F.col("bytes_down")).alias("content_bytes"),
    )
    sums = ("requests", "repeats", "visits", "content_bytes")
    return (
        held_at(added, numbers)
        .groupBy(*OF_LOAD, "subscriber_id", "category", "site")
        .agg(*(F.sum(name).alias(name) for name in sums))
        .select(*(column.name for column in DWD_CONTENT_DAILY.columns))
    )


def _with_visits(once: "DataFrame") -> "DataFrame":
    """Return the requests with `begins`, whether a visit begins with them."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    in_category = Window.partitionBy(*OF_LOAD, "number_token", "category").orderBy("requested_at", "host", "bytes_up", "bytes_down")
    apart = F.unix_timestamp("requested_at") - F.unix_timestamp(F.lag("requested_at").over(in_category))
    return once.withColumn("begins", F.coalesce(apart > VISIT_SECONDS, F.lit(True)))


def named(batches: Iterator["pa.RecordBatch"]) -> Iterator["pa.RecordBatch"]:
    """Give hosts their category and registered domain; for mapInArrow."""
    import pyarrow as pa

    from features.web.hosts import category_of, domain_of

    for batch in batches:
        hosts = batch.column(0).to_pylist()
        columns = [batch.column(0), pa.array(category_of(hosts), pa.string()), pa.array(domain_of(hosts), pa.string())]
        yield pa.RecordBatch.from_arrays(columns, names=["host", "category", "domain"])
