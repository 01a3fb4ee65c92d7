"""The two forms of a tag: one that aggregates a source over a window, one that is made of other columns of the same row."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations import contract
from features.windows import Window

Quantity = Callable[..., Column]
TYPES = ("boolean", "int", "bigint", "string", "date")


@dataclass(frozen=True)
class Aggregate:
    """How quantities of many rows become one value: its type (None = the tag says it) and what a subscriber without rows has."""

    of: Callable[..., Column]
    type: str | None = None
    missing: int | bool | None = None


def _latest(quantity: Column, newest_by: tuple[str, ...]) -> Column:
    # A null ordering is passed over by max_by, so rows without a quantity never win.
    return F.max_by(quantity, F.when(quantity.isNotNull(), F.struct(*newest_by)))


AGGREGATES = {
    "sum": Aggregate(F.sum, "bigint", 0),
    "count": Aggregate(F.count_if, "bigint", 0),
    "active_days": Aggregate(F.count_if, "int", 0),
    "any": Aggregate(F.bool_or, "boolean", False),
    "max": Aggregate(F.max),
    "min": Aggregate(F.min),
    "latest": Aggregate(_latest),
}


def expression(function: Quantity, on: date) -> Column:
    """The function's column; D is handed to those that take it."""
    return function(on) if inspect.signature(function).parameters else function()


@dataclass(frozen=True)
class Derived:
    """A tag out of earlier tags of the same row, or out of the spine's and lookups' columns."""

    column: contract.Column
    function: Quantity

    def value(self, on: date) -> Column:
        """The tag's column, not yet of its declared type."""
        return expression(self.function, on)


@dataclass(frozen=True)
class Windowed:
    """A tag that aggregates the source's rows inside a window, or all of them where the source is a snapshot."""

    column: contract.Column
    function: Quantity
    aggregate: str
    window: Window | None
    missing: Any
    event_date: str | None
    newest_by: tuple[str, ...]

    @property
    def _raw(self) -> str:
        """The aggregate's name before missing rows are filled: unlike the tag's, so that derived tags see the filled value."""
        return f"_{self.column.name}"

    def aggregated(self, on: date) -> Column:
        """The aggregate over the source's rows of one subscriber."""
        quantity = expression(self.function, on)
        if self.window and self.event_date:
            first, last = self.window.span(on)
            quantity = F.when(F.col(self.event_date).between(F.lit(first), F.lit(last)), quantity)
        ordering = (self.newest_by,) if self.aggregate == "latest" else ()
        return AGGREGATES[self.aggregate].of(quantity, *ordering).alias(self._raw)

    def value(self, on: date) -> Column:
        """The tag's column: `missing` without rows, null where the window ended before network entry."""
        filled = F.col(self._raw) if self.missing is None else F.coalesce(F.col(self._raw), F.lit(self.missing))
        if self.window is None:
            return filled
        return F.when(F.col("entry_date") > F.lit(self.window.span(on)[1]), F.lit(None)).otherwise(filled)
