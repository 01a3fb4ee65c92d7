"""What a contact does on average, by product class and channel, measured from drawn arms."""

from expectations.checks import NOT_NULL, at_least, between
from expectations.contract import Column, Table

MKT_EFFECT = Table(
    name="mkt.effect",
    owner="marketing",
    comment="One row per product class and channel whose arms were drawn, by us or by other departments (S16), 30 days ago or longer.",
    key=("product_kind", "channel"),
    may_be_empty=True,  # a new home has no drawn arms
    columns=(
        Column("product_kind", "string", "Kind of product that the contacts offered.", (NOT_NULL,)),
        Column("channel", "string", "Channel of the contacts.", (NOT_NULL,)),
        Column("treated", "bigint", "Contacts of the treated arms.", (NOT_NULL, at_least(1))),
        Column("control", "bigint", "Subscribers who would have been contacted, in the control arms.", (NOT_NULL, at_least(1))),
        Column("measured_ppm", "int", "Share of orders in the treated arms less that in the control arms.", (NOT_NULL,), unit="ppm"),
        Column("error_ppm", "int", "Standard error of the measured effect.", (NOT_NULL, at_least(0)), unit="ppm"),
        Column(
            "effect_ppm",
            "int",
            "The effect after it was drawn to the mean of its product class over channels; below 0 it does harm.",
            (NOT_NULL, between(-1_000_000, 1_000_000)),
            unit="ppm",
        ),
    ),
)
