"""The two kinds of job, how they are declared, and the order in which they run."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from expectations.contract import Table
from expectations.errors import ChudianError, teach
from jobs.runtime.reads import Read

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.runtime.job_run import JobRun

STAGES = ("receive", "refine", "tag", "score", "decide", "publish", "report", "train", "maintain")
Schedule = Literal["nightly", "weekly"]


class JobError(ChudianError):
    """A job that is declared wrongly or asked for by a name nobody has."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """A verb of the night.

    kind *table*: `call(on, **frames)` -> the frame of `writes[0]`. Kind *effect*: `call(night)` publishes tables or writes files.
    `reads` maps the parameter's name to what is read; it also gives the DAG its edges. A job with a `feed` writes that feed's partitions
    alone, beside the jobs of other feeds. A job that runs `always` comes after every other, whatever became of them.
    """

    name: str
    stage: str
    kind: Literal["table", "effect"]
    call: Callable[..., Any]
    writes: tuple[Table, ...]
    feed: str | None = None
    reads: dict[str, Read] = field(default_factory=dict)
    runbook: str = ""
    schedule: Schedule = "nightly"
    always: bool = False

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the tables that the job reads."""
        return tuple(dict.fromkeys(read.table.name for read in self.reads.values()))


def table_job(
    *, writes: Table, name: str | None = None, runbook: str | None = None, **reads: Read
) -> Callable[[Callable[..., "DataFrame"]], Job]:
    """Declare a pure function `(on, one frame per read)` -> frame of the table it writes; stage and name come from where it stands."""

    def declare(function: Callable[..., "DataFrame"]) -> Job:
        own = name or function.__name__
        told = runbook or function.__doc__ or ""
        return Job(name=own, stage=_stage(function), kind="table", call=function, writes=(writes,), reads=reads, runbook=told)

    return declare


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

    It is given the night to work through. `always` lets it run last, whatever became of the others.
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
    """The jobs by name; JobError with every fault of their declarations."""
    found: dict[str, Job] = {}
    writers: dict[str, Job] = {}
    faults = []
    for job in jobs:
        faults += [f"two jobs have the name {job.name}"] if job.name in found else []
        faults += [f"{job.name}: stage {job.stage!r} is not one of {', '.join(STAGES)}"] if job.stage not in STAGES else []
        faults += [f"{job.name}: the function has no docstring; its text is the runbook an operator reads"] if not job.runbook else []
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
    """Which job comes before which, and what a failure holds back: one description for the desk, the DAG and the report.

    `before` names all that a job waits for; `needs` those of them without which it cannot run.
    """

    def __init__(self, jobs: Mapping[str, Job]) -> None:
        """Of these jobs alone: what another job would write is taken as published."""
        self._jobs = dict(jobs)
        writers: dict[str, set[str]] = {}
        for job in jobs.values():
            for table in job.writes:
                writers.setdefault(table.name, set()).add(job.name)
        usual = [job for job in jobs.values() if not job.always]

        def writers_of(job: Job, reads: Iterable[Read]) -> frozenset[str]:
            return frozenset(writer for read in reads for writer in writers.get(read.table.name, set()) - {job.name})

        # All that a job waits for, and those among them without which it cannot run.
        self.before = {job.name: writers_of(job, (read for read in job.reads.values() if read.is_of_tonight)) for job in usual}
        self.needs = {job.name: writers_of(job, (read for read in job.reads.values() if read.holds_back)) for job in usual}
        # When the jobs that no other waits for have ended, all have.
        last = frozenset(self.before).difference(*self.before.values())
        self.before |= {job.name: last for job in jobs.values() if job.always}

    def held_back(self, name: str, unfinished: Iterable[str]) -> list[str]:
        """Which unfinished jobs keep this one from running; none keeps a job that runs always."""
        return [] if self._jobs[name].always else sorted(self.needs[name] & set(unfinished))

    def sorted(self) -> list[Job]:
        """The jobs, each after those it waits for; by stage and name where that leaves it open. JobError names a circle."""
        waiting, done = dict(self.before), list[Job]()
        while waiting:
            ready = sorted(
                (name for name, needs in waiting.items() if not needs & waiting.keys()),
                key=lambda name: (STAGES.index(self._jobs[name].stage), name),
            )
            if not ready:
                faults = [f"{name} waits for {', '.join(sorted(needs))}" for name, needs in waiting.items()]
                raise JobError(teach("Jobs", faults, "break the circle of reads."))
            done.append(self._jobs[ready[0]])
            del waiting[ready[0]]
        return done
