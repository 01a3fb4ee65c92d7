"""Effective-dated reference rows: the one that holds on a day (S11)."""

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def newest_on(reference: "DataFrame", key: str, on: date) -> "DataFrame":
    """One row per key: the newest that had begun by `on`, still valid or not: what was sold is held on after it is withdrawn."""
    return _newest(reference.where(f"valid_from <= DATE'{on}'"), key)


def effective_on(reference: "DataFrame", key: str, on: date) -> "DataFrame":
    """One row per key: of those valid on `on` (valid_from <= on < valid_to, an open end counts as valid) the newest.

    Many operators never close a row that a newer one replaces.
    """
    return _newest(reference.where(f"valid_from <= DATE'{on}' AND (valid_to IS NULL OR valid_to > DATE'{on}')"), key)


def _newest(rows: "DataFrame", key: str) -> "DataFrame":
    from pyspark.sql import functions as F

    return rows.groupBy(key).agg(F.max_by(F.struct(*rows.columns), "valid_from").alias("row")).select("row.*")
