"""S11 as delivered: the data price of each product, effective-dated."""

from expectations.checks import NOT_NULL, between
from expectations.columns import EXTRACT_DAY, LOAD_ID, MOST_BYTES_INCLUDED, PRODUCT, VALID_FROM, VALID_TO, amount, volume
from expectations.contract import Column, Table

ODS_TARIFF = Table(
    name="ods.tariff",
    owner="products",
    comment="One row per product with a data price and validity (S11).",
    key=("product", "valid_from", "load_id"),
    event_date="day",
    columns=(
        EXTRACT_DAY,
        PRODUCT,
        amount("monthly_fee_fen", "Fee a month."),
        volume("allowance_bytes", "Data included, any hour.", MOST_BYTES_INCLUDED),
        volume("idle_allowance_bytes", "Data included for idle hours only.", MOST_BYTES_INCLUDED),
        Column(
            "overage_fen_per_mb",
            "int",
            "Price of a started MB (2^20 bytes) beyond the allowance.",
            (between(0, 1_000_000),),
            unit="fen",
            null_means="a pack: data beyond it costs the same as without the pack",
        ),
        Column("margin_per_mille", "int", "Margin that the operator assumes.", (NOT_NULL, between(0, 1000)), unit="per mille"),
        VALID_FROM,
        VALID_TO,
        LOAD_ID,
    ),
)
