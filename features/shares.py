"""Shares and ratios of tags in integers, per mille."""

from pyspark.sql import Column
from pyspark.sql import functions as F

# A thousand times the whole. A greater share has no more meaning, and with this limit it fits an int whatever a customer's figures are.
MOST_PER_MILLE = 1_000_000
TRENDS = ("rising", "steady", "falling")


def per_mille(part: str, whole: str) -> Column:
    """Return `part` in thousandths of `whole`, rounded down, at most MOST_PER_MILLE; both are SQL over the row.

    Null if the whole is zero or unknown, or the part is too large to multiply.
    """
    share = f"try_multiply({part}, 1000L) DIV ({whole})"
    # Not `least`, which ignores a null.
    return F.expr(f"CASE WHEN ({whole}) > 0 THEN if({share} > {MOST_PER_MILLE}, {MOST_PER_MILLE}L, {share}) END")


def trend(now: Column, before: Column, steady_per_mille: int, steady: int = 0) -> Column:
    """Return rising, steady or falling: `now` against `before`, whole numbers.

    It is steady within so many thousandths of `before`, and within `steady` of it, whichever is more. Null if either is unknown.
    """
    apart = now - before
    border = F.greatest(F.lit(steady), F.call_function("div", F.abs(before) * steady_per_mille, F.lit(1000)))
    return F.when(apart > border, "rising").when(apart < -border, "falling").when(apart.isNotNull(), "steady")
