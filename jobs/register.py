"""Every job: those defined in a stage's folder, singly or in a tuple that a loop declares."""

import sys
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from expectations.errors import unknown
from jobs.runtime.job import STAGES, Job, JobError, Order, Schedule, by_name

if TYPE_CHECKING:
    from jobs.runtime.job_run import Runner


@lru_cache(maxsize=1)
def all_jobs() -> dict[str, Job]:
    """Return every declared job by name."""
    return by_name(_found())


def _found() -> Iterator[Job]:
    seen: set[int] = set()
    for stage in STAGES:
        package = import_module(f"jobs.{stage}")
        for module in iter_modules(package.__path__):
            for value in vars(import_module(f"{package.__name__}.{module.name}")).values():
                for job in value if isinstance(value, tuple) else (value,):
                    # A module may import another module's job; that does not declare it again.
                    if isinstance(job, Job) and id(job) not in seen:
                        seen.add(id(job))
                        yield job


def job_named(name: str) -> Job:
    """Return the job of that name. JobError lists the existing names."""
    jobs = all_jobs()
    if name not in jobs:
        raise JobError(unknown("job", name, jobs))
    return jobs[name]


def scheduled(schedule: Schedule) -> list[Job]:
    """Return the jobs of a schedule, each after those it waits for."""
    return Order({name: job for name, job in all_jobs().items() if job.schedule == schedule}).sorted()


def night_jobs(begin: str | None = None) -> list[Job]:
    """Return the jobs of a night, from stage `begin` on, each after those it waits for. JobError when there is no such stage."""
    if begin is not None and begin not in STAGES:
        raise JobError(unknown("stage", begin, STAGES))
    first = STAGES.index(begin) if begin else 0
    return [job for job in scheduled("nightly") if STAGES.index(job.stage) >= first]


def history_jobs() -> list[Job]:
    """Return the jobs that load history in bulk: those that write facts, and those they need."""
    return _with_needs({name for name, job in all_jobs().items() if any(table.kind == "fact" for table in job.writes)}, all_jobs())


def jobs_for(tables: set[str]) -> list[Job]:
    """Return the table jobs that write these snapshots, and those whose snapshots they read. Facts must be loaded already."""
    every = {name: job for name, job in all_jobs().items() if job.kind == "table" and all(t.kind == "snapshot" for t in job.writes)}
    return _with_needs({name for name, job in every.items() if job.writes[0].name in tables}, every)


def _with_needs(wanted: set[str], every: dict[str, Job]) -> list[Job]:
    before, reached = Order(every).before, set(wanted)
    while more := {name for job in reached for name in before[job]} - reached:
        reached |= more
    return Order({name: every[name] for name in reached}).sorted()


def run_named(name: str, on: date) -> None:
    """Run the job of that name for business date `on`, as an Airflow task does. Tasks of one process share a session."""
    run = _runner().run(job_named(name), on)
    # A task's log and `airflow dags test` both show standard output.
    done = run.told or ("" if run.rows is None else f"{run.rows:,} rows")
    told = [f"done {name}" + (f": {done}" if done else "")]
    told += [f"warning: {text}" for text in (*run.refused, *run.warnings)]
    sys.stdout.write("\n".join(told) + "\n")
    sys.stdout.flush()


@lru_cache(maxsize=1)
def _runner() -> "Runner":
    from jobs.runtime.job_run import Runner

    return Runner()
