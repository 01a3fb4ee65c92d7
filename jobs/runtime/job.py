"""The three kinds of job, how they are declared, and the register they are found in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from expectations.contract import Table
from expectations.errors import ChudianError, teach
from jobs.runtime.reads import Ahead, Earlier, Read

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.runtime.night import Night

STAGES = ("receive", "refine", "tag", "score", "decide", "publish", "report")


class JobError(ChudianError):
    """A job that is declared wrongly or asked for by a name nobody has."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """A verb of the night.

    kind *table*: `call(on, **frames)` -> the frame of `writes[0]`. Kind *source* and *sink*: `call(night)` publishes or writes files.
    `reads` maps the parameter's name to what is read; it also gives the DAG its edges. A job that runs `always` comes after every other,
    whatever became of them.
    """

    name: str
    stage: str
    kind: Literal["table", "source", "sink"]
    call: Callable[..., Any]
    writes: tuple[Table, ...]
    reads: dict[str, Read] = field(default_factory=dict)
    runbook: str = ""
    always: bool = False

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the tables that must be published before the job runs."""
        return tuple(dict.fromkeys(read.table.name for read in self.reads.values()))


JOBS: dict[str, Job] = {}


def _register(job: Job) -> Job:
    faults = []
    if job.name in JOBS:
        faults.append("another job has this name")
    if job.stage not in STAGES:
        faults.append(f"stage {job.stage!r} is not one of {', '.join(STAGES)}")
    if not job.runbook:
        faults.append("the function has no docstring; its text is the runbook an operator reads")
    written = {table.name: other.name for other in JOBS.values() for table in other.writes if not table.log_of}
    faults += [f"table {table.name} is already written by job {written[table.name]}" for table in job.writes if table.name in written]
    if faults:
        raise JobError(teach(f"Job {job.name}", faults, f"correct its declaration under jobs/{job.stage}/."))
    JOBS[job.name] = job
    return job


def table_job(
    *, writes: Table, name: str | None = None, runbook: str | None = None, **reads: Read
) -> Callable[[Callable[..., "DataFrame"]], Job]:
    """Declare a pure function `(on, one frame per read)` -> frame of the table it writes; stage and name come from where it stands."""

    def declare(function: Callable[..., "DataFrame"]) -> Job:
        stage = function.__module__.split(".")[1]
        own = name or function.__name__
        return _register(
            Job(
                name=own, stage=stage, kind="table", call=function, writes=(writes,), reads=reads, runbook=runbook or function.__doc__ or ""
            )
        )

    return declare


def effect_job(
    kind: Literal["source", "sink"], *, writes: tuple[Table, ...] = (), name: str | None = None, always: bool = False, **reads: Read
) -> Callable[[Callable[["Night"], Any]], Job]:
    """Declare a source job (files -> tables) or a sink job (tables and declarations -> files, registry, dictionary).

    It is given the night to work through. `always` lets it run last, whatever became of the others.
    """

    def declare(function: Callable[["Night"], Any]) -> Job:
        stage = function.__module__.split(".")[1]
        own = name or function.__name__
        runbook = function.__doc__ or ""
        return _register(Job(name=own, stage=stage, kind=kind, call=function, writes=writes, reads=reads, runbook=runbook, always=always))

    return declare


def job_named(name: str) -> Job:
    """The job of that name; JobError lists the names there are."""
    try:
        return JOBS[name]
    except KeyError:
        raise JobError(f"No job is called {name}; there are {', '.join(sorted(JOBS))}.") from None


def night_order(jobs: dict[str, Job]) -> list[Job]:
    """The night's jobs, each after those whose tables it reads; by stage and name where the edges leave it open.

    A job that runs always comes last.
    """
    writers = {table.name: job.name for job in jobs.values() for table in job.writes}
    waiting = {job.name: upstream(job, jobs, writers) for job in jobs.values()}
    done: list[Job] = []
    while waiting:
        ready = sorted(
            (name for name, needs in waiting.items() if not needs & waiting.keys()), key=lambda name: (STAGES.index(jobs[name].stage), name)
        )
        if not ready:
            raise JobError(
                teach(
                    "Jobs",
                    [f"{name} waits for {', '.join(sorted(needs))}" for name, needs in waiting.items()],
                    "break the circle of reads.",
                )
            )
        done.append(jobs[ready[0]])
        del waiting[ready[0]]
    return done


def upstream(job: Job, jobs: dict[str, Job], writers: dict[str, str] | None = None) -> set[str]:
    """Names of the jobs that come before this one: those whose tables it reads tonight; other nights (`Earlier`, `Ahead`) need nobody.

    Before a job that runs always come those that no other job waits for: when they have ended, all have.
    """
    if job.always:
        usual = {name: other for name, other in jobs.items() if not other.always}
        return usual.keys() - set().union(*(upstream(other, usual, writers) for other in usual.values()))
    by_table = writers or {table.name: other.name for other in jobs.values() for table in other.writes}
    return {
        by_table[read.table.name]
        for read in job.reads.values()
        if read.table.name in by_table and not isinstance(read, Earlier | Ahead) and by_table[read.table.name] != job.name
    }
