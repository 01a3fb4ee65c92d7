"""Who is on a no-call list."""

from typing import TYPE_CHECKING

from expectations.channels import CHANNELS
from expectations.tables.dwd_number_interval import DWD_NUMBER_INTERVAL
from expectations.tables.ods_no_call import ALL_MARKETING, DWD_NO_CALL, ODS_NO_CALL
from features.holders import held_at
from features.moment import Moment
from jobs.runtime.job import table_job
from jobs.runtime.reads import Latest, Snapshot

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table_job(writes=DWD_NO_CALL, listed=Latest(ODS_NO_CALL), numbers=Snapshot(DWD_NUMBER_INTERVAL))
def refine_no_call(moment: Moment, listed: "DataFrame", numbers: "DataFrame") -> "DataFrame":
    """Put subscribers on the no-call list (S17, P6): who has a listed number tonight, and who had it when it was listed.

    If no list was ever delivered, deliver one (it may be empty); until then every subscriber is excluded with the reason no_call.
    """
    from pyspark.sql import functions as F

    # A scope that is no channel may mean the chosen one, so it counts for all.
    scope = F.when(F.col("scope").isin(*CHANNELS), F.col("scope")).otherwise(F.lit(ALL_MARKETING))
    of_number = listed.select("number_token", scope.alias("scope"), moment.on.alias("tonight"), "listed_on", *moment.per)
    holders = [held_at(of_number, numbers, day, moment.per).select(*moment.key, "scope") for day in ("tonight", "listed_on")]
    return (
        holders[0]
        .unionByName(holders[1])
        .groupBy(*moment.key)
        .agg(F.sort_array(F.collect_set("scope")).alias("no_call_scopes"))
        .select("subscriber_id", "no_call_scopes", moment.on.alias("business_date"))
    )
