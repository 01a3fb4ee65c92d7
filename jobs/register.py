"""Imports every job module, so that the register is full: a job exists by standing in its stage's folder."""

import sys
from datetime import date
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from jobs.runtime.job import JOBS, STAGES, Job, JobError, job_named, night_order, upstream

if TYPE_CHECKING:
    from jobs.runtime.night import Runner


def all_jobs() -> dict[str, Job]:
    """Every declared job by name."""
    for stage in STAGES:
        package = import_module(f"jobs.{stage}")
        for module in iter_modules(package.__path__):
            import_module(f"{package.__name__}.{module.name}")
    return JOBS


def night_jobs(begin: str | None = None) -> list[Job]:
    """The jobs of a night, each after those it needs; from stage `begin` on. JobError when no stage is called that."""
    if begin is not None and begin not in STAGES:
        raise JobError(f"No stage is called {begin}; the stages are {', '.join(STAGES)}.")
    first = STAGES.index(begin) if begin else 0
    return [job for job in night_order(all_jobs()) if STAGES.index(job.stage) >= first]


def history_jobs() -> list[Job]:
    """The jobs that load history in bulk: those that write facts, and what these need."""
    every = all_jobs()
    wanted = {name for name, job in every.items() if any(table.kind == "fact" for table in job.writes)}
    return _with_needs(wanted, every)


def jobs_for(tables: set[str]) -> list[Job]:
    """The table jobs that write these snapshots, and the snapshots they need; facts are loaded already."""
    every = {name: job for name, job in all_jobs().items() if job.kind == "table" and all(t.kind == "snapshot" for t in job.writes)}
    return _with_needs({name for name, job in every.items() if job.writes[0].name in tables}, every)


def _with_needs(wanted: set[str], every: dict[str, Job]) -> list[Job]:
    reached = set(wanted)
    while more := {name for job in reached for name in upstream(every[job], every)} - reached:
        reached |= more
    return night_order({name: every[name] for name in reached})


def run_named(name: str, on: date) -> None:
    """Run one job of that name for business date `on`: what an Airflow task does. Tasks of one process share a session."""
    all_jobs()
    night = _runner().run(job_named(name), on)
    # Standard output is what a task's log and `airflow dags test` both show.
    sys.stdout.write(f"done {name}" + ("" if night.rows is None else f": {night.rows:,} rows") + "\n")
    sys.stdout.flush()


@lru_cache(maxsize=1)
def _runner() -> "Runner":
    from jobs.runtime.night import Runner

    return Runner()
