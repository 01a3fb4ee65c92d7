"""BOSS and CRM in one row per subscription."""

from datetime import date
from typing import TYPE_CHECKING

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.ods_customer import ODS_CUSTOMER
from expectations.tables.ods_subscriber import ODS_SUBSCRIBER
from jobs.runtime.job import table_job
from jobs.runtime.reads import Latest

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table_job(writes=DWD_SUBSCRIBER, delivered=Latest(ODS_SUBSCRIBER), customers=Latest(ODS_CUSTOMER))
def refine_subscribers(on: date, delivered: "DataFrame", customers: "DataFrame") -> "DataFrame":
    """Join the newest S1 and S5. Without a CRM row a subscription has nulls, and exclusions that need them exclude it (S1, S5, P6)."""
    from pyspark.sql import functions as F

    of_crm = [c.name for c in DWD_SUBSCRIBER.columns if c.name not in delivered.columns and c.name != "business_date"]
    people = customers.select("subscriber_id", *of_crm)
    return (
        delivered.join(people, "subscriber_id", "left")
        .withColumn("business_date", F.lit(on))
        .select(*(column.name for column in DWD_SUBSCRIBER.columns))
    )
