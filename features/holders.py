"""The holder of a number when the operator's data have several live subscriptions with it."""

from typing import TYPE_CHECKING

from expectations.columns import LIVE_STATES

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def numbers_held_twice(subscribers: "DataFrame") -> "DataFrame":
    """Return one row per number that several live subscriptions have: `holders`, their subscriber ids, the newest first.

    The newest has the latest `number_date`; on equal days it has the greater token, as in dwd.number_interval.
    """
    from pyspark.sql import functions as F

    live = subscribers.where(F.col("state").isin(*LIVE_STATES))
    holders = F.sort_array(F.collect_list(F.struct("number_date", "subscriber_id")), asc=False)
    found = live.groupBy("number_token").agg(holders.alias("holders")).where("size(holders) > 1")
    return found.select(F.col("holders.subscriber_id").alias("holders"))


def with_older_holders(rows: "DataFrame", subscribers: "DataFrame") -> "DataFrame":
    """Return the rows with `is_older_holder`, true for every holder of a number except the newest; never null.

    `subscribers` has the number of each subscriber.
    """
    from pyspark.sql import functions as F

    older = numbers_held_twice(subscribers).selectExpr("explode(slice(holders, 2, size(holders))) AS subscriber_id", "true AS is_older")
    marked = rows.join(older, "subscriber_id", "left")
    return marked.withColumn("is_older_holder", F.coalesce("is_older", F.lit(False))).drop("is_older")
