"""The lake: where tables lie, which of their partitions a night may see, and the one way to publish."""

import re
import shutil
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from expectations.contract import Table
from expectations.errors import ChudianError, teach
from expectations.feeds import FEEDS
from expectations.tables.ops import LOAD, QUARANTINE, RUN
from features.effective import Delivery, in_force
from jobs.runtime.job import JOBS
from jobs.runtime.reads import DELIVERIES_BACK, Ahead, Arrived, Earlier, InForce, Known, Latest, Read, Snapshot
from jobs.runtime.settings import Settings

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, DataFrameWriter, SparkSession


class NotPublishedError(ChudianError):
    """A table or partition that a job needs has not been published."""


@dataclass(frozen=True, order=True)
class Load:
    """An accepted load, ordered so that for one event date the newest comes last."""

    event_date: date
    known_on: date
    sequence: int
    load_id: str
    rows: int = 0


def feed_of(fact: Table) -> str:
    """The name of the feed whose loads decide which partitions of a fact may be read."""
    source = fact
    while source.follows:
        source = source.follows
    if source.layer == "vault":
        return next(feed.name for feed in FEEDS.values() if feed.vault)
    return next(feed.name for feed in FEEDS.values() if feed.table.name == source.name)


def _writers(table: Table) -> set[str]:
    """Names of the jobs that write a table."""
    return {job.name for job in JOBS.values() if table in job.writes}


class Lake:
    """Tables by path. Opens nothing until it is asked."""

    def __init__(self, spark: "SparkSession", settings: Settings) -> None:
        """The session and the settings of this process."""
        self.spark = spark
        self.settings = settings
        self._founding = Lock()
        self._seen: dict[str, set[str]] = {}

    def location(self, table: Table) -> str:
        """Where a table's files lie: below the lake, the vault's below the vault."""
        root = str(self.settings.vault.parent) if table.layer == "vault" else self.settings.lake
        return f"{root}/{table.path}"

    def stage(self, run: str, table: Table) -> str:
        """Where a run puts its result before it is audited; beside the table, so that vault's text never leaves the vault."""
        root = str(self.settings.vault) if table.layer == "vault" else self.settings.lake
        return f"{root}/stage/{run}/{table.name}"

    def exists(self, table: Table) -> bool:
        """Whether anything was ever published."""
        from delta.tables import DeltaTable

        return DeltaTable.isDeltaTable(self.spark, self.location(table))

    def has(self, table: Table, where: str) -> bool:
        """Whether files may hold rows of this condition on partition columns."""
        return self._opens(table, where, self.whole(table).where(where))

    def _opens(self, table: Table, where: str, frame: "DataFrame") -> bool:
        """Whether the frame, the table's rows of this condition, has files; once it has, not asked of Delta again until we publish."""
        seen = self._seen.setdefault(table.name, set())
        if where not in seen and frame.inputFiles():
            seen.add(where)
        return where in seen

    def whole(self, table: Table) -> "DataFrame":
        """Every published row; an empty frame when nothing was published. Declared columns alone, those newer than the files as null."""
        if not self.exists(table):
            return table.empty(self.spark)
        frame = self.spark.read.format("delta").load(self.location(table))
        absent = {column.name: f"CAST(NULL AS {column.type})" for column in table.columns if column.name not in frame.columns}
        return frame.selectExpr(*(f"{absent[c.name]} AS `{c.name}`" if c.name in absent else f"`{c.name}`" for c in table.columns))

    def loads(self, fact: Table, upto: date) -> list[Load]:
        """The accepted loads of the fact's feed known by `upto`, oldest first."""
        listed = self.whole(LOAD).where(f"feed = '{feed_of(fact)}' AND state = 'loaded' AND known_on <= DATE'{upto}'")
        rows = listed.select("event_date", "known_on", "sequence", "load_id", "rows_loaded").collect()
        return sorted(Load(row.event_date, row.known_on, row.sequence, row.load_id, row.rows_loaded) for row in rows)

    def read(self, read: Read, on: date, since: date | None = None) -> "DataFrame":
        """What the night of `on` sees of a table; in a bulk load `since` is the first night of the range.

        NotPublishedError when a snapshot of D or every load of a full extract is missing.
        """
        table = read.table
        if isinstance(read, Snapshot):
            return self._snapshot(table, on)
        if isinstance(read, Earlier):
            return self.whole(table).where(f"business_date >= DATE'{read.since(on)}' AND business_date < DATE'{on}'")
        if isinstance(read, Ahead):
            return self.whole(table).where(f"business_date > DATE'{on}' AND business_date <= DATE'{read.upto(on)}'")
        loads = [load for load in self.loads(table, on) if load.event_date <= on or isinstance(read, Arrived)]
        if isinstance(read, Arrived):
            return self._of(table, newest_by((load for load in loads if load.known_on >= (since or on)), "known_on"))
        chosen = newest_by(loads)
        if isinstance(read, Latest):
            chosen = chosen[-1:]
            if not chosen:
                raise NotPublishedError(
                    teach(
                        f"Table {table.name}",
                        [f"no load of feed {feed_of(table)} is known on {on}"],
                        "deliver the feed and run its receive job.",
                    )
                )
        if isinstance(read, InForce):
            return self._in_force(table, newest_by(loads, "known_on"), on)
        wanted = read.dates(on) if isinstance(read, Known) else None
        days = None if wanted is None else set(wanted)
        wanted_loads = [load for load in chosen if days is None or load.event_date in days]
        frame = self._of(table, wanted_loads)
        if table.follows:
            self._refuse_holes(table, wanted_loads, frame)
        return frame

    def _in_force(self, table: Table, loads: list[Load], on: date) -> "DataFrame":
        """The newest load's rows, and as they last came those it has in quarantine."""
        kept = self.whole(QUARANTINE).where(f"feed = '{feed_of(table)}' AND known_on <= DATE'{on}'").select("known_on", "load_id", "code")
        codes: dict[tuple[date, str], set[str | None]] = {}
        for row in kept.collect():
            codes.setdefault((row.known_on, row.load_id), set()).add(row.code)
        of_load = [frozenset(codes.get((load.known_on, load.load_id), ())) for load in loads]
        whole = max((at for at, quarantined in enumerate(of_load) if not quarantined), default=0)
        since = max(whole, len(loads) - 1 - DELIVERIES_BACK)
        deliveries = [Delivery(load.event_date, load.known_on, quarantined) for load, quarantined in zip(loads, of_load, strict=True)]
        return in_force(self._of(table, loads[since:]), table.key[0], deliveries[since:])

    def _of(self, table: Table, loads: Iterable[Load]) -> "DataFrame":
        """The rows of exactly these loads, as a partition list that prunes files."""
        chosen = sorted(loads)
        if not chosen:
            return table.empty(self.spark)
        pairs = ", ".join(sorted({f"(DATE'{load.event_date}', DATE'{load.known_on}')" for load in chosen}))
        frame = self.whole(table).where(f"({table.event_date}, known_on) IN ({pairs})")
        if "load_id" in frame.columns:
            ids = ", ".join(sorted({f"'{load.load_id}'" for load in chosen}))
            frame = frame.where(f"load_id IN ({ids})")
        return frame

    def _refuse_holes(self, table: Table, loads: list[Load], frame: "DataFrame") -> None:
        """NotPublishedError when a load was received but never refined: its date would look like one without rows."""
        opened = {tuple(re.findall(r"=(\d{4}-\d{2}-\d{2})", file)) for file in frame.inputFiles()}
        absent = [load for load in loads if load.rows and (f"{load.event_date}", f"{load.known_on}") not in opened]
        # Of some loads refining keeps no row: requests of numbers that nobody held.
        refined = self._refined(table, {load.known_on for load in absent})
        holes = [load for load in absent if load.known_on not in refined]
        if holes:
            faults = [f"{table.event_date} {load.event_date}, received on {load.known_on}, is not there" for load in holes]
            nights = ", ".join(sorted({f"{load.known_on}" for load in holes}))
            raise NotPublishedError(teach(f"Table {table.name}", faults, f"run the job that writes it for the night of {nights}."))

    def _refined(self, table: Table, nights: set[date]) -> set[date]:
        """Of these nights those for which the job that writes a fact was done, and not before its source was received anew."""
        if not nights or not table.follows:
            return set()
        done = self.whole(RUN).where("state = 'done'").select("job", "from_date", "business_date", "started_at")
        runs = done.where(f"business_date >= DATE'{min(nights)}' AND from_date <= DATE'{max(nights)}'").collect()

        def newest(of: Table, night: date) -> datetime:
            began = [run.started_at for run in runs if run.job in _writers(of) and run.from_date <= night <= run.business_date]
            return max(began, default=datetime.min)  # noqa: DTZ901 - Spark hands out times without their zone

        return {night for night in nights if newest(table, night) > newest(table.follows, night)}

    def _snapshot(self, table: Table, on: date) -> "DataFrame":
        of_night = f"business_date = DATE'{on}'"
        frame = self.whole(table).where(of_night)
        if not self._opens(table, of_night, frame) and not (table.may_be_empty and self._was_made(table, on)):
            raise NotPublishedError(
                teach(f"Table {table.name}", [f"no partition business_date={on}"], "run the job that writes it for that date.")
            )
        return frame

    def _was_made(self, table: Table, on: date) -> bool:
        """Whether the job that writes the table was done for the night: without rows its partition does not tell."""
        done = self.whole(RUN).where(f"business_date = DATE'{on}' AND state = 'done'")
        return any(row.job in _writers(table) for row in done.select("job").collect())

    def publish(self, table: Table, staged: "DataFrame", where: str) -> None:
        """Replace what `where` covers by the staged rows, in one Delta commit; a row outside `where` is refused by Delta."""
        from pyspark.sql import functions as F

        described = staged.select(*(F.col(c.name).alias(c.name, metadata={"comment": c.comment}) for c in table.columns))
        self._commit(table, described.write.mode("overwrite").option("replaceWhere", where))
        self._seen.pop(table.name, None)

    def append(self, table: Table, rows: "DataFrame") -> None:
        """Add rows to a log in one Delta commit."""
        self._commit(table, rows.write.mode("append"))

    def _commit(self, table: Table, writer: "DataFrameWriter") -> None:
        described = writer.format("delta").partitionBy(*table.partitions).option("mergeSchema", "true")
        # Of two jobs that make the same table at once Delta would refuse one.
        with nullcontext() if self.exists(table) else self._founding:
            described.save(self.location(table))

    def drop(self, path: str) -> None:
        """Remove a stage folder, on a local disk or in an object store."""
        if "://" not in path:
            shutil.rmtree(path, ignore_errors=True)
            return
        jvm: Any = self.spark._jvm
        target = jvm.org.apache.hadoop.fs.Path(path)
        target.getFileSystem(self.spark._jsc.hadoopConfiguration()).delete(target, True)


def newest_by(loads: Iterable[Load], also: str | None = None) -> list[Load]:
    """The newest load per event date (and, where named, per value of `also`), by event date."""
    newest = {(load.event_date, getattr(load, also) if also else None): load for load in sorted(loads)}
    return [newest[key] for key in sorted(newest)]
