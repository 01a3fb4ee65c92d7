"""Records of what was published, one per partition: whether a partition exists, from which loads it was made, and which are missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from expectations.contract import Table
from expectations.tables.ops import OPS_PUBLICATION
from features.state import Partition
from jobs.runtime.records import Records, now

# Before the first night of a home.
FIRST_NIGHT = date(2000, 1, 1)
# The job that removes old partitions.
RETENTION = "drop_old_partitions"


@dataclass(frozen=True)
class Publication:
    """A record of ops.publication: the newest of its partition."""

    business_date: date
    event_date: date | None
    known_on: date | None
    feed: str | None
    rows: int
    loads: tuple[str, ...]
    state_of: str | None
    published_at: datetime
    run_id: str
    lacks: frozenset[str] = frozenset()
    job: str = ""

    @property
    def is_dropped(self) -> bool:
        """Whether retention has removed the partition since."""
        return self.job == RETENTION


class Publications:
    """The publications of one lake."""

    def __init__(self, records: Records) -> None:
        """`records` reads and writes the ops tables."""
        self._records = records

    def of(self, table: Table) -> dict[tuple[date | str, ...], Publication]:
        """Return the newest publication of each partition.

        A snapshot's partition is (business date), a fact's (event date, known on, feed).
        """
        newest: dict[tuple[date | str, ...], Publication] = {}
        for row in self._records.rows(OPS_PUBLICATION, lambda partition: partition["table_name"] == table.name):
            made = _as_publication(row)
            key = (made.event_date, made.known_on, made.feed) if made.event_date and made.known_on and made.feed else (made.business_date,)
            if key not in newest or (newest[key].published_at, newest[key].run_id) < (made.published_at, made.run_id):
                newest[key] = made
        return newest

    def runs(self, table: Table) -> set[str]:
        """Return the ids of all runs that ever published the table."""
        return {row["run_id"] for row in self._records.rows(OPS_PUBLICATION, lambda partition: partition["table_name"] == table.name)}

    def snapshot(self, table: Table, on: date) -> Publication | None:
        """Return a snapshot's publication of that date. None if it was not made, or if it is empty and must not be."""
        made = self.of(table).get((on,))
        return made if made and not made.is_dropped and (made.rows or table.may_be_empty) else None

    def newest_night(self, table: Table) -> date | None:
        """Return the newest business date for which the table was published, with or without rows."""
        return max((made.business_date for made in self.of(table).values()), default=None)

    def night_before(self, table: Table, on: date, nights: int) -> date | None:
        """Return the newest publication of a snapshot in the `nights` before `on`."""
        back = (on - timedelta(days=n) for n in range(1, nights + 1))
        return next((night for night in back if self.snapshot(table, night)), None)

    def nights_before(self, tables: Iterable[Table], on: date, days: Iterable[date] | None) -> list[Partition]:
        """Return the nights before `on` of snapshots, each with the run that published it last; with `days` only these."""
        made = [(table.name, of) for table in tables for of in self.of(table).values() if not of.is_dropped and of.business_date < on]
        wanted = None if days is None else set(days)
        nights = [(name, of.business_date, of.run_id) for name, of in made if wanted is None or of.business_date in wanted]
        return [Partition(night, night, run, name) for name, night, run in nights]

    def record(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
        """Add records for one table, with the time."""
        stamp = {"table_name": table.name, "published_at": now()}
        self._records.append(OPS_PUBLICATION, [stamp | {**row} for row in rows])


def _as_publication(row: Mapping[str, Any]) -> Publication:
    names = ("business_date", "event_date", "known_on", "feed", "rows", "state_of", "published_at", "run_id", "job")
    return Publication(**{name: row[name] for name in names}, loads=tuple(row["loads"] or ()), lacks=frozenset(row["lacks"] or ()))
