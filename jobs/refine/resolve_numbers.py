"""Who held which number when."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from expectations.columns import TERMINAL_STATES
from expectations.tables.dwd_number_interval import NUMBER_INTERVAL
from expectations.tables.ods_subscriber import SUBSCRIBER
from jobs.runtime.job import table_job
from jobs.runtime.reads import Known

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# Longer than the WAP log's history and lateness, short enough that the cost does not grow with the lake's age.
DAYS_SEEN = 45


def _days_seen(on: date) -> list[date]:
    return [on - timedelta(days=back) for back in range(DAYS_SEEN)]


@table_job(writes=NUMBER_INTERVAL, delivered=Known(SUBSCRIBER, _days_seen))
def resolve_numbers(on: date, delivered: "DataFrame") -> "DataFrame":
    """One interval per number and holder: from the day BOSS gives the number's start, to the next holder's start or the terminal state."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    is_over = F.col("state").isin(*TERMINAL_STATES)
    held = delivered.groupBy("number_token", "subscriber_id").agg(
        F.max("number_date").alias("valid_from"),
        F.max(F.struct("day", F.when(is_over, F.col("state_date")).alias("over_on"))).alias("newest"),
    )
    # Two holders may start on one day only by an operator's error: the smaller token then holds nothing rather than both holding one day.
    ordered = Window.partitionBy("number_token").orderBy("valid_from", "subscriber_id")
    # A subscriber who changed her number left the old one on the day the new one began, even if nobody else took it.
    own = Window.partitionBy("subscriber_id").orderBy("valid_from", "number_token")
    ends = held.select(
        "number_token",
        "subscriber_id",
        "valid_from",
        F.least("newest.over_on", F.lead("valid_from").over(ordered), F.lead("valid_from").over(own)).alias("valid_to"),
    )
    return ends.where("valid_to IS NULL OR valid_to > valid_from").withColumn("business_date", F.lit(on))
