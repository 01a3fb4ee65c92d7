"""Which products each subscriber held and when, as known on the night."""

from expectations.checks import NOT_NULL, one_of
from expectations.columns import PRODUCT, SUBSCRIBER_ID, VALID_FROM, VALID_TO
from expectations.contract import LEAST_KEPT_DAYS, Column, Table
from expectations.tables.ods_product import PRODUCT_KINDS
from expectations.tables.ods_subscription import ODS_SUBSCRIPTION

DWD_SUBSCRIPTION_INTERVAL = Table(
    name="dwd.subscription_interval",
    kept_days=LEAST_KEPT_DAYS,
    owner="products",
    comment="One row per order line in its newest state, with the product's entry in the catalogue.",
    key=("order_id",),
    columns=(
        ODS_SUBSCRIPTION.column("order_id"),
        SUBSCRIBER_ID,
        PRODUCT,
        Column(
            "product_kind",
            "string",
            "Kind of product.",
            (NOT_NULL.as_warning, one_of(*PRODUCT_KINDS)),
            null_means="not in the catalogue",
        ),
        Column("monthly_fee_fen", "bigint", "Monthly fee by the catalogue.", unit="fen", null_means="not in the catalogue"),
        Column("allowance_bytes", "bigint", "Data included, any hour.", unit="bytes", null_means="the product has no data price"),
        Column(
            "idle_allowance_bytes", "bigint", "Data included for idle hours only.", unit="bytes", null_means="the product has no data price"
        ),
        Column("order_source", "string", "Paid, free trial or part of a bundle.", ODS_SUBSCRIPTION.column("order_source").checks),
        ODS_SUBSCRIPTION.column("ordered_at"),
        VALID_FROM,
        VALID_TO,
        Column("told_on", "date", "Data date of the delivery with the line's newest state.", (NOT_NULL,)),
    ),
)
