"""The lake: the path of each table, and the files of it that a night may read."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, timedelta
from functools import reduce
from threading import Lock
from typing import TYPE_CHECKING, Any

from expectations.contract import Table
from expectations.errors import teach
from expectations.tables.ops import OPS_LOAD, OPS_QUARANTINE
from features.effective import Delivery, in_force
from features.state import Change, Partition, fingerprint
from jobs.runtime.delta import DeltaFiles, File
from jobs.runtime.gaps import NotPublishedError as NotPublishedError
from jobs.runtime.gaps import dropped, kept, refuse_holes
from jobs.runtime.loads import DELIVERIES_BACK, FEEDS, Load, feeds_of, load_listed, loaded_days, newest, one_each, place_in
from jobs.runtime.movements import Signs, movements, signed
from jobs.runtime.publications import Publication, Publications
from jobs.runtime.reads import Also, Arrived, Between, Dates, Entered, InForce, Known, Latest, Moved, NotArrived, Read, State
from jobs.runtime.records import Records
from jobs.runtime.session import spark_session
from jobs.runtime.settings import Settings

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

ONE_DAY = timedelta(days=1)


class Lake:
    """Tables by path. A table is opened on first use; Spark starts with the first frame."""

    def __init__(self, settings: Settings, *, advances: bool = True) -> None:
        """Use the settings of this process. If it does not advance, states are made from scratch."""
        self.settings, self._advances = settings, advances
        self.records = Records(self.at)
        self.publications = Publications(self.records)
        self._tables: dict[str, DeltaFiles] = {}
        self._lock = Lock()
        self._listed: dict[str, list[dict[str, Any]]] | None = None

    @property
    def spark(self) -> "SparkSession":
        """The process's session, started on first use."""
        return spark_session(self.settings)

    def location(self, table: Table) -> str:
        """Return the table's folder: below the lake, or below the vault for vault tables."""
        root = str(self.settings.vault.parent) if table.layer == "vault" else self.settings.lake
        return f"{root}/{table.path}"

    def at(self, table: Table) -> DeltaFiles:
        """Return the table's files by its Delta log."""
        with self._lock:
            return self._tables.setdefault(table.name, DeltaFiles(table, self.location(table)))

    def whole(self, table: Table, **partition: Any) -> "DataFrame":
        """Return every published row, or only those of the given partitions; an empty frame when nothing was published."""
        return self.frame(table, self._in_partitions(table, lambda of: all(of[name] == value for name, value in partition.items())))

    def log(self, table: Table, **partition: Any) -> "list[dict[str, Any]]":
        """Return the rows of an ops table, or only those of the given partitions."""
        return self.records.rows(table, lambda of: all(of[name] == value for name, value in partition.items()))

    def frame(self, table: Table, files: Iterable[File]) -> "DataFrame":
        """Return the declared columns of these files; a column that is newer than a file is null.

        Spark gets the files that Delta's log names and reads them as Parquet. Its own Delta reader would replay the log in Spark jobs
        (docs/decisions/0014).
        """
        by_depth: dict[int, list[str]] = {}
        location = self.location(table)
        for file in files:
            # OPTIMIZE writes files outside the run folders, and Spark derives partition columns only from paths of the same shape.
            by_depth.setdefault(file.path.count("/"), []).append(_literally(f"{location}/{file.path}"))
        if not by_depth:
            return table.empty(self.spark)
        reader = self.spark.read.schema(table.ddl).option("basePath", location)
        names = [column.name for column in table.columns]
        parts = [reader.parquet(*paths).select(*names) for _, paths in sorted(by_depth.items())]
        return reduce(lambda one, other: one.unionByName(other), parts)

    def as_it_is(self) -> "Lake":
        """Return this lake for one run, with the loads fixed when the run first reads them.

        So a run reads the same loads that it records, even if others are published meanwhile.
        """
        lake = Lake(self.settings, advances=self._advances)
        lake.records, lake.publications, lake._tables = self.records, self.publications, self._tables
        lake._lock, lake._listed = self._lock, {}
        return lake

    def _loads_of(self, feed: str) -> list[dict[str, Any]]:
        if self._listed is None:
            return self.log(OPS_LOAD, feed=feed)
        if feed not in self._listed:
            self._listed[feed] = self.log(OPS_LOAD, feed=feed)
        return self._listed[feed]

    def loads(self, fact: Table, upto: date) -> list[Load]:
        """Return the accepted loads of all feeds that fill the fact, known by `upto`, oldest first."""
        listed = [row for feed in feeds_of(fact) for row in self._loads_of(feed)]
        return sorted(load_listed(row) for row in listed if row["state"] == "loaded" and row["known_on"] <= upto)

    def arrived(self, fact: Table, on: date, since: date | None = None) -> list[Load]:
        """Return the loads of an `Arrived` read: the newest of each identity, for each night."""
        return newest((load for load in self.loads(fact, on) if load.known_on >= (since or on)), lambda load: load.known_on)

    def known(self, fact: Table, on: date, dates: Dates = lambda _: None) -> list[Load]:
        """Return the loads of a `Known` read: the newest of each (feed, scope, event date), by event date."""
        wanted = dates(on)
        days = None if wanted is None else set(wanted)
        loads = (load for load in self.loads(fact, on) if load.event_date <= on)
        return [load for load in newest(loads) if days is None or load.event_date in days]

    def not_arrived(self, read: NotArrived, on: date) -> frozenset[date]:
        """Return the days of a `NotArrived` read."""
        absent = set[date]()
        for feed in (FEEDS[name] for name in feeds_of(read.table)):
            if (feed.cadence, feed.content) != ("daily", "delta"):
                continue
            by_scope = loaded_days(feed, (row for row in self._loads_of(feed.name) if row["known_on"] <= on))
            loaded = set().union(*by_scope.values())
            whole = loaded.intersection(*by_scope.values()) if feed.scopes else loaded
            first = feed.expected_from or min(loaded, default=date.max)
            absent |= {day for day in read.dates(on) or () if first <= day <= on and day not in whole}
        return frozenset(absent)

    def latest(self, fact: Table, on: date) -> list[Load]:
        """Return the loads of a `Latest` read: the newest event date of each (feed, scope)."""
        newest_date = {(load.feed, load.scope): load for load in self.known(fact, on)}
        return sorted(newest_date.values())

    def read(self, read: Read, on: date, since: date | None = None) -> "DataFrame":
        """Return the rows of a table that the night of `on` sees; in a bulk load `since` is the first night of the range.

        NotPublishedError when a snapshot of D is missing, when a full extract has no load, or when a load was received but not refined.
        """
        if isinstance(read, State):
            return self._state(read, on)
        if isinstance(read, InForce):
            return self._in_force(read, on)
        if isinstance(read, Moved):
            return self._moved(read, on)
        if read.table.kind == "fact":
            loads = self.loads_read(read, on, since)
            rows = self.of_loads(read.table, loads)
            # A subscriber who moves may be in the extracts of two cities.
            return one_each(rows, read.table) if isinstance(read, Latest) and len(loads) > 1 and read.table.grain else rows
        return self.frame(read.table, self.files(read, on))

    def loads_read(self, read: Read, on: date, since: date | None = None) -> list[Load]:
        """Return the loads of a fact's read. NotPublishedError when a required load is missing, or a load was received but not refined."""
        fact = read.table
        if isinstance(read, Arrived):
            return kept(self.publications, fact, self.arrived(fact, on, since))
        if isinstance(read, Latest):
            found = self.latest(fact, on)
            if not found and not (isinstance(read, InForce) and not read.is_needed):
                fault = f"no load of feed {' or '.join(feeds_of(fact))} is known on {on}"
                raise NotPublishedError(teach(f"Table {fact.name}", [fault], "deliver the feed and run its receive job."))
            return kept(self.publications, fact, found)
        found = kept(self.publications, fact, self.known(fact, on, read.dates if isinstance(read, Known | Entered) else lambda _: None))
        if fact.follows:
            refuse_holes(self.publications, fact, found)
        if isinstance(read, Moved):
            return kept(self.publications, fact, sorted(self._movements(read, on)))
        if isinstance(read, Entered):
            entered = set(self.change(read, on)[0].entered)
            return [load for load in found if load.partition in entered]
        return found

    def as_known(self, fact: Table, on: date, dates: Dates) -> "DataFrame":
        """Return the rows of a fact as known on D, as a `Known` read gives them."""
        return self.read(Known(fact, dates), on)

    def snapshots(self, table: Table, nights: Collection[date]) -> "DataFrame":
        """Return the rows that these nights published of a snapshot."""
        return self.frame(table, self._in_partitions(table, lambda of: of["business_date"] in nights))

    def files(self, read: Read, on: date, since: date | None = None) -> list[File]:
        """Return the files that a read opens."""
        if read.table.kind == "fact":
            places = {load.place for load in self.loads_read(read, on, since)}
            return self._in_partitions(read.table, lambda of: place_in(read.table, of) in places)
        if isinstance(read, Between):
            first, last = read.first(on), read.last(on)
            return self._in_partitions(read.table, lambda of: first <= of["business_date"] <= last and of["business_date"] != on)
        if isinstance(read, Also):
            nights = {entered.event_date for entered in self.change(read.of, on)[0].entered if entered.of == read.table.name}
            return self._in_partitions(read.table, lambda of: of["business_date"] in nights)
        night = on - ONE_DAY if isinstance(read, State) else on
        self.published(read.table, night)
        return self._in_partitions(read.table, lambda of: of["business_date"] == night)

    def published(self, table: Table, night: date) -> Publication:
        """Return a snapshot's publication of that night. NotPublishedError when there is none."""
        made = self.publications.snapshot(table, night)
        if made is None:
            fault = f"no partition business_date={night}"
            raise NotPublishedError(teach(f"Table {table.name}", [fault], "run the job that writes it for that date."))
        return made

    def change(self, read: Entered, on: date) -> tuple[Change, bool]:
        """Return the loads that entered and left since the state of the night before, and whether that state can be advanced.

        If it cannot be advanced, all loads count as entered. Rows that retention has removed cannot be subtracted.
        """
        loads, earlier = (self.known(read.table, night, read.dates) for night in (on, on - ONE_DAY))
        now, before = self._made_of(read, on, loads), self._made_of(read, on - ONE_DAY, earlier)
        made = self.publications.snapshot(read.into, on - ONE_DAY)
        change = Change.between(before, now)
        left = set(earlier) - set(loads)
        can_advance = not dropped(self.publications, read.table, left) if read.subtracts else change.only_expired(now)
        if self._advances and made and can_advance and made.state_of == fingerprint(before, read.made_by):
            return change, True
        return Change(tuple(now), ()), False

    def state_of(self, read: Entered, on: date) -> str:
        """Return a hash of everything that a state made tonight depends on."""
        return fingerprint(self._made_of(read, on, self.known(read.table, on, read.dates)), read.made_by)

    def _made_of(self, read: Entered, on: date, loads: Iterable[Load]) -> list[Partition]:
        return [*(load.partition for load in loads), *self.publications.nights_before(read.beside, on, read.dates(on))]

    def _state(self, read: State, on: date) -> "DataFrame":
        change, can_advance = self.change(read.of, on)
        if not can_advance:
            return read.table.empty(self.spark)
        held = self.frame(read.table, self.files(read, on))
        if not change.left or read.of.subtracts:
            return held
        gone = ", ".join(sorted({f"DATE'{partition.event_date}'" for partition in change.left}))
        return held.where(f"{read.told_on} NOT IN ({gone})")

    def _movements(self, read: Moved, on: date) -> Signs:
        """Return the loads that entered or left a window since the state of the night before, or all if it cannot be advanced."""
        before = self.known(read.table, on - ONE_DAY, read.dates) if self.change(read, on)[1] else []
        return movements(read, on, before, self.known(read.table, on, read.dates))

    def _moved(self, read: Moved, on: date) -> "DataFrame":
        rows = self.of_loads(read.table, self.loads_read(read, on))
        return signed(self.spark, read, rows, self._movements(read, on))

    def _in_force(self, read: InForce, on: date) -> "DataFrame":
        """Return the rows of the newest load of each feed and scope. A row in quarantine is replaced by its last good version."""
        if not self.loads_read(read, on):
            return read.table.empty(self.spark)
        parts = (in_force(self.of_loads(read.table, loads), read.table.key[0], told) for loads, told in self.deliveries(read, on))
        return reduce(lambda one, other: one.unionByName(other), parts)

    def deliveries(self, read: InForce, on: date) -> list[tuple[list[Load], list[Delivery]]]:
        """Return, for each feed and scope of a catalogue, the loads whose rows may be in force on D, and what is in quarantine of each."""
        loads = newest((load for load in self.loads(read.table, on) if load.event_date <= on), lambda load: load.known_on)
        by_source: dict[tuple[str, str], list[Load]] = {}
        for load in loads:
            by_source.setdefault((load.feed, load.scope), []).append(load)
        return [self._since_whole(of) for of in by_source.values()]

    def _since_whole(self, loads: list[Load]) -> tuple[list[Load], list[Delivery]]:
        codes: dict[tuple[date, str], set[str | None]] = {}
        for row in self.log(OPS_QUARANTINE, feed=loads[0].feed):
            codes.setdefault((row["known_on"], row["load_id"]), set()).add(row["code"])
        of_load = [frozenset(codes.get((load.known_on, load.load_id), ())) for load in loads]
        whole = max((at for at, quarantined in enumerate(of_load) if not quarantined), default=0)
        since = max(whole, len(loads) - 1 - DELIVERIES_BACK)
        told = [Delivery(load.event_date, load.known_on, quarantined) for load, quarantined in zip(loads, of_load, strict=True)]
        return loads[since:], told[since:]

    def _in_partitions(self, table: Table, holds: Callable[[Mapping[str, Any]], bool]) -> list[File]:
        return [file for file in self.at(table).present() if holds(file.partition)]

    def of_loads(self, table: Table, loads: list[Load]) -> "DataFrame":
        """Return the rows of exactly these loads.

        Two scopes of a feed share a partition, and so do a delivery and a correction of the same night; but their rows are rarely in one
        file.
        """
        chosen: dict[tuple[date, date, str], set[str]] = {}
        for load in loads:
            chosen.setdefault(load.place, set()).add(load.load_id)
        placed = [(file, chosen.get(place_in(table, file.partition), set())) for file in self.at(table).present()]
        files = [(file, ids) for file, ids in placed if file.load_id in ids or (ids and file.load_id is None)]
        frame = self.frame(table, (file for file, _ in files))
        if all(file.load_id for file, _ in files):
            return frame
        wanted = ", ".join(sorted({f"'{load.known_on} {load.load_id}'" for load in loads}))
        return frame.where(f"concat_ws(' ', known_on, load_id) IN ({wanted})")


def _literally(path: str) -> str:
    """Escape the characters of the path that Spark would read as a pattern."""
    return re.sub(r"([{}\[\]*?\\])", r"\\\1", path)
