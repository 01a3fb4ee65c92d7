"""Coverage of the night by data class: which feeds there are, how fresh they are, and how complete their rows and columns."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from expectations.contract import Column
from expectations.data_classes import DATA_CLASSES
from expectations.feed import Feed
from expectations.feeds import FEEDS
from expectations.tables.ops import OPS_LOAD
from jobs.receive.missing import due_date, needed_date
from jobs.runtime.lake import Lake

# A month of daily deliveries, and the bills of the last month. Older ones say little about what arrives now.
DAYS_COUNTED = 35
State = Literal["up to date", "on change", "may be late", "overdue", "scope missing", "never loaded"]


@dataclass(frozen=True)
class ColumnCover:
    """A column that a feed fills: from which fields of the file, and how many of the counted rows have a value; None if not counted."""

    column: Column
    sources: tuple[str, ...]
    filled: float | None


@dataclass(frozen=True)
class FeedCover:
    """A feed on a night.

    `newest` is the newest loaded event date, of several scopes that of the one furthest behind; `missing` are scopes that were never
    loaded although others were. `due` the newest that is due. `rows` and `quarantined` are those of the loads in force of the
    last DAYS_COUNTED days.
    """

    feed: Feed
    newest: date | None
    due: date | None
    state: State
    loads: int
    rows: int
    quarantined: int
    columns: tuple[ColumnCover, ...]
    missing: tuple[str, ...] = ()

    @property
    def quarantined_share(self) -> float | None:
        """The share of delivered rows that were quarantined; None if nothing was delivered."""
        delivered = self.rows + self.quarantined
        return self.quarantined / delivered if delivered else None

    @property
    def filled_share(self) -> float | None:
        """The mean share of filled columns; None if no column is counted."""
        shares = [cover.filled for cover in self.columns if cover.filled is not None]
        return sum(shares) / len(shares) if shares else None


@dataclass(frozen=True)
class ClassCover:
    """A data class with its feeds; it may have none."""

    name: str
    label: str
    feeds: tuple[FeedCover, ...]

    @property
    def fresh(self) -> int:
        """How many feeds have what is due."""
        return sum(cover.state in ("up to date", "on change") for cover in self.feeds)

    @property
    def rows(self) -> int:
        """Counted rows of all feeds."""
        return sum(cover.rows for cover in self.feeds)

    @property
    def fields(self) -> int:
        """Columns that the feeds fill."""
        return sum(len(cover.columns) for cover in self.feeds)


def coverage(lake: Lake, on: date, feeds: Iterable[Feed] = tuple(FEEDS.values())) -> list[ClassCover]:
    """Return every data class with its feeds, by source, as known on the night of `on`.

    It reads the records of loads and Delta's logs, without Spark.
    """
    loads = [row for row in lake.log(OPS_LOAD) if row["known_on"] <= on and row["state"] == "loaded"]
    ordered = sorted(feeds, key=lambda feed: (len(feed.source), feed.source, feed.name))
    covers = [_feed_cover(lake, on, feed, [row for row in loads if row["feed"] == feed.name]) for feed in ordered]
    return [
        ClassCover(name, label, tuple(cover for cover in covers if cover.feed.data_class == name)) for name, label in DATA_CLASSES.items()
    ]


def _feed_cover(lake: Lake, on: date, feed: Feed, loads: list[dict[str, Any]]) -> FeedCover:
    # A feed of several cities is as fresh as the city that is furthest behind.
    by_scope = {scope: [row["event_date"] for row in loads if row["scope"] == scope] for scope in feed.scopes}
    newest = min((max(days) for days in (by_scope or {"": [row["event_date"] for row in loads]}).values() if days), default=None)
    missing = tuple(scope for scope, days in by_scope.items() if not days) if newest else ()
    due = due_date(feed, on)
    counted = _in_force(row for row in loads if row["event_date"] > on - timedelta(days=DAYS_COUNTED))
    if not counted and newest:
        # A catalogue, or the bills of the month before last: the newest there is.
        counted = _in_force(row for row in loads if row["event_date"] == newest)
    return FeedCover(
        feed=feed,
        newest=newest,
        due=due,
        state="scope missing" if missing else _state(newest, due, needed_date(feed, on)),
        loads=len(counted),
        rows=sum(row["rows_loaded"] for row in counted),
        quarantined=sum(row["rows_quarantined"] for row in counted),
        columns=_columns(lake, feed, {(row["event_date"], row["load_id"]) for row in counted}),
        missing=missing,
    )


def _state(newest: date | None, due: date | None, needed: date | None) -> State:
    if newest is None:
        return "never loaded"
    if due is None:
        return "on change"
    if newest >= due:
        return "up to date"
    return "may be late" if needed and newest >= needed else "overdue"


def _in_force(loads: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the newest load of each scope and event date."""
    ordered = sorted(loads, key=lambda row: (row["known_on"], row["data_date"], row["sequence"]))
    return list({(row["scope"], row["event_date"]): row for row in ordered}.values())


def _columns(lake: Lake, feed: Feed, loads: set[tuple[date, str]]) -> tuple[ColumnCover, ...]:
    """Return the columns that the feed fills, with the share of rows with a value by the statistics of the files."""
    table, days = feed.table, {day for day, _ in loads}
    rows: Counter[str] = Counter()
    nulls: Counter[str] = Counter()
    for file, missing in lake.at(table).with_nulls():
        day = file.partition[str(table.event_date)]
        # A file of several loads may have replaced rows too; they are few.
        if file.partition["feed"] != feed.name or day not in days or (file.load_id and (day, file.load_id) not in loads):
            continue
        for name, count in missing.items():
            rows[name] += file.rows
            nulls[name] += count
    sources: dict[str, list[str]] = {}
    for field in feed.fields:
        for to, _ in field.fills:
            sources.setdefault(to, []).append(field.name)
    for computed in feed.computed:
        sources.setdefault(computed.to, []).extend(computed.fields)
    return tuple(
        ColumnCover(column, tuple(sources[column.name]), 1 - nulls[column.name] / rows[column.name] if rows[column.name] else None)
        for column in table.columns
        if column.name in sources
    )
