"""What a tag decorator declares before it gets its function: its possible faults, and the tags it makes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypedDict

from pyspark.sql import Column as SparkColumn
from pyspark.sql import functions as F

from expectations.checks import NOT_NULL, Check
from expectations.contract import Column, Table
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features import faults
from features.aggregates import AGGREGATES, Way, type_of
from features.reads import Read, Rows, TagsOf, Yesterday
from features.tag import Aggregated, Derived, Named, Quantity, each
from features.windows import Window

BEFORE_ENTRY = "the window ended before network entry"
NOT_ARRIVED = "a day of the window has not arrived"
USUAL = object()


class Said(TypedDict, total=False):
    """What windowed and aggregated tags declare alike; the fields of OverRows."""

    of: str | None
    per: Mapping[str, str]
    label: str
    type: str | None
    unit: str
    checks: tuple[Check, ...]
    missing: Any
    null_means: str
    is_tag: bool


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What every form of tag declares. `per` maps categories to their Chinese names; each gets a tag of its own."""

    per: Mapping[str, str] = field(default_factory=dict)
    label: str = ""
    type: str | None = None
    unit: str = ""
    checks: tuple[Check, ...] = ()
    null_means: str = ""

    @property
    def value_type(self) -> str | None:
        """The type of the tag's values."""
        return self.type

    def column(self, named: Named, window: Window | None, checks: tuple[Check, ...], null_means: str) -> Column:
        """Return a tag as a column of the contract. Its comment has meaning, window and unit, one sentence each."""
        sentences = [named.meaning]
        sentences += [f"{window.words}."] if window else []
        sentences += [f"In {self.unit}."] if self.unit else []
        return Column(
            name=f"{named.name}_{window.suffix}" if window else named.name,
            type=str(self.value_type),
            comment=" ".join(sentences),
            checks=checks,
            unit=self.unit,
            label=f"{window.label}{named.label}" if window else named.label,
            null_means=null_means,
        )


@dataclass(frozen=True, kw_only=True)
class OverRows(Declaration):
    """Tags that aggregate rows of the read `of`: *windowed* over a fact, *aggregated* over a snapshot, which has no windows (None).

    `missing` is the value of a subscriber without rows; USUAL means the aggregate's own.
    """

    aggregate: str
    windows: Sequence[Window] | None
    of: str | None = None
    missing: Any = USUAL
    keep: bool | None = None
    way: Way = field(default_factory=Way)
    is_tag: bool = True

    @property
    def value_type(self) -> str | None:
        """The type of the tag's values: by default the aggregate's own."""
        return self.type or type_of(self.aggregate)

    def _is_kept(self, window: Window | None, rows: Read) -> bool:
        """Whether a tag is made from the days that have arrived. An open window goes on; a closed month is stated as a figure."""
        if window is None or not _may_lack_days(rows):
            return False
        return window.is_open if self.keep is None else self.keep

    @property
    def form(self) -> str:
        """The form's name."""
        return "aggregated" if self.windows is None else "windowed"

    def faults(self, function: Quantity, reads: Mapping[str, Read], declared: set[str]) -> Iterator[str]:
        """Yield everything that is wrong with the declaration and this function."""
        if wrong := list(faults.of_per(self.per)):
            yield from wrong
            return
        windows = self.windows or ()
        named = each(function, self.per, self.label)
        names = [f"{one.name}_{window.suffix}" for one in named for window in windows] or [one.name for one in named]
        yield from faults.of_aggregate(self.aggregate, self._of(reads), reads, windows, self.form)
        yield from faults.of_way(self.aggregate, self.way, reads.get(str(self._of(reads))))
        yield from faults.of_parameters(function, self.per, () if self.form == "windowed" else ("on",), self.form)
        if self.is_tag:
            yield from faults.of_words(function, self.label, self.unit, self.value_type, self.per)
        yield from faults.of_names(names, declared, is_carried=False)

    def tags(self, function: Quantity, reads: Mapping[str, Read]) -> Iterator[Aggregated]:
        """Yield the tags of a declaration without faults."""
        of = str(self._of(reads))
        rows = reads[of]
        way = replace(self.way, newest_by=rows.newest_by) if isinstance(rows, Rows) else self.way
        fill = AGGREGATES[self.aggregate].missing if self.missing is USUAL else self.missing
        every: Sequence[Window | None] = self.windows or [None]
        for named in each(function, self.per, self.label):
            for window in every:
                null_means = self.null_means or "; ".join(self._absent(fill, rows, window))
                checks = self.checks if null_means else (NOT_NULL, *self.checks)
                column = self.column(named, window, checks, null_means)
                yield Aggregated(column, named.function, of, self.aggregate, window, fill, self._is_kept(window, rows), way, self.is_tag)

    def _of(self, reads: Mapping[str, Read]) -> str | None:
        """Return the read to aggregate: the named one, or the only one that fits. None when none or several fit."""
        is_fact = self.form == "windowed"
        suiting = [name for name, read in reads.items() if isinstance(read, Rows) and (read.table.event_date is not None) == is_fact]
        return self.of or (suiting[0] if len(suiting) == 1 else None)

    def _absent(self, fill: Any, read: Read, window: Window | None) -> Iterator[str]:
        """Return the meaning of null if the declaration does not give it."""
        if fill is None and isinstance(read, Rows):
            yield f"no row of {read.table.name} in the window" if self.windows else f"no row of {read.table.name}"
        if self.windows:
            yield BEFORE_ENTRY
        if window and _may_lack_days(read) and not self._is_kept(window, read):
            yield NOT_ARRIVED


def _may_lack_days(read: Read) -> bool:
    """Whether days of a fact can be missing. A month without rows may not be settled yet."""
    return isinstance(read, Rows) and not read.is_monthly and not read.on_change


@dataclass(frozen=True, kw_only=True)
class OfTheRow(Declaration):
    """Derived tags. `is_carried`: the tag is a column of the spine or of a lookup, under its own name.

    `takes` has the reads of each category, for a function that takes others for each.
    """

    is_carried: bool = False
    takes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def faults(self, function: Quantity, reads: Mapping[str, Read], declared: set[str]) -> Iterator[str]:
        """Yield everything that is wrong with the declaration and this function."""
        if wrong := list(faults.of_per(self.per)):
            yield from wrong
            return
        beside = [name for name, read in reads.items() if isinstance(read, TagsOf | Yesterday)]
        names = [one.name for one in each(function, self.per, self.label)]
        yield from faults.of_parameters(function, self.per, ("on", *beside), "derived")
        yield from faults.of_takes(function, self.per, self.takes, beside)
        yield from faults.of_words(function, self.label, self.unit, self.type, self.per)
        yield from faults.of_names(names, declared, is_carried=self.is_carried)
        if not self.null_means and NOT_NULL not in self.checks:
            yield "it needs either null_means (what null means) or the check NOT_NULL"

    def tags(self, function: Quantity, _: Mapping[str, Read]) -> Iterator[Derived]:
        """Yield the tags of a declaration without faults."""
        for named in each(function, self.per, self.label):
            column = self.column(named, None, self.checks, self.null_means)
            yield Derived(column, named.function, tuple(self.takes.get(named.category or "", ())))


def carried(name: str, lookups: Sequence[Table], label: str, null_means: str) -> tuple[OfTheRow, Quantity]:
    """Return the declaration of a tag that is a column of the spine or of a lookup, and its function."""
    table = next((table for table in (DWD_SUBSCRIBER, *lookups) if name in {c.name for c in table.columns}), DWD_SUBSCRIBER)
    declared = table.column(name)

    def own() -> SparkColumn:
        return F.col(name)

    own.__name__, own.__doc__ = name, declared.comment
    declaration = OfTheRow(
        per={},
        label=label,
        type=declared.type,
        unit=declared.unit,
        # A lookup may find no row.
        checks=declared.checks if table is DWD_SUBSCRIBER else tuple(check for check in declared.checks if check != NOT_NULL),
        null_means=null_means or declared.null_means,
        is_carried=True,
    )
    return declaration, own
