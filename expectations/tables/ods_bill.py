"""S4 as delivered: the settled bill per subscriber and month."""

from expectations.checks import NOT_NULL, between
from expectations.columns import LOAD_ID, MONTH, MOST_BYTES_INCLUDED, SUBSCRIBER_ID, amount, volume
from expectations.contract import Column, Table

_ITEMS = (
    Column("bill_fen", "bigint", "Amount billed.", (NOT_NULL, between(0, 5_000_000)), unit="fen"),
    amount("plan_fee_fen", "Fee of the base plan."),
    amount("data_plan_fee_fen", "Fees of data plans and packs."),
    amount("data_fee_outside_fen", "Data fee outside any package."),
    amount("voice_fee_fen", "Voice fees outside the plan."),
    amount("sms_fee_fen", "Message fees outside the plan."),
    amount("service_fee_fen", "Fees of value-added services."),
    Column(
        "allowance_bytes",
        "bigint",
        "Data included in plans and packs.",
        (between(0, MOST_BYTES_INCLUDED),),
        unit="bytes",
        null_means="unlimited",
    ),
    volume("allowance_used_bytes", "Of that, used.", MOST_BYTES_INCLUDED),
    amount("owed_fen", "Amount owed from earlier months."),
)

ODS_BILL = Table(
    name="ods.bill",
    owner="billing",
    comment="One row per subscriber and settled month (S4).",
    key=("subscriber_id", "load_id"),
    event_date="month",
    columns=(MONTH, SUBSCRIBER_ID, *_ITEMS, LOAD_ID),
)
