"""The holder of a number: on the day of an event, and when the operator's data have several live subscriptions with it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from expectations.columns import LIVE_STATES

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def held_at(events: "DataFrame", numbers: "DataFrame", day: str = "day", per: Sequence[str] = ()) -> "DataFrame":
    """Return the events whose number somebody held on the event's own day, with `subscriber_id`, their holder, in place of `number_token`.

    `numbers` is dwd.number_interval, in which no day of a number has two holders. `day` names the column with the event's day; `per` tells
    the nights of both frames apart (Moment.per). Events of nobody are not returned; `count_unheld` of jobs/refine/unheld.py counts them.
    """
    from pyspark.sql import functions as F

    held = F.col("valid_from").alias("held_from"), F.col("valid_to").alias("held_to")
    intervals = numbers.select("number_token", "subscriber_id", *held, *per)
    that_day = f"`{day}` >= held_from AND (held_to IS NULL OR `{day}` < held_to)"
    return events.join(intervals, ["number_token", *per]).where(that_day).drop("number_token", "held_from", "held_to")


def numbers_held_twice(subscribers: "DataFrame") -> "DataFrame":
    """Return one row per number that several live subscriptions have: `holders`, their subscriber ids, the newest first.

    The newest has the latest `number_date`; on equal days it has the greater token, as in dwd.number_interval.
    """
    from pyspark.sql import functions as F

    live = subscribers.where(F.col("state").isin(*LIVE_STATES))
    holders = F.sort_array(F.collect_list(F.struct("number_date", "subscriber_id")), asc=False)
    found = live.groupBy("number_token").agg(holders.alias("holders")).where("size(holders) > 1")
    return found.select(F.col("holders.subscriber_id").alias("holders"))


def with_shared_numbers(rows: "DataFrame", subscribers: "DataFrame") -> "DataFrame":
    """Return the rows with `shares_number`, true for every holder of a number that several live subscriptions have; never null.

    `subscribers` has the number of each subscriber.
    """
    from pyspark.sql import functions as F

    sharing = numbers_held_twice(subscribers).selectExpr("explode(holders) AS subscriber_id", "true AS shares")
    marked = rows.join(sharing, "subscriber_id", "left")
    return marked.withColumn("shares_number", F.coalesce("shares", F.lit(False))).drop("shares")
