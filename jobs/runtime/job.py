"""The two kinds of job, how they are declared, and the order in which they run."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from inspect import signature
from typing import TYPE_CHECKING, Any, Literal

from expectations.contract import Table
from expectations.errors import ChudianError, teach
from jobs.runtime.reads import Read

if TYPE_CHECKING:
    from datetime import date

    from pyspark.sql import DataFrame

    from jobs.runtime.job_run import JobRun

STAGES = ("receive", "refine", "tag", "score", "decide", "publish", "report", "train", "maintain")
Schedule = Literal["nightly", "weekly"]


class JobError(ChudianError):
    """A job is declared wrongly, or no job has the name asked for."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One job of a night.

    A job of kind *table* is called as `call(on, **frames)` and returns the frame of `writes[0]`; `then` is called after that table is
    published, to record something about it. A job of kind *effect* is called as `call(night)` and publishes tables or writes files.

    `call_at` does the same for several nights in one pass, as `call_at(moment, **frames)` with frames that tell their nights apart; None if
    the job makes only one night.

    `reads` maps the name of a parameter to its read; the edges of the DAG follow from it. A job with a `feed` writes only that feed's
    partitions; jobs of other feeds may write to the same table. A job that runs `always` runs after every other job, even if some failed.
    """

    name: str
    stage: str
    kind: Literal["table", "effect"]
    call: Callable[..., Any]
    writes: tuple[Table, ...]
    call_at: Callable[..., Any] | None = None
    feed: str | None = None
    reads: dict[str, Read] = field(default_factory=dict)
    runbook: str = ""
    schedule: Schedule = "nightly"
    always: bool = False
    then: "Callable[[JobRun], None] | None" = None

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the tables that the job reads."""
        return tuple(dict.fromkeys(table.name for read in self.reads.values() for table in read.tables))


def table_job(
    *,
    writes: Table,
    name: str | None = None,
    runbook: str | None = None,
    then: "Callable[[JobRun], None] | None" = None,
    **reads: Read,
) -> Callable[[Callable[..., "DataFrame"]], Job]:
    """Declare a pure function `(on, one frame per read)` -> frame of the table it writes; its module gives stage and name.

    If the first parameter is a `moment` (features.moment), the same function makes the table for several nights in one pass.
    """

    def declare(function: Callable[..., "DataFrame"]) -> Job:
        own = name or function.__name__
        told = runbook or function.__doc__ or ""
        is_for_many = "moment" in signature(function).parameters
        return Job(
            name=own,
            stage=_stage(function),
            kind="table",
            call=_of_one_night(function) if is_for_many else function,
            call_at=function if is_for_many else None,
            writes=(writes,),
            reads=reads,
            runbook=told,
            then=then,
        )

    return declare


def _of_one_night(function: Callable[..., "DataFrame"]) -> Callable[..., "DataFrame"]:
    """Return the function of a moment as a function of one night."""

    @wraps(function)
    def call(on: "date", **frames: Any) -> "DataFrame":
        from features.moment import Moment

        return function(Moment({on: {}}), **frames)

    return call


def effect_job(
    *,
    writes: tuple[Table, ...] = (),
    feed: str | None = None,
    name: str | None = None,
    schedule: Schedule = "nightly",
    always: bool = False,
    **reads: Read,
) -> Callable[[Callable[["JobRun"], Any]], Job]:
    """Declare a job with effects: files to tables, tables and declarations to files, registry and pages.

    The function gets the run of the job. With `always` it runs last, even if other jobs failed.
    """

    def declare(function: Callable[["JobRun"], Any]) -> Job:
        return Job(
            name=name or function.__name__,
            stage=_stage(function),
            kind="effect",
            call=function,
            writes=writes,
            feed=feed,
            reads=reads,
            runbook=function.__doc__ or "",
            schedule=schedule,
            always=always,
        )

    return declare


def _stage(function: Callable[..., Any]) -> str:
    return function.__module__.split(".")[1]


def by_name(jobs: Iterable[Job]) -> dict[str, Job]:
    """Return the jobs by name. JobError lists every fault of their declarations."""
    found: dict[str, Job] = {}
    writers: dict[str, Job] = {}
    faults = []
    for job in jobs:
        faults += [f"two jobs have the name {job.name}"] if job.name in found else []
        faults += [f"{job.name}: stage {job.stage!r} is not one of {', '.join(STAGES)}"] if job.stage not in STAGES else []
        faults += [f"{job.name}: the function has no docstring, which is the operator's runbook"] if not job.runbook else []
        own = [table.name for table in job.writes if not table.log_of]
        # Jobs of two feeds share a table; each replaces its own files.
        twice = [name for name in own if name in writers and not (writers[name].feed and job.feed)]
        faults += [f"table {name} is written by {writers[name].name} and {job.name}" for name in twice]
        writers |= dict.fromkeys(own, job)
        found[job.name] = job
    if faults:
        raise JobError(teach("Jobs", faults, "correct the declarations under jobs/."))
    return found


class Order:
    """The order of the jobs, and which jobs a failure stops. The command line, the DAG and the report all use it.

    `before` has all jobs that a job waits for. `needs` has those of them without which it cannot run.
    """

    def __init__(self, jobs: Mapping[str, Job]) -> None:
        """Order only these jobs; tables that other jobs write count as published."""
        self._jobs = dict(jobs)
        writers: dict[str, set[str]] = {}
        for job in jobs.values():
            for table in job.writes:
                writers.setdefault(table.name, set()).add(job.name)
        usual = [job for job in jobs.values() if not job.always]

        def writers_of(job: Job, reads: Iterable[Read]) -> frozenset[str]:
            return frozenset(writer for read in reads for table in read.tables for writer in writers.get(table.name, set()) - {job.name})

        self.before = {job.name: writers_of(job, (read for read in job.reads.values() if read.is_of_tonight)) for job in usual}
        self.needs = {job.name: writers_of(job, (read for read in job.reads.values() if read.holds_back)) for job in usual}
        # All jobs have ended when those that no other job waits for have ended.
        last = frozenset(self.before).difference(*self.before.values())
        self.before |= {job.name: last for job in jobs.values() if job.always}

    def held_back(self, name: str, unfinished: Iterable[str]) -> list[str]:
        """Return the unfinished jobs that stop this one from running; nothing stops a job that runs always."""
        return [] if self._jobs[name].always else sorted(self.needs[name] & set(unfinished))

    def sorted(self) -> list[Job]:
        """Return the jobs, each after those it waits for, otherwise by stage and name. JobError names the jobs of a cycle."""
        waiting, done = dict(self.before), list[Job]()
        while waiting:
            ready = sorted(
                (name for name, needs in waiting.items() if not needs & waiting.keys()),
                key=lambda name: (STAGES.index(self._jobs[name].stage), name),
            )
            if not ready:
                faults = [f"{name} waits for {', '.join(sorted(needs))}" for name, needs in waiting.items()]
                raise JobError(teach("Jobs", faults, "break the cycle of reads."))
            done.append(self._jobs[ready[0]])
            del waiting[ready[0]]
        return done
