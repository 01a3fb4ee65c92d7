"""Which subscription held which number, and when."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from expectations.columns import TERMINAL_STATES
from expectations.tables.dwd_number_interval import DWD_NUMBER_INTERVAL
from expectations.tables.ods_subscriber import ODS_SUBSCRIBER
from features.moment import Moment
from features.state import newest
from jobs.runtime.job import table_job
from jobs.runtime.reads import Entered, State

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# Longer than the WAP log's history and lateness; short enough that the cost does not grow with the lake's age.
DAYS_SEEN = 45


def _days_seen(on: date) -> list[date]:
    return [on - timedelta(days=back) for back in range(DAYS_SEEN)]


_SEEN = Entered(ODS_SUBSCRIBER, into=DWD_NUMBER_INTERVAL, dates=_days_seen)


@table_job(writes=DWD_NUMBER_INTERVAL, held=State(DWD_NUMBER_INTERVAL, of=_SEEN, told_on="seen_on"), delivered=_SEEN)
def resolve_numbers(moment: Moment, held: "DataFrame", delivered: "DataFrame") -> "DataFrame":
    """One interval per number and holder: from the day BOSS gives the number's start, to the next holder's start or the terminal state."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    over_on = F.when(F.col("state").isin(*TERMINAL_STATES), F.col("state_date"))
    who = ("number_token", "subscriber_id", *moment.per)
    told = delivered.select(*who, F.col("number_date").alias("valid_from"), over_on.alias("over_on"), F.col("day").alias("seen_on"))
    pairs = newest(held.select(*told.columns), told, who, "seen_on")
    # Only an operator's error makes two holders start on one day. The smaller token then has an empty interval, so no day has two holders.
    ordered = Window.partitionBy("number_token", *moment.per).orderBy("valid_from", "subscriber_id")
    # When a number changes, the old one ends on the day the new one begins, even if nobody else took it.
    own = Window.partitionBy("subscriber_id", *moment.per).orderBy("valid_from", "number_token")
    valid_to = F.least("over_on", F.lead("valid_from").over(ordered), F.lead("valid_from").over(own))
    return pairs.withColumns({"valid_to": valid_to, "business_date": moment.on}).select(*(c.name for c in DWD_NUMBER_INTERVAL.columns))
