"""The settled bill per subscriber and month, cleaned."""

from expectations.columns import MONTH, SUBSCRIBER_ID
from expectations.contract import Table
from expectations.tables.ods_bill import ITEMS, ODS_BILL

DWD_BILL_MONTHLY = Table(
    name="dwd.bill_monthly",
    owner="billing",
    comment="One row per subscriber and settled month.",
    key=("subscriber_id",),
    event_date="month",
    follows=ODS_BILL,
    columns=(MONTH, SUBSCRIBER_ID, *ITEMS),
)
