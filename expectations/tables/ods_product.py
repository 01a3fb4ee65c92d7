"""S11 as delivered: products on sale or once on sale, effective-dated."""

from expectations.checks import NOT_NULL, one_of
from expectations.columns import EXTRACT_DAY, LOAD_ID, PRODUCT, VALID_FROM, VALID_TO, amount
from expectations.contract import Column, Table

# A handset is sold with a contract, whose fee a month it has. A care is a service of the operator that costs the customer nothing.
PRODUCT_KINDS = ("base_plan", "data_plan", "top_up_pack", "idle_pack", "app", "handset", "care")

ODS_PRODUCT = Table(
    name="ods.product",
    owner="products",
    comment="One row per product and validity (S11).",
    key=("product", "valid_from", "load_id"),
    event_date="day",
    columns=(
        EXTRACT_DAY,
        PRODUCT,
        Column("product_name", "string", "Name that customers see (Chinese).", (NOT_NULL,)),
        Column("product_kind", "string", "What it is.", (NOT_NULL, one_of(*PRODUCT_KINDS))),
        amount("monthly_fee_fen", "Fee a month."),
        VALID_FROM,
        VALID_TO,
        LOAD_ID,
    ),
)
