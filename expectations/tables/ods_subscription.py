"""S2 as delivered: order lines, daily delta; a changed line is sent again."""

from expectations.checks import NOT_NULL, one_of
from expectations.columns import EXTRACT_DAY, LOAD_ID, PRODUCT, SHORT_CODE, SUBSCRIBER_ID
from expectations.contract import Column, Table

ORDER_SOURCES = ("paid", "trial", "bundled")

ODS_SUBSCRIPTION = Table(
    name="ods.subscription",
    owner="products",
    comment="One row per order line and extract day on which it was new or changed (S2).",
    key=("order_id", "load_id"),
    event_date="day",
    columns=(
        EXTRACT_DAY,
        Column("order_id", "string", "The operator's order line number.", (NOT_NULL,)),
        SUBSCRIBER_ID,
        PRODUCT,
        Column("channel", "string", "Channel code the order came through.", (SHORT_CODE,)),
        Column("order_source", "string", "Paid, free trial or part of a bundle.", (NOT_NULL, one_of(*ORDER_SOURCES))),
        Column("ordered_at", "timestamp", "When it was ordered.", (NOT_NULL,)),
        Column("cancelled_at", "timestamp", "When it was cancelled.", null_means="not cancelled"),
        Column("effective_date", "date", "First day of service.", (NOT_NULL,)),
        Column("expiry_date", "date", "First day without service.", null_means="open ended"),
        LOAD_ID,
    ),
)
