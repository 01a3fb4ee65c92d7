"""Decisions of a night, counted for the report."""

from expectations.checks import NOT_NULL, at_least
from expectations.columns import CITY, COUNTY
from expectations.contract import Column, Table
from expectations.tables.mkt_decision import MKT_DECISION

RPT_FUNNEL = Table(
    name="rpt.funnel",
    owner="marketing",
    comment="One row for decisions that are alike in scenario, step, county, channel, stage, reasons, control group and cut.",
    key=(),  # the reasons are a list, which cannot be part of a key
    may_be_empty=True,  # on some nights no step is due
    columns=(
        MKT_DECISION.column("scenario"),
        MKT_DECISION.column("step"),
        CITY,
        COUNTY,
        MKT_DECISION.column("channel"),
        MKT_DECISION.column("stage"),
        MKT_DECISION.column("reasons"),
        MKT_DECISION.column("control"),
        MKT_DECISION.column("cut_by"),
        Column("rows", "bigint", "Number of decisions with this combination.", (NOT_NULL, at_least(1))),
    ),
)
