"""`Night`: what a running job may touch; and the runner, the only way a job is run."""

import json
import subprocess
import time
import traceback
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pyspark.errors import PySparkException

from expectations.contract import Table
from expectations.errors import ChudianError, teach
from expectations.suites import DUPLICATES, ROWS, aggregates
from expectations.tables.ops import RUN
from jobs.runtime.audit import judge, refuse_if_failed
from jobs.runtime.events import Events
from jobs.runtime.job import Job
from jobs.runtime.lake import Lake
from jobs.runtime.session import spark_session
from jobs.runtime.settings import CHECKOUT, Settings, close_to_others, settings

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


@dataclass
class Night:
    """One run of one job for business date `on`; in a bulk load, of a range of nights in one pass, `since` is the first of them."""

    on: date
    since: date
    job: Job
    lake: Lake
    events: Events
    settings: Settings
    is_bulk: bool = False
    run_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    rows: int | None = None
    profile: dict[str, dict[str, Any]] = field(default_factory=dict)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    warnings: list[str] = field(default_factory=list)

    @property
    def spark(self) -> "SparkSession":
        """The process's session."""
        return self.lake.spark

    @property
    def stage_name(self) -> str:
        """The folder of this job and night below every stage: the next run of the same finds and clears what a kill left there."""
        return f"{self.job.name}/{self.on}"

    def clear_stage(self) -> None:
        """Remove what an earlier run of the same left."""
        for root in (self.settings.lake, str(self.settings.vault)):
            self.lake.drop(f"{root}/stage/{self.stage_name}")

    def say(self, step: str, **details: Any) -> None:
        """A line in the event log under this run."""
        self.events.say(step, self.on, job=self.job.name, run=self.run_id, **details)

    def read(self, name: str) -> "DataFrame":
        """The frame of a declared read."""
        return self.lake.read(self.job.reads[name], self.on, self.since)

    def publish(self, table: Table, frame: "DataFrame", where: str | None = None, is_at_hand: bool = False) -> dict[str, Any]:
        """Stage, audit, commit; the table's summary. ContractError or AuditError leave the table as it was.

        `is_at_hand` says that the rows need no computing and so no stage: files that the job itself staged, or a few rows it made.
        """
        conformed = table.conform(frame)
        stage = self.lake.stage(self.stage_name, table)
        try:
            summary = self._measured(table, conformed) if is_at_hand else self._staged(table, conformed, stage)
            self.say("staged", table=table.name, rows=summary[ROWS])
            by = self.job.name if table.log_of else ""
            verdicts = judge(table, summary, self.on, self.settings.reports, by)
            refuse_if_failed(table, verdicts)
            warned = [f"{table.name}.{v.column}: expected {v.rule}, came {v.count} row(s) otherwise" for v in verdicts if not v.kept]
            self.warnings += warned
            self.say("audited", table=table.name, rules=len(verdicts), warned=warned)
            covered = where or self._covered(table)
            if summary[ROWS] or not self.lake.exists(table) or self.lake.has(table, covered):
                self.lake.publish(table, conformed if is_at_hand else self._from(stage, table), covered)
            self.say("committed", table=table.name, rows=summary[ROWS])
        finally:
            self.lake.drop(stage)
        if not table.log_of:
            self.rows = (self.rows or 0) + summary[ROWS]
            self.profile[table.name] = {name: value for name, value in summary.items() if name.endswith(("__nulls", "__mean"))}
        return summary

    def _staged(self, table: Table, frame: "DataFrame", stage: str) -> dict[str, Any]:
        """Write the frame once, the summary collected on the way."""
        from pyspark.sql import Observation
        from pyspark.sql import functions as F

        seen = Observation()
        watched = frame.observe(seen, *(F.expr(sql).alias(name) for name, sql in aggregates(table).items()))
        watched.write.mode("overwrite").parquet(stage)
        return dict(seen.get) | self._duplicates(table, self._from(stage, table))

    def _from(self, stage: str, table: Table) -> "DataFrame":
        return self.spark.read.schema(table.ddl).parquet(stage)

    def _measured(self, table: Table, frame: "DataFrame") -> dict[str, Any]:
        """The summary of a frame that is staged already."""
        from pyspark.sql import functions as F

        measured = frame.agg(*(F.expr(sql).alias(name) for name, sql in aggregates(table).items())).first()
        return (measured.asDict() if measured else {}) | self._duplicates(table, frame)

    def _duplicates(self, table: Table, frame: "DataFrame") -> dict[str, int]:
        if not table.key:
            return {}
        return {DUPLICATES: frame.groupBy(*table.audited_key).count().where("count > 1").count()}

    def _covered(self, table: Table) -> str:
        """What a publication replaces: the night's own partitions."""
        if table.kind == "fact":
            return f"known_on >= DATE'{self.since}' AND known_on <= DATE'{self.on}'"
        return f"business_date = DATE'{self.on}'"


class UnforeseenError(ChudianError):
    """A job met an error that is not chudian's own; told by its kind, the whole is kept in the vault."""


class Runner:
    """Runs jobs in one session, each recorded in ops.run whichever way it ends."""

    def __init__(self, chosen: Settings | None = None) -> None:
        """Settings of the environment unless given."""
        close_to_others()
        self.settings = chosen or settings()
        # Both take seconds, on one core each.
        with ThreadPoolExecutor(max_workers=1) as beside:
            judge_is_there = beside.submit(import_module, "great_expectations")
            self.lake = Lake(spark_session(self.settings), self.settings)
            judge_is_there.result()
        self.events = Events(self.settings.logs)

    def run(self, job: Job, on: date, since: date | None = None) -> Night:
        """Run one job for the night of `on` (or the range since..on); what went wrong is recorded, then raised."""
        night = Night(on, since or on, job, self.lake, self.events, self.settings, is_bulk=since is not None)
        began = time.monotonic()
        # What Spark's event log and its UI call the work that follows; of this thread alone, as jobs run side by side.
        night.spark.sparkContext.setJobDescription(job.name)
        night.say("started")
        night.clear_stage()
        try:
            if job.kind == "table":
                frames = {name: night.read(name) for name in job.reads}
                night.publish(job.writes[0], job.call(on, **frames))
            else:
                job.call(night)
        except Exception as error:
            if isinstance(error, ChudianError):
                self._record(night, began, error)
                raise
            # A foreign error is told by its kind alone, and without the one it came from: its text may quote rows, and logs would keep it.
            told = self._kept(night, error)
            self._record(night, began, told)
            raise told from None
        self._record(night, began, None)
        return night

    def _kept(self, night: Night, error: Exception) -> UnforeseenError:
        """Keep the whole error in the vault, and say of what kind it is and where it lies."""
        folder = self.settings.vault / "errors"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = folder / f"{night.job.name}-{night.on}-{night.run_id}.txt"
        file.write_text("".join(traceback.format_exception(error)), "utf-8")
        cure = f"read the whole error in {file}; it may quote customers' values and so stays in the vault."
        return UnforeseenError(teach(f"Job {night.job.name}", [f"met {kind_of(error)}, which is no refusal of chudian's"], cure))

    def _record(self, night: Night, began: float, error: ChudianError | None) -> None:
        from pyspark.sql import functions as F

        state = "failed" if error else "done"
        text = None if error is None else str(error)
        seconds = round(time.monotonic() - began, 3)
        profile = json.dumps(night.profile, sort_keys=True) if night.profile else None
        row = (night.run_id, night.job.name, night.on, night.since, night.started_at, state, night.rows, profile, night.warnings)
        record = self.lake.spark.createDataFrame([(*row, seconds, text, code_version())], RUN.ddl).select(
            *(F.col(c.name) for c in RUN.columns)
        )
        self.lake.append(RUN, record)
        night.say(state, rows=night.rows, seconds=seconds, error=text)


def kind_of(error: Exception) -> str:
    """The type of an error, with the name Spark gives its condition where it has one; nothing of its text."""
    condition = error.getCondition() if isinstance(error, PySparkException) else None
    return type(error).__name__ + (f" {condition}" if condition else "")


def code_version() -> str | None:
    """The checkout's commit, with `+` when it holds changes; None outside a checkout."""
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--abbrev=12"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    return told.stdout.strip() or None
