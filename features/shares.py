"""Shares and ratios of tags in integers, per mille."""

from pyspark.sql import Column
from pyspark.sql import functions as F

# A thousand times the whole: beyond it a share says no more, and it stays an int whatever one customer's figures are.
MOST_PER_MILLE = 1_000_000


def per_mille(part: str, whole: str) -> Column:
    """`part` in thousandths of `whole`, rounded down, at most MOST_PER_MILLE; both are SQL over the row.

    Null when the whole is zero or unknown, or the part too large to multiply.
    """
    return F.expr(f"CASE WHEN ({whole}) > 0 THEN least(try_multiply({part}, 1000L) DIV ({whole}), {MOST_PER_MILLE}L) END")
