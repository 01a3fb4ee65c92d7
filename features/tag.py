"""The three forms of a tag: windowed over a fact, aggregated over a snapshot, derived from columns of the same row."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial, reduce
from operator import or_
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from expectations import contract
from expectations.checks import NOT_NULL
from features.aggregates import AGGREGATES, Way, day_bit, decayed
from features.moment import Moment
from features.reads import Rows
from features.windows import Window

Quantity = Callable[..., Column]
TYPES = ("boolean", "int", "bigint", "string", "date")
# In a label and a docstring this is replaced by the category.
EACH = "{}"


def parameters(function: Quantity) -> list[str]:
    """Return the names of a function's parameters, without one that takes any name (`**of`)."""
    return [one.name for one in inspect.signature(function).parameters.values() if one.kind is not one.VAR_KEYWORD]


def takes_any(function: Quantity) -> bool:
    """Whether a function takes any name (`**of`)."""
    return any(one.kind is one.VAR_KEYWORD for one in inspect.signature(function).parameters.values())


class Tags:
    """The tags of another family or of the night before, for a derived tag: `usage.data_days_30d` is a column of the row.

    ContractError for a tag that the table does not have.
    """

    def __init__(self, read: str, table: contract.Table, frame: DataFrame | None) -> None:
        """`frame` is None if there is no night before: every tag is null then."""
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

    def beside(self, rows: DataFrame, key: tuple[str, ...]) -> DataFrame:
        """Return the rows joined with the tags that were used, and no others."""
        if self._frame is None or not self._used:
            return rows
        return rows.join(self._frame.select(*key, *self._used.values()), list(key), "left")


@dataclass(frozen=True)
class Named:
    """One tag of a declaration, before its windows: name, category (if it is one of several), function, label and meaning."""

    name: str
    function: Quantity
    label: str
    meaning: str
    category: str | None = None


def each(function: Quantity, per: Mapping[str, str], label: str) -> list[Named]:
    """Return the tag of a declaration, or one per category. The category's key begins the name and is the function's first argument."""
    meaning = (inspect.getdoc(function) or "").split("\n")[0]
    if not per:
        return [Named(function.__name__, function, label, meaning)]
    return [
        Named(f"{key}_{function.__name__}", partial(function, key), label.replace(EACH, chinese), meaning.replace(EACH, key), key)
        for key, chinese in per.items()
    ]


@dataclass(frozen=True)
class Derived:
    """A tag made of columns of the row: earlier tags, the spine, lookups, and tags of the reads that its function takes.

    `by_category` are the reads of a function that takes others for each category.
    """

    column: contract.Column
    function: Quantity
    by_category: tuple[str, ...] = ()

    @property
    def given(self) -> tuple[str, ...]:
        """The names of what the function is given: the reads that it takes, and `on` if it asks for it."""
        return (*parameters(self.function), *self.by_category)

    @property
    def takes(self) -> frozenset[str]:
        """The reads that the function takes."""
        return frozenset(self.given) - {"on"}

    def value(self, moment: Moment, beside: Mapping[str, Tags]) -> Column:
        """Return the column, not yet cast to the tag's type. It is null when a family that the function takes was not made."""
        if not self.takes <= beside.keys():
            return F.lit(None)
        known: dict[str, Any] = {"on": moment.on, **beside}
        return self.function(**{name: known[name] for name in self.given})


@dataclass(frozen=True)
class Aggregated:
    """A tag that aggregates rows of the read `of`: those in a window of a fact, or all rows of a snapshot.

    If a day of the window has not arrived, the tag is null or, if it `is_kept`, made from the other days. If it is no tag, the table does
    not have it: it only serves derived tags of the family.
    """

    column: contract.Column
    function: Quantity
    of: str
    aggregate: str
    window: Window | None
    missing: Any
    is_kept: bool = False
    way: Way = field(default_factory=Way)
    is_tag: bool = True

    @property
    def raw(self) -> str:
        """The name of the aggregate before missing values are filled. Derived tags must find the filled value under the tag's name."""
        return f"_{self.column.name}"

    def quantity(self, moment: Moment, rows: Rows) -> Column:
        """Return the quantity, or the weight, of a row; null outside the window."""
        quantity = self.function(moment.on) if parameters(self.function) else self.function()
        if self.window is None:
            return quantity
        day = F.col(str(rows.table.event_date))
        if self.way.half_life:
            longest = 31 * self.window.length if self.window.kind != "days" else self.window.length
            quantity = decayed(quantity, F.datediff(moment.on, day), self.way.half_life, longest)
        first, last = self.window.bounds(moment.on)
        if self.aggregate == "days":
            quantity = day_bit(quantity, F.datediff(day, first))
        return F.when(day.between(first, last), quantity)

    def aggregated(self, quantity: Column) -> Column:
        """Return the aggregate of a subscriber's quantities, or of the weights of a subscriber's keys."""
        return AGGREGATES[self.aggregate].of(quantity, self.way).alias(self.raw)

    def value(self, moment: Moment, _: Mapping[str, Tags]) -> Column:
        """Return the column: `missing` without rows, null where the window ended before network entry."""
        filled = F.col(self.raw) if self.missing is None else F.coalesce(F.col(self.raw), F.lit(self.missing))
        if self.window is None:
            return filled
        known = F.when(F.col("entry_date") > self.window.bounds(moment.on)[1], F.lit(None))
        if not self.is_kept:
            known = known.when(moment.lacks(self.of, self.window) > 0, F.lit(None))
        return known.otherwise(filled)


def over_rows(tags: Iterable[Aggregated], moment: Moment, read: Rows, rows: DataFrame) -> Iterator[DataFrame]:
    """Yield the tags' aggregates over the rows of a read: in one pass, and one more for each column whose values are compared."""
    found: dict[str | None, list[Aggregated]] = {}
    for tag in tags:
        found.setdefault(tag.way.by, []).append(tag)
    for by, alike in found.items():
        seen = rows.where(in_windows(alike, moment, read))
        if by is None:
            yield seen.groupBy(*moment.key).agg(*(tag.aggregated(tag.quantity(moment, read)) for tag in alike))
        else:
            weights = (F.sum(tag.quantity(moment, read)).alias(tag.raw) for tag in alike)
            by_key = seen.where(F.col(by).isNotNull()).groupBy(*moment.key, by).agg(*weights)
            yield by_key.groupBy(*moment.key).agg(*(tag.aggregated(F.col(tag.raw)) for tag in alike))


def in_windows(tags: Iterable[Aggregated], moment: Moment, read: Rows) -> Column:
    """Return whether a row is in the window of one of the tags; every row of a snapshot is.

    Another pass over the same read may have longer windows.
    """
    windows = dict.fromkeys(tag.window for tag in tags if tag.window)
    if not windows:
        return F.lit(True)
    day = F.col(str(read.table.event_date))
    return reduce(or_, (day.between(*window.bounds(moment.on)) for window in windows))


@dataclass(frozen=True)
class NotArrived:
    """The number of days of a window for which the read `of` has no delivery. If it is not 0, tags made from the other days are too low."""

    column: contract.Column
    of: str
    window: Window

    def value(self, moment: Moment, _: Mapping[str, Tags]) -> Column:
        """Return the column, which is the same for every subscriber."""
        return moment.lacks(self.of, self.window)


def not_arrived(read: str, window: Window, family_label: str) -> NotArrived:
    """Return the tag for a read of the family and a window."""
    name = f"{read}_days_not_arrived_{window.suffix}"
    meaning = f"Days without a delivery of {read}; tags of this window lack them. {window.words}. In days."
    label = f"{window.label}{family_label}缺失天数"
    return NotArrived(contract.Column(name, "int", meaning, (NOT_NULL,), unit="days", label=label), read, window)
