"""BOSS and CRM in one row per subscription."""

from typing import TYPE_CHECKING

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.ods_customer import ODS_CUSTOMER
from expectations.tables.ods_no_call import DWD_NO_CALL
from expectations.tables.ods_subscriber import ODS_SUBSCRIBER
from features.moment import Moment
from features.re_entry import PREVIOUS, with_previous
from jobs.runtime.job import table_job
from jobs.runtime.reads import IfMade, Latest, NightBefore

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# A gap of nights that were not run loses no re-entry that was known.
NIGHTS_BACK = 31


@table_job(
    writes=DWD_SUBSCRIBER,
    delivered=Latest(ODS_SUBSCRIBER),
    customers=Latest(ODS_CUSTOMER),
    before=NightBefore(DWD_SUBSCRIBER, NIGHTS_BACK),
    no_call=IfMade(DWD_NO_CALL),
)
def refine_subscribers(
    moment: Moment, delivered: "DataFrame", customers: "DataFrame", before: "DataFrame | None", no_call: "DataFrame | None"
) -> "DataFrame":
    """Join the newest S1 and S5, and add who re-entered and who is on a no-call list (S1, S5, S17, P6).

    Without a CRM row a subscription has nulls, and exclusions that need them exclude it; without a no-call list all are excluded. A
    re-entry that was found stays known, also after BOSS no longer delivers the previous subscription.
    """
    from pyspark.sql import functions as F

    not_of_crm = {*delivered.columns, *PREVIOUS, "no_call_scopes", "business_date"}
    of_crm = [c.name for c in DWD_SUBSCRIBER.columns if c.name not in not_of_crm]
    key = list(moment.key)
    people = customers.select(*key, *of_crm)
    rows = with_previous(delivered, before, moment.per).join(people, key, "left").withColumn("business_date", moment.on)
    if no_call is None:
        rows = rows.withColumn("no_call_scopes", F.lit(None).cast("array<string>"))
    else:
        scopes = no_call.select(*key, F.col("no_call_scopes").alias("listed_scopes"))
        rows = rows.join(scopes, key, "left").withColumn("no_call_scopes", F.expr("coalesce(listed_scopes, array())"))
    return rows.select(*(column.name for column in DWD_SUBSCRIBER.columns))
