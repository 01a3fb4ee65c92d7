"""`Family`: tags with one owner, declared as functions and computed together in one pass."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Unpack

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from expectations.checks import Check
from expectations.columns import SUBSCRIBER_ID
from expectations.contract import BUSINESS_DATE, YEAR_KEPT_DAYS, Table
from expectations.errors import ContractError, teach
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features import faults
from features.aggregates import Way
from features.declaration import OfTheRow, OverRows, Said, carried
from features.moment import Absent, Moment
from features.reads import Lookup, Read, Rows, TagsOf, Yesterday
from features.sums import Sums, sums_of
from features.tag import Aggregated, Derived, NotArrived, Quantity, Tags, not_arrived, over_rows
from features.windows import Window

Declare = Callable[[Quantity], Quantity]
AnyTag = Aggregated | Derived | NotArrived
NOTHING: Mapping[str, Any] = {}
NOTHING_ABSENT: Absent = {}
NO_SUMS: Mapping[str, DataFrame] = {}


@dataclass(frozen=True, kw_only=True)
class Family:
    """Tags with one owner and one table `tag.<name>`: one row per subscriber of the spine (dwd.subscriber) and night.

    `reads` lists what it reads besides the spine: facts and snapshots (Rows), small tables (Lookup), other families (TagsOf), its own night
    before (Yesterday). `declared` has all columns that it makes, its tags and those that only serve tags. A declaration with faults is
    refused: ContractError lists them all.
    """

    name: str
    owner: str
    label: str
    reads: Mapping[str, Read] = field(default_factory=dict)
    declared: list[AnyTag] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Raise ContractError when the reads are at fault."""
        self._refuse(f"Family {self.name}", faults.of_family(self.name, self.reads))

    def windowed(
        self,
        aggregate: str,
        *,
        days: Iterable[int] = (),
        months: Iterable[int] = (),
        single_months: Iterable[int] = (),
        keep: bool | None = None,
        by: str | None = None,
        k: int = 1,
        half_life: int | None = None,
        **said: Unpack[Said],
    ) -> Declare:
        """Declare a tag per window over the rows of a fact: the function gives the quantity, `aggregate` is one of AGGREGATES.

        The function takes no date. So a window can be kept up to date by adding the days that enter and subtracting the days that leave.
        `missing` is the value of a subscriber without rows: 0 or false where that is the aggregate's nature, else null. A window that
        ended before network entry is null. A day that never came is not a day without use: if a day of the window has not arrived, the tag
        is null or, with `keep`, made from the other days, and the tag `<read>_days_not_arrived_<window>` says how many are missing. By
        default windows of days and of the running month (single month 0) are kept, and closed months are null. Monthly facts are not
        checked for missing months: a month without rows may not be settled yet. `per` maps categories to Chinese names and declares a
        tag for each. The category's key begins the tag's name, is the function's first argument and replaces {} in the docstring; its
        Chinese name replaces {} in the label. `of`
        names the read if the family has several facts. With `is_tag=False` the columns are no tags: only later derived tags of the family
        use them, so the table does not have them and they need no label.

        Some aggregates compare the values of a column with each other: `by` names it, and the function gives the weight of a row. `top`
        is the value with the greatest sum of weights (of equals the smallest; with `k`, the first k joined by commas), `top_share` its
        share per mille, `distinct` the number of values with a weight, `entropy` their variety in thousandths of bits, `radius` the
        spread of positions (longitude:latitude in millionths of a degree) in metres. `days` is the number of
        days with a quantity above 0, in windows up to two months; `active_days` counts rows, and is for facts with one row a day. In
        `decayed` a row counts half after `half_life` days, and the sum is in thousandths.
        """
        windows = [Window("days", n) for n in days] + [Window("months", n) for n in months] + [Window("month", n) for n in single_months]
        way = Way(by=by, k=k, half_life=half_life)
        return self._declare(OverRows(aggregate=aggregate, windows=windows, keep=keep, way=way, **said))

    def aggregated(self, aggregate: str, **said: Unpack[Said]) -> Declare:
        """Declare a tag over all of a subscriber's rows of a snapshot, as valid on D; the function may take `on`.

        Otherwise as `windowed`. A tag that has a value without rows gets the check NOT_NULL, unless it declares what null means.
        """
        return self._declare(OverRows(aggregate=aggregate, windows=None, **said))

    def derived(
        self,
        type: str,
        *,
        per: Mapping[str, str] = NOTHING,
        takes: Mapping[str, Sequence[str]] = NOTHING,
        label: str,
        unit: str = "",
        checks: tuple[Check, ...] = (),
        null_means: str = "",
    ) -> Declare:
        """Declare a tag over columns of the row: earlier tags of the family, the spine, lookups.

        The function may take `on`, and tags of other families and of the night before (`Tags`) by the names of their reads. When another
        family was not made tonight, the tags that take it are null. If one of them, or a later derived tag, cannot be null, this family
        waits instead. If each category needs other reads, `takes` lists them by category, and the function takes them as `**of`.
        The result is cast to `type`, one of boolean, int, bigint, string, date. A tag that may be null says what null means, any other
        has the check NOT_NULL. `per` as in `windowed`.
        """
        return self._declare(OfTheRow(per=per, takes=takes, label=label, type=type, unit=unit, checks=checks, null_means=null_means))

    def carry(self, name: str, *, label: str, null_means: str = "") -> None:
        """Declare a column of the spine or of a lookup as a tag, with the meaning and checks it has there. A lookup may find no row."""
        lookups = [read.table for read in self.reads.values() if isinstance(read, Lookup)]
        declaration, function = carried(name, lookups, label, null_means)
        self._declare(declaration)(function)

    def _declare(self, declaration: OverRows | OfTheRow) -> Declare:
        def declare(function: Quantity) -> Quantity:
            declared = {tag.column.name for tag in self.declared}
            self._refuse(f"Tag {function.__name__} of family {self.name}", declaration.faults(function, self.reads, declared))
            made: list[Aggregated | Derived] = list(declaration.tags(function, self.reads))
            self.declared.extend(made)
            for tag in made:
                if isinstance(tag, Aggregated) and tag.is_kept and tag.window:
                    beside = not_arrived(tag.of, tag.window, self.label)
                    if beside not in self.declared:
                        self.declared.append(beside)
            return function

        return declare

    @property
    def tags(self) -> list[AnyTag]:
        """The tags, as declared."""
        return [tag for tag in self.declared if not isinstance(tag, Aggregated) or tag.is_tag]

    @property
    def table(self) -> Table:
        """The contract `tag.<name>` with the tags declared so far."""
        return Table(
            name=f"tag.{self.name}",
            kept_days=YEAR_KEPT_DAYS,
            owner=self.owner,
            comment=f"Tags {self.label} of family {self.name}, one row per subscriber.",
            key=("subscriber_id",),
            columns=(SUBSCRIBER_ID, *(tag.column for tag in self.tags)),
        )

    @property
    def sources(self) -> list[str]:
        """Names of the tables that the tags are made from; the spine if no rows are aggregated."""
        found = [] if self._rows else [DWD_SUBSCRIBER.name]
        for read in self.reads.values():
            if isinstance(read, Rows | Lookup):
                found.append(read.table.name)
            elif isinstance(read, TagsOf):
                found.append(read.family.table.name)
        return found

    @property
    def families(self) -> "dict[str, Family]":
        """The other families it reads, by the name of the read."""
        return {name: read.family for name, read in self.reads.items() if isinstance(read, TagsOf)}

    @property
    def stands_on(self) -> frozenset[str]:
        """Names of the family and of all families that its tags may use."""
        return frozenset({self.name}).union(*(family.stands_on for family in self.families.values()))

    def days(self, read: str, on: date) -> list[date]:
        """Return the event dates of a fact that the windows of D cover, sorted; for a monthly fact these are first days of months."""
        return self._days(read, on, [tag for tag in self.declared if isinstance(tag, Aggregated)])

    def scans(self, read: str) -> list[Aggregated]:
        """Return the tags of a read for which a night reads all rows: those whose sums are not kept."""
        summed = self.sums[read].tags if read in self.sums else ()
        return [tag for tag in self.declared if isinstance(tag, Aggregated) and tag.of == read and tag not in summed]

    def days_scanned(self, read: str, on: date) -> list[date]:
        """Return the event dates whose rows a night reads."""
        return self._days(read, on, self.scans(read))

    def _days(self, read: str, on: date, tags: list[Aggregated]) -> list[date]:
        is_monthly = self._rows[read].is_monthly
        windows = {tag.window for tag in tags if tag.of == read and tag.window}
        return sorted({day for window in windows for day in window.days(on) if day.day == 1 or not is_monthly})

    @property
    def sums(self) -> Mapping[str, Sums]:
        """The sums that it keeps from night to night, by the name of the read."""
        return sums_of(self)

    def may_take(self) -> Iterator[tuple[AnyTag, frozenset[str]]]:
        """Yield each tag with the reads of other families that it may depend on.

        A derived tag may use every tag declared before it, so it may depend on the reads of those too.
        """
        so_far: frozenset[str] = frozenset()
        for tag in self.declared:
            if isinstance(tag, Derived):
                so_far |= tag.takes & self.families.keys()
                yield tag, so_far
            else:
                yield tag, frozenset()

    def can_do_without(self, read: str) -> bool:
        """Whether all tags that may depend on this read of another family may be null."""
        return all(tag.column.nullable for tag, taken in self.may_take() if read in taken)

    def compute(self, on: date, subscribers: DataFrame, absent: Absent = NOTHING_ABSENT, **frames: Any) -> DataFrame:
        """Return the family's table for D: every subscriber of the spine once, the rows of each read aggregated once.

        `frames` has a frame by the name of each read. It is None for a family that was not made tonight, or when there is no night before.
        `absent` has, by read, the days that were expected and have not arrived.
        """
        return self.compute_at(Moment({on: absent}), subscribers, **frames)

    def compute_at(self, moment: Moment, subscribers: DataFrame, sums: Mapping[str, DataFrame] = NO_SUMS, **frames: Any) -> DataFrame:
        """Return the family's table for each night of the moment, all in one pass; frames as for `compute`.

        `sums` has, by read, the sums that were kept (`Sums`), for one night. The other tags are made from the rows of the read; if there
        are none, its frame may be None.
        """
        rows, beside, key = subscribers, dict[str, Tags](), list(moment.key)
        for name, read in self.reads.items():
            if isinstance(read, Rows):
                for aggregates in self._aggregates(moment, name, frames[name], sums.get(name)):
                    rows = rows.join(aggregates, key, "left")
            elif isinstance(read, Lookup):
                # If both have a column, the spine's counts: a lookup only adds columns.
                at = [read.by, *key[1:]]
                own = set(frames[name].columns) & set(rows.columns) - set(at)
                rows = rows.join(F.broadcast(frames[name].drop(*own)), at, "left")
            elif isinstance(read, Yesterday):
                beside[name] = Tags(name, self.table, frames[name])
            elif frames[name] is not None:
                beside[name] = Tags(name, read.family.table, frames[name])
        # A figure that is too large for its tag becomes null: one subscriber must not stop the table.
        values = [tag.value(moment, beside).try_cast(tag.column.type).alias(tag.column.name) for tag in self.declared]
        for tags_read in beside.values():
            rows = tags_read.beside(rows, moment.key)
        # All in one select: a derived tag finds earlier ones as lateral aliases.
        made = rows.select(SUBSCRIBER_ID.name, *values, moment.on.alias(BUSINESS_DATE.name))
        return made.select(SUBSCRIBER_ID.name, *(tag.column.name for tag in self.tags), BUSINESS_DATE.name)

    def _aggregates(self, moment: Moment, name: str, rows: DataFrame, sums: DataFrame | None) -> Iterator[DataFrame]:
        """Yield the aggregates of a read, out of kept sums and out of rows."""
        read, tags = self._rows[name], [tag for tag in self.declared if isinstance(tag, Aggregated) and tag.of == name]
        if sums is not None:
            yield self.sums[name].aggregates(sums)
            tags = self.scans(name)
        yield from over_rows(tags, moment, read, rows)

    @property
    def _rows(self) -> dict[str, Rows]:
        return {name: read for name, read in self.reads.items() if isinstance(read, Rows)}

    @staticmethod
    def _refuse(where: str, wrong: Iterable[str]) -> None:
        if found := list(wrong):
            raise ContractError(teach(where, found, "correct the declaration under features/."))
