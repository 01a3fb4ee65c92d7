"""A delivery of several days: each day is a separate load."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from expectations.feed import Feed
from jobs.receive.deliveries import Delivery

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


@dataclass(frozen=True)
class DayRows:
    """The rows of one day in a delivery: how many, how many of them can be loaded, and a hash of their text in any order."""

    known_on: date
    content: str
    day: date
    rows: int
    good: int
    digest: str


def rows_by_day(feed: Feed, staged: "DataFrame") -> list[DayRows]:
    """Return the days of the staged deliveries, counted by Spark."""
    from pyspark.sql import functions as F

    # Sums of two slices of each row's hash: the same rows in another order, or in other files, count as the same content.
    slices = [F.conv(F.substr(F.sha2("text", 256), F.lit(first), F.lit(15)), 16, 10) for first in (1, 16)]
    sums = [F.sum(piece.cast("decimal(38,0)")) for piece in slices]
    by_day = staged.where("reasons IS NOT NULL").groupBy("known_on", "load_id", str(feed.table.event_date))
    found = by_day.agg(F.count("*"), F.count_if(F.size("reasons") == 0), F.concat_ws(" ", *sums)).collect()
    return [DayRows(*row) for row in found]


def days_of(feed: Feed, deliveries: Iterable[Delivery], found: list[DayRows]) -> list[Delivery]:
    """Return each day of each delivery as a delivery, oldest first.

    The data date is among them if it has rows, if the feed may have none for it, and if the delivery has no rows at all.
    """
    days = []
    for whole in deliveries:
        own = {one.day: one for one in found if (one.known_on, one.content) == (whole.known_on, whole.load_id)}
        if feed.may_be_empty or not own:
            own.setdefault(whole.data_date, DayRows(whole.known_on, whole.load_id, whole.data_date, 0, 0, ""))
        for day, one in sorted(own.items()):
            named = " ".join(filter(None, (feed.name, whole.scope, f"{day} {one.rows}", one.digest)))
            load_id = hashlib.sha256(named.encode()).hexdigest()[:16]
            days.append(replace(whole, day=day, rows=one.rows, good=one.good, load_id=load_id, content=whole.load_id))
    return days


def relabelled(spark: "SparkSession", feed: Feed, staged: "DataFrame", loaded: list[Delivery]) -> "DataFrame":
    """Return the staged rows of the days that are loaded, with the id of their day's load."""
    from pyspark.sql import functions as F

    event_date = str(feed.table.event_date)
    ids = spark.createDataFrame(
        [(day.known_on, day.content, day.event_date, day.load_id) for day in loaded],
        f"known_on DATE, load_id STRING, `{event_date}` DATE, of_day STRING",
    )
    labelled = staged.join(F.broadcast(ids), ["known_on", "load_id", event_date], "left")
    return labelled.withColumn("load_id", F.coalesce("of_day", "load_id")).drop("of_day")
