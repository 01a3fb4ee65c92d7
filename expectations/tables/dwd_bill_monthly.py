"""The settled bill per subscriber and month, cleaned."""

from expectations.columns import MONTH, SUBSCRIBER_ID
from expectations.contract import Table
from expectations.tables.ods_bill import BILL, ITEMS

BILL_MONTHLY = Table(
    name="dwd.bill_monthly",
    owner="billing",
    comment="One row per subscriber and settled month.",
    key=("subscriber_id",),
    event_date="month",
    follows=BILL,
    columns=(MONTH, SUBSCRIBER_ID, *ITEMS),
)
