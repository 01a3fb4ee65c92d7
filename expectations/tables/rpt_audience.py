"""The size of every scenario's audience, night by night."""

from expectations.checks import NOT_NULL, at_least
from expectations.contract import Column, Table
from expectations.tables.mkt_decision import MKT_DECISION

RPT_AUDIENCE = Table(
    name="rpt.audience",
    owner="marketing",
    comment="One row per scenario that is not closed: how many its audience has, whether a step is due or not.",
    key=("scenario",),
    may_be_empty=True,  # every scenario may lack something
    columns=(
        MKT_DECISION.column("scenario"),
        Column("members", "bigint", "Subscribers for whom the audience's predicate is true.", (NOT_NULL, at_least(0))),
        Column("live", "bigint", "Live subscribers.", (NOT_NULL, at_least(0))),
    ),
)
