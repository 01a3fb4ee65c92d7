"""The limits of a night's allocation: what each allowed, what was used of it, and what one more unit would earn."""

from expectations.checks import NOT_NULL, at_least, one_of
from expectations.contract import Column, Table

# The name of the row for the whole allocation.
ALL_LIMITS = "allocation"
UNITS = ("contacts", "gifts", "sales", "fen")

MKT_LIMIT = Table(
    name="mkt.limit",
    owner="marketing",
    comment="One row per limit on all contacts of a night (P7, P9), and one named `allocation` for all of them together.",
    key=("name",),
    columns=(
        Column(
            "name", "string", "What is limited: capacity of a channel, stock of a resource, contacts of a scenario, a quota.", (NOT_NULL,)
        ),
        Column("channel", "string", "Channel whose capacity it is.", null_means="no capacity"),
        Column("county", "string", "County whose customers it is about.", null_means="all counties"),
        Column("manager_id", "string", "Code of the account manager whose customers it is about.", null_means="all customers"),
        Column("unit", "string", "What is counted.", (NOT_NULL, one_of(*UNITS))),
        Column("least", "bigint", "At least so much of it.", null_means="no least"),
        Column("most", "bigint", "At most so much of it.", null_means="no most"),
        Column("used", "bigint", "How much the lists use; gifts, sales and what they cost in expectation.", (NOT_NULL, at_least(0))),
        Column(
            "price_fen",
            "bigint",
            "What one more unit would earn, of fen a hundred more; below 0: what one unit less of a least would.",
            (NOT_NULL,),
            unit="fen",
        ),
        Column("missing", "bigint", "How far the least is missed, because it cannot be met.", (NOT_NULL, at_least(0))),
        Column("profit_fen", "bigint", "Value of the whole allocation, held out or not.", (NOT_NULL,), unit="fen"),
        Column("bound_fen", "bigint", "No allocation within all limits has a greater value.", (NOT_NULL,), unit="fen"),
    ),
)
