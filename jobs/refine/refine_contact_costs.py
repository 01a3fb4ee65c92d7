"""From feedback to what marketing spent on a subscriber."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from expectations.tables.dwd_contact_cost import DWD_CONTACT_COST
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.ods_channel import ODS_CHANNEL
from expectations.tables.ods_feedback import DWD_FEEDBACK
from expectations.tables.ods_resource import ODS_RESOURCE
from features.effective import newest_on
from jobs.runtime.job import table_job
from jobs.runtime.reads import Arrived, Between, InForce

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# Feedback about an older list is still counted as a contact, but the resource on the list is no longer looked up.
LIST_DAYS_BACK = 70
OF_CONTACT = ("subscriber_id", "scenario", "step", "list_date")


@table_job(
    writes=DWD_CONTACT_COST,
    feedback=Arrived(DWD_FEEDBACK),
    contacts=Between(MKT_CONTACT, lambda on: on - timedelta(days=LIST_DAYS_BACK), lambda on: on),
    channels=InForce(ODS_CHANNEL),
    resources=InForce(ODS_RESOURCE),
)
def refine_contact_costs(
    on: date, feedback: "DataFrame", contacts: "DataFrame", channels: "DataFrame", resources: "DataFrame"
) -> "DataFrame":
    """Price each contact that was delivered and each resource that came with an offer that was taken (S12, S11, T10).

    The resource is the one on the list of an earlier night. Both prices are those of the night that first saw the feedback.
    """
    from pyspark.sql import functions as F

    costs = newest_on(channels, "channel", on).select("channel", "contact_cost_fen")
    prices = newest_on(resources, "resource", on).select("resource", "unit_cost_fen")
    given = contacts.where("resource IS NOT NULL").withColumnRenamed("business_date", "list_date").select(*OF_CONTACT, "resource")
    is_contact, is_taken = F.col("stage") == "delivered", F.col("outcome").isin("agreed_paid", "agreed_trial")
    rows = (
        feedback.where(is_contact | is_taken)
        .join(given, list(OF_CONTACT), "left")
        .join(F.broadcast(costs), "channel", "left")
        .join(F.broadcast(prices), "resource", "left")
    )
    is_gift = is_taken & F.col("resource").isNotNull()
    return (
        rows.groupBy("day", "known_on", "feed", "load_id", "subscriber_id")
        .agg(
            F.count_if(is_contact).alias("contacts"),
            F.sum(F.when(is_contact, F.coalesce("contact_cost_fen", F.lit(0))).otherwise(0)).cast("bigint").alias("contact_cost_fen"),
            F.count_if(is_gift).alias("gifts"),
            F.sum(F.when(is_gift, F.coalesce("unit_cost_fen", F.lit(0))).otherwise(0)).cast("bigint").alias("gift_cost_fen"),
        )
        .select(*(column.name for column in DWD_CONTACT_COST.columns))
    )
