"""`JobRun` is what a running job may use. The runner is the only way to run a job."""

import json
import time
import traceback
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from expectations.contract import Table
from expectations.errors import ChudianError, ContractError, SlippedError, teach
from expectations.tables.ops import OPS_RUN
from jobs.runtime.audit import judge, refuse_if_failed
from jobs.runtime.delta import Covered, covers
from jobs.runtime.events import Events
from jobs.runtime.gaps import to_refine
from jobs.runtime.job import Job
from jobs.runtime.lacking import lacking
from jobs.runtime.lake import Lake
from jobs.runtime.loads import Load, place_in
from jobs.runtime.place import remove
from jobs.runtime.reads import Arrived, Entered, IfMade, Lacking, NightBefore, NotArrived, Read, Snapshot, Waiting
from jobs.runtime.ready import Ready, place
from jobs.runtime.records import now
from jobs.runtime.settings import Settings, close_to_others, code_version, settings
from jobs.runtime.unapproved import waiting
from jobs.runtime.unforeseen import UnforeseenError, kind_of, place_of
from jobs.runtime.writing import Draft, run_folder, summary, sweep, write

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


@dataclass
class JobRun:
    """One run of one job for business date `on`. A bulk load runs a range of nights in one pass: `since` is its first night.

    A run that refines later what the night of `on` received reads the snapshots of a later night, `as_of`.
    """

    on: date
    since: date
    job: Job
    lake: Lake
    events: Events
    settings: Settings
    is_bulk: bool = False
    as_of: date | None = None
    run_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    rows: int | None = None
    quarantined: int = 0
    profile: dict[str, dict[str, Any]] = field(default_factory=dict)
    started_at: datetime = field(default_factory=now)
    warnings: list[str] = field(default_factory=list)
    # What was done, if the number of rows does not say it.
    told: str = ""
    # Names of reads that were missing and that the job can do without.
    lacks: set[str] = field(default_factory=set)
    # Only in receive jobs: why deliveries were refused, and the refused deliveries that no other delivery replaced.
    refused: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def spark(self) -> "SparkSession":
        """The Spark session of the process."""
        return self.lake.spark

    def say(self, step: str, **details: Any) -> None:
        """Write a line to the event log for this run."""
        self.events.say(step, self.on, job=self.job.name, run=self.run_id, **details)

    def read(self, name: str) -> Any:
        """Return the frame of a declared read; None without an optional table, a mapping for `Lacking` and `Waiting`, a set for
        `NotArrived`."""
        read = self.job.reads[name]
        on = self._night_of(read)
        if isinstance(read, Lacking):
            return lacking(self.lake, read.table, on)
        if isinstance(read, NotArrived):
            return self.lake.not_arrived(read, on)
        if isinstance(read, Waiting):
            return waiting(self.lake, on)
        if isinstance(read, IfMade):
            made = self.lake.publications.snapshot(read.table, on)
            if made is None:
                self.lacks.add(name)
                self.warnings.append(f"goes on without {name}: {read.table.name} has no partition business_date={on}")
                return None
            # What the table was made without is lacking here too, though it may be there by now.
            self.lacks |= made.lacks
        if isinstance(read, NightBefore):
            night = self.lake.publications.night_before(read.table, on, read.nights)
            return night and self.lake.read(Snapshot(read.table), night)
        return self.lake.read(read, on, self.since)

    def _night_of(self, read: Read) -> date:
        return self.on if isinstance(read, Arrived) else self.as_of or self.on

    def publish(self, table: Table, frame: "DataFrame", *, loads: Iterable[Load] | None = None, is_unique: bool = False) -> dict[str, Any]:
        """Write the frame once, audit it, and commit it in place of the night's own partitions. Return the table's summary.

        A contract or audit error leaves the table unchanged. `loads` default to those of `Arrived` reads. `is_unique`: keys were checked.
        """
        conformed = table.conform(frame)
        return self._publish(table, lambda folder: write(self.lake, table, conformed, self.on, folder), loads, is_unique)

    def publish_files(self, table: Table, files: Iterable[Ready], *, loads: Iterable[Load], is_unique: bool = False) -> dict[str, Any]:
        """Do the same with the rows of files that the job made itself, without Spark."""
        return self._publish(table, lambda folder: place(self.lake, table, files, folder), loads, is_unique)

    def _publish(self, table: Table, drafted: Callable[[str], Draft], loads: Iterable[Load] | None, is_unique: bool) -> dict[str, Any]:
        sweep(self.lake, table, self.on, self.job.name)
        folder = run_folder(table, self.on, self.job.name, self.run_id)
        is_fit = False
        try:
            draft = drafted(folder)
            self._refuse_what_others_publish(draft)
            found = summary(self.lake, draft, is_unique)
            self.say("staged", table=table.name, rows=draft.rows)
            self._audit(table, found)
            is_fit = True
        finally:
            # After the commit the log may name the files, so they must not be removed, whatever fails later.
            if not is_fit:
                remove(f"{self.lake.location(table)}/{folder}")
        self._commit(draft, self._covered(table), loads)
        self.say("committed", table=table.name, rows=draft.rows)
        self.rows = (self.rows or 0) + draft.rows
        self.profile[table.name] = {name: value for name, value in found.items() if name.endswith(("__nulls", "__mean"))}
        return found

    def _audit(self, table: Table, found: dict[str, Any]) -> None:
        verdicts = judge(table, found, self.on, self.settings.reports)
        refuse_if_failed(table, verdicts)
        warned = [f"{table.name}.{v.column}: expected {v.rule}, got {v.count} row(s) otherwise" for v in verdicts if not v.kept]
        self.warnings += warned
        self.say("audited", table=table.name, rules=len(verdicts), warned=warned)

    def _refuse_what_others_publish(self, draft: Draft) -> None:
        """Raise ContractError if rows of a fact are of another night or feed than those that the run replaces."""
        if draft.table.kind == "snapshot":
            return
        nights = sorted({file.partition["known_on"] for file in draft.files})
        others = [night for night in nights if not f"{self.since}" <= night <= f"{self.on}"]
        faults = [f"rows known on {', '.join(others)}, the run is of {self.since} to {self.on}"] if others else []
        feeds = sorted({file.partition["feed"] for file in draft.files} - {self.job.feed}) if self.job.feed else []
        faults += [f"rows of feed {', '.join(feeds)}, the job is of {self.job.feed}"] if feeds else []
        if faults:
            raise ContractError(teach(f"Table {draft.table.name}", faults, "change the job that makes them."))

    def _covered(self, table: Table) -> Covered:
        """Return what a publication replaces: the night's own partitions; if feeds share the table, only those of the job's feed."""
        if table.kind == "snapshot":
            return [("business_date", "=", f"{self.on}")]
        own = [("feed", "=", self.job.feed)] if self.job.feed else []
        return [("known_on", ">=", f"{self.since}"), ("known_on", "<=", f"{self.on}"), *own]

    def _commit(self, draft: Draft, covered: Covered, loads: Iterable[Load] | None) -> None:
        """Make the commit, then record what was published."""
        table, files = draft.table, self.lake.at(draft.table)
        before = [file.partition for file in files.present() if covers(covered, file.partition)]
        made_from = list(loads) if loads is not None else self._arrived()
        said = {"chudian.run": self.run_id, "chudian.job": self.job.name, "chudian.business_date": f"{self.on}"}
        said["chudian.loads"] = ",".join(sorted({load.load_id for load in [*made_from, *self._loads_read()]}))
        if draft.files or before or files.opened() is None:
            files.commit(draft.files, covered, said)
        common = {"business_date": self.on, "job": self.job.name, "run_id": self.run_id}
        if table.kind == "snapshot":
            made = {"rows": draft.rows, "state_of": self._state_of(table), "lacks": sorted(self.lacks)}
            self.lake.publications.record(table, [common | made])
            return
        rows = {place_in(table, partition): 0 for partition in before} | {load.place: 0 for load in made_from}
        for file in draft.files:
            day, night = (date.fromisoformat(file.partition[name]) for name in (str(table.event_date), "known_on"))
            place = (day, night, file.partition["feed"])
            rows[place] = rows.get(place, 0) + file.rows
        ids = {place: sorted(load.load_id for load in made_from if load.place == place) for place in rows}
        named = {place: dict(zip(("event_date", "known_on", "feed"), place, strict=True)) for place in rows}
        told = [common | named[place] | {"rows": count, "loads": ids[place]} for place, count in sorted(rows.items())]
        self.lake.publications.record(table, told)

    def _arrived(self) -> list[Load]:
        reads = [read for read in self.job.reads.values() if isinstance(read, Arrived)]
        return [load for read in reads for load in self.lake.arrived(read.table, self.on, self.since)]

    def _loads_read(self) -> list[Load]:
        """Return the loads whose rows the job reads, through facts of any layer."""
        reads = [read for read in self.job.reads.values() if read.table.kind == "fact"]
        return [load for read in reads for load in self.lake.loads_read(read, self._night_of(read), self.since)]

    def _state_of(self, table: Table) -> str | None:
        states = (read for read in self.job.reads.values() if isinstance(read, Entered) and read.into.name == table.name)
        return next((self.lake.state_of(read, self.on) for read in states), None)


class Runner:
    """Runs jobs in one session. Each run is recorded in ops.run, however it ends."""

    def __init__(self, chosen: Settings | None = None, *, advances: bool = True) -> None:
        """Read the settings from the environment if none are given. If it does not advance, states are made from scratch."""
        close_to_others()
        self.settings = chosen or settings()
        self.lake = Lake(self.settings, advances=advances)
        self.events = Events(self.settings.logs)

    def warm(self) -> None:
        """Start Spark and import Great Expectations in parallel: each takes seconds on one core."""
        with ThreadPoolExecutor(max_workers=1) as beside:
            judge_is_there = beside.submit(import_module, "great_expectations")
            _ = self.lake.spark
            judge_is_there.result()

    def run(self, job: Job, on: date, since: date | None = None) -> JobRun:
        """Run one job for the night of `on` (or the range since..on). An error is recorded, then raised.

        A job that refines loads also does so for earlier nights that need it (`to_refine`).
        """
        warnings = []
        for night, why in to_refine(self.lake, job, on).items() if since is None else ():
            what = f"what the night of {night} received, because {why}"
            try:
                late = self._run(JobRun(night, night, job, self.lake.as_it_is(), self.events, self.settings, as_of=on))
                warnings.append(f"refined {what}: {late.rows or 0:,} rows")
            except ChudianError as error:
                warnings.append(f"did not refine {what}. {error}")
        run = JobRun(on, since or on, job, self.lake.as_it_is(), self.events, self.settings, is_bulk=since is not None, warnings=warnings)
        return self._run(run)

    def _run(self, run: JobRun) -> JobRun:
        job, on = run.job, run.on
        began = time.monotonic()
        run.say("started")
        try:
            with _tagged(run):
                if job.kind == "table":
                    frames = {name: run.read(name) for name in job.reads}
                    run.publish(job.writes[0], job.call(on, **frames))
                    if job.then:
                        job.then(run)
                else:
                    job.call(run)
        except Exception as error:  # noqa: BLE001 - raised below, outside the handler
            failure = error
        else:
            self._record(run, began, None)
            return run
        # Outside the handler: an error raised from here on must not have the first error as its context, because its text may quote rows.
        told = failure if isinstance(failure, ChudianError) else self._kept(run, failure)
        self._record(run, began, told)
        raise told

    def _kept(self, run: JobRun, error: Exception) -> UnforeseenError:
        """Store the whole error in the vault. Return an error with only its type and that place."""
        folder = self.settings.vault / "errors"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = folder / f"{run.job.name}-{run.on}-{run.run_id}.txt"
        file.write_text("".join(traceback.format_exception(error)), "utf-8")
        cure = f"read the whole error in {file}; it is only in the vault, because it may quote customers' values."
        return UnforeseenError(
            teach(f"Job {run.job.name}", [f"met {kind_of(error)}, an error that chudian does not know{place_of(error)}"], cure)
        )

    def _record(self, run: JobRun, began: float, error: ChudianError | None) -> None:
        state, text = ("slipped" if isinstance(error, SlippedError) else "failed", str(error)) if error else ("done", None)
        seconds = round(time.monotonic() - began, 3)
        told = {
            "run_id": run.run_id,
            "job": run.job.name,
            "business_date": run.on,
            "from_date": run.since,
            "started_at": run.started_at,
            "state": state,
            "rows": run.rows,
            "profile": json.dumps(run.profile, sort_keys=True) if run.profile else None,
            "warnings": run.warnings,
            "seconds": seconds,
            "error": text,
            "code_version": code_version(),
        }
        self.lake.records.append(OPS_RUN, [told])
        run.say(state, rows=run.rows, seconds=seconds, error=text)


@contextmanager
def _tagged(run: JobRun) -> Iterator[None]:
    """Tag Spark's work in this thread with the job's name, for the event log. Jobs run in parallel threads."""
    if not run.job.reads and not run.job.writes:
        yield
        return
    spark = run.spark
    spark.addTag(run.job.name)
    try:
        yield
    finally:
        spark.removeTag(run.job.name)
