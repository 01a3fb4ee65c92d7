"""`Family`: tags of one source, declared as functions and computed together in one pass."""

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from expectations import contract
from expectations.checks import NOT_NULL, Check
from expectations.columns import SUBSCRIBER_ID
from expectations.contract import BUSINESS_DATE, Table
from expectations.errors import ContractError, teach
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.tag import AGGREGATES, TYPES, Derived, Quantity, Windowed
from features.windows import Window

BEFORE_ENTRY = "the window ended before network entry"
USUAL = object()


@dataclass(frozen=True, kw_only=True)
class Family:
    """Tags with one source, one owner and one table `tag.<name>`, one row per subscriber of the spine (dwd.subscriber) and night.

    A fact as source gives windowed tags, another snapshot gives tags over all its rows, and the spine itself gives derived tags alone.
    `lookups` maps a column of the joined row to a small table with that key, whose columns derived tags may use. `newest_by` orders a
    subscriber's rows for the aggregate `latest`.
    """

    name: str
    source: Table
    owner: str
    label: str
    lookups: dict[str, Table] = field(default_factory=dict)
    newest_by: tuple[str, ...] = ()
    tags: list[Windowed | Derived] = field(default_factory=list)

    def windowed(
        self,
        aggregate: str,
        *,
        days: Iterable[int] = (),
        months: Iterable[int] = (),
        single_months: Iterable[int] = (),
        label: str,
        type: str | None = None,
        unit: str = "",
        checks: tuple[Check, ...] = (),
        missing: Any = USUAL,
        null_means: str = "",
    ) -> Callable[[Quantity], Quantity]:
        """Declare a tag per window: the function gives the quantity, a column over the source; `aggregate` is one of AGGREGATES.

        `missing` is what a subscriber without rows gets (0 and false by the aggregate's nature, else null). Null in every window that
        ended before network entry. Without windows all rows of a snapshot count. A tag that can never be null gets the check NOT_NULL.
        ContractError lists all faults.
        """
        windows = [Window("days", n) for n in days] + [Window("months", n) for n in months] + [Window("month", n) for n in single_months]

        def declare(function: Quantity) -> Quantity:
            kind = AGGREGATES.get(aggregate)
            column_type = type or (kind.type if kind else None)
            names = [f"{function.__name__}_{window.suffix}" for window in windows] or [function.__name__]
            faults = self._faults(function, names, (label, unit), column_type) + self._window_faults(aggregate, windows)
            self._refuse(function, faults)
            fill = missing if missing is not USUAL else AGGREGATES[aggregate].missing
            absent = [f"no row of {self.source.name}" + " in the window" * bool(windows)] * (fill is None) + [BEFORE_ENTRY] * bool(windows)
            meaning = null_means or "; ".join(absent)
            rules = checks if meaning else (NOT_NULL, *checks)
            every: Sequence[Window | None] = windows or [None]
            for name, window in zip(names, every, strict=True):
                column = _described(function, name, str(column_type), window, (label, unit, rules, meaning))
                self.tags.append(Windowed(column, function, aggregate, window, fill, self.source.event_date, self.newest_by))
            return function

        return declare

    def derived(
        self, type: str, *, label: str, unit: str = "", checks: tuple[Check, ...] = (), null_means: str = ""
    ) -> Callable[[Quantity], Quantity]:
        """Declare a tag over earlier tags of the row; in a family of the spine also over the spine's and the lookups' columns.

        The result is cast to `type`, one of boolean, int, bigint, string, date. A tag that may be null says what null means, any other
        has the check NOT_NULL. ContractError lists all faults.
        """

        def declare(function: Quantity) -> Quantity:
            faults = self._faults(function, [function.__name__], (label, unit), type)
            if not null_means and NOT_NULL not in checks:
                faults.append("it says neither what null means (null_means) nor that there is none (NOT_NULL)")
            self._refuse(function, faults)
            self.tags.append(Derived(_described(function, function.__name__, type, None, (label, unit, checks, null_means)), function))
            return function

        return declare

    def carry(self, name: str, *, label: str, null_means: str = "") -> None:
        """Declare a column of the spine or of a lookup as a tag, with the meaning and checks it has there; a lookup may find nothing."""
        table = next((t for t in (self.source, *self.lookups.values()) if name in {c.name for c in t.columns}), self.source)
        declared = table.column(name)
        checks = declared.checks if table is self.source else tuple(check for check in declared.checks if check != NOT_NULL)

        def carried() -> Column:
            return F.col(name)

        carried.__name__, carried.__doc__ = name, declared.comment
        meaning = null_means or declared.null_means
        self.derived(declared.type, label=label, unit=declared.unit, checks=checks, null_means=meaning)(carried)

    @property
    def table(self) -> Table:
        """The contract `tag.<name>` with the tags declared so far."""
        return Table(
            name=f"tag.{self.name}",
            owner=self.owner,
            comment=f"Tags {self.label} of family {self.name}, one row per subscriber.",
            key=("subscriber_id",),
            columns=(SUBSCRIBER_ID, *(tag.column for tag in self.tags)),
        )

    def needs(self, on: date) -> list[date] | None:
        """Exactly the event dates that the windows of D cover, sorted: days, or first days of months of a monthly fact.

        None when the source is a snapshot.
        """
        if self.source.event_date is None:
            return None
        days = {day for tag in self.tags if isinstance(tag, Windowed) and tag.window for day in tag.window.days(on)}
        return sorted(day for day in days if day.day == 1 or not self._is_monthly)

    def compute(self, on: date, source: DataFrame, subscribers: DataFrame, **lookups: DataFrame) -> DataFrame:
        """The family's table for D, every subscriber of the spine once, in one aggregation of the source.

        A family of the spine is given the same frame twice. `lookups` come by the noun of their table: ods.terminal as `terminal`.
        """
        rows = subscribers if self._is_of_spine else self._joined(on, source, subscribers)
        for key, table in self.lookups.items():
            found = lookups[table.name.split(".")[1]]
            # The spine's own columns win: a lookup brings what the row lacks.
            rows = rows.join(F.broadcast(found.drop(*(set(found.columns) & set(rows.columns) - {key}))), key, "left")
        # A customer's figure that is too large for its tag is unknown, and no reason to stop everybody's.
        tags = [tag.value(on).try_cast(tag.column.type).alias(tag.column.name) for tag in self.tags]
        # One select: a derived tag finds earlier ones as lateral aliases.
        return rows.select(SUBSCRIBER_ID.name, *tags, F.lit(on).alias(BUSINESS_DATE.name))

    def _joined(self, on: date, source: DataFrame, subscribers: DataFrame) -> DataFrame:
        aggregates = [tag.aggregated(on) for tag in self.tags if isinstance(tag, Windowed)]
        spine = subscribers.select(SUBSCRIBER_ID.name, "entry_date")
        return spine.join(source.groupBy(SUBSCRIBER_ID.name).agg(*aggregates), SUBSCRIBER_ID.name, "left")

    @property
    def _is_monthly(self) -> bool:
        return self.source.event_date == "month"

    @property
    def _is_of_spine(self) -> bool:
        return self.source.name == DWD_SUBSCRIBER.name

    def _faults(self, function: Quantity, names: list[str], said: tuple[str, str], type: str | None) -> list[str]:
        label, unit = said
        declared = {tag.column.name for tag in self.tags}
        taken = sorted(set(names) & declared | {name for name in names if names.count(name) > 1})
        faults = [f"tag {name} is declared twice" for name in taken]
        if not inspect.getdoc(function):
            faults.append("the function has no docstring; its first line is what people read about the tag")
        if not label:
            faults.append("the Chinese label is empty")
        if type in ("int", "bigint") and not unit:
            faults.append("a figure without a unit: say what it counts, as unit='messages'")
        if list(inspect.signature(function).parameters) not in ([], ["on"]):
            faults.append("the function takes something else than `on`")
        if type not in TYPES:
            faults.append(f"type {type} is not one of {', '.join(TYPES)}")
        return faults

    def _window_faults(self, aggregate: str, windows: list[Window]) -> list[str]:
        faults = []
        if aggregate not in AGGREGATES:
            faults.append(f"aggregate {aggregate!r} is not one of {', '.join(AGGREGATES)}")
        if self._is_of_spine:
            faults.append("the spine has one row per subscriber, nothing to aggregate: use derived")
        if bool(windows) != bool(self.source.event_date):
            wanted = "needs windows, it has event dates" if self.source.event_date else "takes no windows, it is a snapshot"
            faults.append(f"source {self.source.name} {wanted}")
        if self._is_monthly and any(window.kind == "days" for window in windows):
            faults.append(f"source {self.source.name} is monthly: use months or single_months")
        if Window("month", 1) in windows:
            faults.append("the single month 1 is months=(1,)")
        if aggregate == "active_days" and self.source.key != (SUBSCRIBER_ID.name,):
            faults.append(f"active_days counts rows, and source {self.source.name} may have several a day")
        if aggregate == "latest" and not self.newest_by:
            faults.append("aggregate latest needs the family's newest_by")
        return faults

    def _refuse(self, function: Quantity, faults: list[str]) -> None:
        if faults:
            where = f"Tag {function.__name__} of family {self.name}"
            raise ContractError(teach(where, faults, "correct the tag's declaration under features/."))


def _described(
    function: Quantity, name: str, type: str, window: Window | None, said: tuple[str, str, tuple[Check, ...], str]
) -> contract.Column:
    """The tag as a column of the contract; its comment is the docstring's first line, the window and the unit, a sentence each."""
    label, unit, checks, null_means = said
    sentences = [str(inspect.getdoc(function)).splitlines()[0]]
    sentences += [f"{window.words}."] if window else []
    sentences += [f"In {unit}."] if unit else []
    comment = " ".join(sentences)
    return contract.Column(name, type, comment, checks, unit, (window.label if window else "") + label, null_means)
