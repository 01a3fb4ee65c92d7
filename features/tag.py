"""The three forms of a tag: windowed over a fact, aggregated over a snapshot, derived from columns of the same row."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from expectations import contract
from expectations.columns import SUBSCRIBER_ID
from features.reads import Rows
from features.windows import Window

Quantity = Callable[..., Column]
TYPES = ("boolean", "int", "bigint", "string", "date")
# Stands in a label and a docstring for the category that a tag is about.
EACH = "{}"


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


def type_of(aggregate: str) -> str | None:
    """The type that an aggregate gives by its nature; None when the tag has to say it."""
    kind = AGGREGATES.get(aggregate)
    return kind.type if kind else None


def parameters(function: Quantity) -> list[str]:
    """The names of what a tag's function takes."""
    return list(inspect.signature(function).parameters)


class Tags:
    """Tags of another family, or of the night before, for a derived tag: `usage.data_days_30d` is a column of the row.

    ContractError for a tag that the table does not have.
    """

    def __init__(self, read: str, table: contract.Table, frame: DataFrame | None) -> None:
        """`frame` is None where there is no night before: every tag is null then."""
        self._read, self._table, self._frame = read, table, frame
        self._used: dict[str, Column] = {}

    def __getattr__(self, name: str) -> Column:
        if name.startswith("_"):
            raise AttributeError(name)
        declared = self._table.column(name)
        if self._frame is None:
            return F.lit(None).cast(declared.type)
        own = f"_{self._read}_{name}"
        self._used[name] = F.col(name).alias(own)
        return F.col(own)

    def beside(self, rows: DataFrame) -> DataFrame:
        """The rows with the tags that were asked for, and no others."""
        if self._frame is None or not self._used:
            return rows
        return rows.join(self._frame.select(SUBSCRIBER_ID.name, *self._used.values()), SUBSCRIBER_ID.name, "left")


@dataclass(frozen=True)
class Named:
    """One of the tags that a declaration makes: its name, its function, its label and meaning without a window."""

    name: str
    function: Quantity
    label: str
    meaning: str


def each(function: Quantity, per: Mapping[str, str], label: str) -> list[Named]:
    """What a declaration declares: one tag, or one per category, whose key begins the name and is handed to the function."""
    meaning = (inspect.getdoc(function) or "").split("\n")[0]
    if not per:
        return [Named(function.__name__, function, label, meaning)]
    return [
        Named(f"{key}_{function.__name__}", partial(function, key), label.replace(EACH, chinese), meaning.replace(EACH, key))
        for key, chinese in per.items()
    ]


@dataclass(frozen=True)
class Derived:
    """A tag made of columns of the row: earlier tags, the spine, lookups; of other families and the night before those it `takes`."""

    column: contract.Column
    function: Quantity

    @property
    def takes(self) -> frozenset[str]:
        """The reads that are handed to the function."""
        return frozenset(parameters(self.function)) - {"on"}

    def value(self, on: date, beside: Mapping[str, Tags]) -> Column:
        """The tag's column, not yet of its declared type; null when a family that it takes was not made."""
        if not self.takes <= beside.keys():
            return F.lit(None)
        given: dict[str, Any] = {"on": on, **beside}
        return self.function(**{name: given[name] for name in parameters(self.function)})


@dataclass(frozen=True)
class Aggregated:
    """A tag that aggregates rows of the read `of`: those inside a window of a fact (*windowed*), or all of a snapshot."""

    column: contract.Column
    function: Quantity
    of: str
    aggregate: str
    window: Window | None
    missing: Any

    @property
    def _raw(self) -> str:
        """The aggregate's name before missing rows are filled: unlike the tag's, so that derived tags see the filled value."""
        return f"_{self.column.name}"

    def aggregated(self, on: date, rows: Rows) -> Column:
        """The aggregate over one subscriber's rows."""
        quantity = self.function(on) if parameters(self.function) else self.function()
        if self.window:
            first, last = self.window.span(on)
            quantity = F.when(F.col(str(rows.table.event_date)).between(F.lit(first), F.lit(last)), quantity)
        ordering = (rows.newest_by,) if self.aggregate == "latest" else ()
        return AGGREGATES[self.aggregate].of(quantity, *ordering).alias(self._raw)

    def value(self, on: date, _: Mapping[str, Tags]) -> Column:
        """The tag's column: `missing` without rows, null where the window ended before network entry."""
        filled = F.col(self._raw) if self.missing is None else F.coalesce(F.col(self._raw), F.lit(self.missing))
        if self.window is None:
            return filled
        return F.when(F.col("entry_date") > F.lit(self.window.span(on)[1]), F.lit(None)).otherwise(filled)
