"""WAP requests to content per subscriber and day."""

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

# Content is added up load by load, so that a reader can choose among the loads of a day.
_OF_LOAD = ("day", "known_on", "feed", "load_id")


@table_job(writes=DWD_CONTENT_DAILY, requests=Arrived(ODS_WAP_LOG), numbers=Snapshot(DWD_NUMBER_INTERVAL))
def refine_content(on: date, requests: "DataFrame", numbers: "DataFrame") -> "DataFrame":
    """Give each request to who held the number that day, name its content by host and its handset by user agent, and add up (S7, T5).

    Requests are added up by number, host and user agent before anything else looks at them: parsers then see distinct values alone.
    """
    from pyspark.sql import functions as F

    added = requests.groupBy(*_OF_LOAD, "number_token", "host", "user_agent").agg(
        F.count("*").alias("requests"), F.sum(F.col("bytes_up") + F.col("bytes_down")).alias("content_bytes")
    )
    hosts = added.select("host").distinct().mapInArrow(_categories, "host STRING, category STRING")
    agents = (
        added.select("user_agent")
        .where("user_agent IS NOT NULL")
        .distinct()
        .mapInArrow(_devices, "user_agent STRING, os STRING, maker STRING")
    )
    held = [
        added.number_token == numbers.number_token,
        added.day >= numbers.valid_from,
        numbers.valid_to.isNull() | (added.day < numbers.valid_to),
    ]
    resolved = added.join(numbers.select("number_token", "subscriber_id", "valid_from", "valid_to"), held).drop(numbers.number_token)
    named = resolved.join(F.broadcast(hosts), "host").join(F.broadcast(agents), "user_agent", "left")
    # The agent of most requests to one host; ties by name, so that the same rows always give the same answer.
    commonest = F.max(F.when(F.col("os").isNotNull(), F.struct("requests", "os", "maker")))
    return (
        named.groupBy(*_OF_LOAD, "subscriber_id", "category")
        .agg(F.sum("requests").alias("requests"), F.sum("content_bytes").alias("content_bytes"), commonest.alias("agent"))
        .withColumns({"os_family": F.col("agent.os"), "device_brand": F.col("agent.maker")})
        .select(*(column.name for column in DWD_CONTENT_DAILY.columns))
    )


def _categories(batches: Iterator["pa.RecordBatch"]) -> Iterator["pa.RecordBatch"]:
    import pyarrow as pa

    from features.hosts import category_of

    for batch in batches:
        hosts = batch.column(0)
        yield pa.RecordBatch.from_arrays([hosts, pa.array(category_of(hosts.to_pylist()), pa.string())], names=["host", "category"])


def _devices(batches: Iterator["pa.RecordBatch"]) -> Iterator["pa.RecordBatch"]:
    import pyarrow as pa

    from features.user_agents import read_user_agents

    for batch in batches:
        agents = batch.column(0)
        read = read_user_agents(agents.to_pylist())
        columns = [agents, pa.array([os for os, _ in read], pa.string()), pa.array([maker for _, maker in read], pa.string())]
        yield pa.RecordBatch.from_arrays(columns, names=["user_agent", "os", "maker"])
