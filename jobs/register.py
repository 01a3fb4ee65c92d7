"""Imports every job module, so that the register is full: a job exists by standing in its stage's folder."""

from importlib import import_module
from pkgutil import iter_modules

from jobs.runtime.job import JOBS, STAGES, Job, night_order, upstream


def all_jobs() -> dict[str, Job]:
    """Every declared job by name."""
    for stage in STAGES:
        package = import_module(f"jobs.{stage}")
        for module in iter_modules(package.__path__):
            import_module(f"{package.__name__}.{module.name}")
    return JOBS


def night_jobs() -> list[Job]:
    """The jobs of a night, each after those it needs."""
    return night_order(all_jobs())


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
