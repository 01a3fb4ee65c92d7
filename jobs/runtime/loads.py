"""`Load`: an accepted load of a feed, and which of several loads is read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from expectations.contract import Table
from expectations.feed import Feed
from expectations.feeds import FEEDS
from features.state import Partition

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# How many deliveries before the newest one may give the last good version of a catalogue's row.
DELIVERIES_BACK = 30


@dataclass(frozen=True, order=True)
class Load:
    """An accepted load of (feed, scope, event date). Loads sort so that the newest of one identity is last."""

    event_date: date
    known_on: date
    data_date: date
    sequence: int
    load_id: str
    feed: str
    scope: str = ""
    rows: int = 0

    @property
    def identity(self) -> tuple[date, str, str]:
        """A newer load with the same identity replaces this one."""
        return self.event_date, self.feed, self.scope

    @property
    def place(self) -> tuple[date, date, str]:
        """The partition of a fact that has its rows."""
        return self.event_date, self.known_on, self.feed

    @property
    def partition(self) -> Partition:
        """The load in the form that a state uses."""
        return Partition(self.event_date, self.known_on, self.load_id)


def feeds_of(fact: Table) -> tuple[str, ...]:
    """Return the names of the feeds whose loads decide which rows of a fact may be read."""
    source = fact
    while source.follows:
        source = source.follows
    if source.layer == "vault":
        return tuple(feed.name for feed in FEEDS.values() if source.name in {to_vault.table.name for to_vault in feed.vault})
    return tuple(feed.name for feed in FEEDS.values() if feed.table.name == source.name)


def load_listed(row: Mapping[str, Any]) -> Load:
    """Return the load that a row of ops.load describes."""
    names = ("event_date", "known_on", "data_date", "sequence", "load_id", "feed", "scope")
    return Load(**{name: row[name] for name in names}, rows=row["rows_loaded"])


def loaded_days(feed: Feed, listed: Iterable[Mapping[str, Any]]) -> dict[str, set[date]]:
    """Return the loaded days of each scope, from the feed's rows of ops.load. All declared scopes are there.

    A day with only the late rows in other days' deliveries is none: its own has not arrived.
    """
    rows = list(listed)
    arrived = {(row["scope"], row["data_date"]) for row in rows if row["state"] in ("loaded", "duplicate")}
    days: dict[str, set[date]] = {scope: set() for scope in feed.scopes}
    for row in rows:
        if row["state"] == "loaded" and (row["scope"], row["event_date"]) in arrived:
            days.setdefault(row["scope"], set()).add(row["event_date"])
    return days


def place_in(table: Table, partition: Mapping[str, Any]) -> tuple[date, date, str]:
    """Return the place of a fact's partition, in the form of `Load.place`."""
    return partition[str(table.event_date)], partition["known_on"], partition["feed"]


def newest(loads: Iterable[Load], also: Callable[[Load], date] | None = None) -> list[Load]:
    """Return the newest load of each identity (with `also`: for each of its values too), by event date."""
    found = {(load.identity, also(load) if also else None): load for load in sorted(loads)}
    return sorted(found.values())


def one_each(rows: "DataFrame", table: Table, per: Iterable[str] = ()) -> "DataFrame":
    """Return one row per key: that of the newest event date, and of equal dates that of the load known last.

    `per` tells the nights of the frame apart.
    """
    from pyspark.sql import functions as F

    place = F.struct(str(table.event_date), "known_on", "feed", "load_id")
    return rows.groupBy(*table.grain, *per).agg(F.max_by(F.struct(*rows.columns), place).alias("row")).select("row.*")
