"""Shares and ratios of tags in integers, per mille."""

from pyspark.sql import Column
from pyspark.sql import functions as F


def per_mille(part: str, whole: str) -> Column:
    """`part` in thousandths of `whole`, rounded down; both are SQL over the row. Null when the whole is zero or unknown."""
    return F.expr(f"CASE WHEN ({whole}) > 0 THEN (({part}) * 1000) DIV ({whole}) END")
