"""How many of an audience ended where: what the report shows of the decisions."""

from expectations.checks import NOT_NULL, at_least
from expectations.columns import CITY
from expectations.contract import Column, Table
from expectations.tables.mkt_decision import MKT_DECISION

RPT_FUNNEL = Table(
    name="rpt.funnel",
    owner="marketing",
    comment="One row per scenario, step, city, channel, stage, reasons and control group that decisions of the night have in common.",
    key=(),  # the reasons are a list, which no key can hold
    may_be_empty=True,  # on some nights no step is due
    columns=(
        MKT_DECISION.column("scenario"),
        MKT_DECISION.column("step"),
        CITY,
        MKT_DECISION.column("channel"),
        MKT_DECISION.column("stage"),
        MKT_DECISION.column("reasons"),
        MKT_DECISION.column("control"),
        Column("rows", "bigint", "Decisions that are alike in all of these.", (NOT_NULL, at_least(1))),
    ),
)
