"""Effective-dated reference rows: the one that holds on a day (S11)."""

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def effective_on(reference: "DataFrame", on: date) -> "DataFrame":
    """The rows valid on `on`: valid_from <= on < valid_to, an open end counts as valid."""
    return reference.where(f"valid_from <= DATE'{on}' AND (valid_to IS NULL OR valid_to > DATE'{on}')")
