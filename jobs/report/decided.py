"""Which steps nights have decided, from the counts of the report: small files, and no Spark."""

from datetime import date

from expectations.tables.rpt_funnel import RPT_FUNNEL
from jobs.runtime.lake import Lake


def steps_decided(lake: Lake, first: date, last: date) -> dict[str, list[tuple[str, date]]]:
    """Return what the nights first..last decided, by scenario: step and business date, each once."""
    rows = lake.records.rows(RPT_FUNNEL, lambda of: first <= of["business_date"] <= last)
    found: dict[str, list[tuple[str, date]]] = {}
    for scenario, step, night in sorted({(row["scenario"], row["step"], row["business_date"]) for row in rows}):
        found.setdefault(scenario, []).append((step, night))
    return found
