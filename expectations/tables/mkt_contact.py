"""What channels really got."""

from expectations.checks import NOT_NULL, at_least
from expectations.columns import CITY, SUBSCRIBER_ID
from expectations.contract import Column, Table
from expectations.tables.mkt_decision import MKT_DECISION

MKT_CONTACT = Table(
    name="mkt.contact",
    owner="marketing",
    comment="One row per line of a list that reached its channel (its folder holds .ok).",
    key=("scenario", "step", "subscriber_id"),
    may_be_empty=True,
    columns=(
        MKT_DECISION.column("scenario"),
        MKT_DECISION.column("step"),
        SUBSCRIBER_ID,
        CITY,
        MKT_DECISION.column("channel"),
        MKT_DECISION.column("mode"),
        MKT_DECISION.column("offer"),
        MKT_DECISION.column("resource"),
        Column("rank", "int", "Place in the list.", (NOT_NULL, at_least(1))),
    ),
)
