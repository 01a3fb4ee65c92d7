"""Effective-dated reference rows: the one that holds on a day (S11)."""

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def newest_on(reference: "DataFrame", key: str, on: date) -> "DataFrame":
    """One row per key: the newest that had begun by `on`, still valid or not: what was sold is held on after it is withdrawn."""
    from pyspark.sql import functions as F

    begun = reference.where(f"valid_from <= DATE'{on}'")
    return begun.groupBy(key).agg(F.max_by(F.struct(*reference.columns), "valid_from").alias("row")).select("row.*")


def effective_on(reference: "DataFrame", on: date) -> "DataFrame":
    """The rows valid on `on`: valid_from <= on < valid_to, an open end counts as valid."""
    return reference.where(f"valid_from <= DATE'{on}' AND (valid_to IS NULL OR valid_to > DATE'{on}')")
