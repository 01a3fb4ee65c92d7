"""Nights and loads at the desk: the same jobs as Airflow runs, one after another in this process."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from expectations.errors import ChudianError, teach
from jobs.runtime.job import Job, upstream
from jobs.runtime.night import Runner


class NightError(ChudianError):
    """A night that did not run to its end; names every job that failed or was kept from running."""


@dataclass(frozen=True)
class Ended:
    """How one job ended: done, failed or kept back because of what failed before it."""

    job: str
    state: str
    told: str
    seconds: float


def run_sequence(runner: Runner, jobs: list[Job], on: date, tell: Callable[[Ended], None], since: date | None = None) -> list[Ended]:
    """Run the jobs in order; what does not depend on a failure still runs, and so does what runs always.

    NightError after the last when any failed. An error that is no refusal ends the sequence where it happens.
    """
    by_name = {job.name: job for job in jobs}
    ended: dict[str, Ended] = {}

    def take(job: Job) -> None:
        blocked = sorted(name for name in upstream(job, by_name) if name in ended and ended[name].state != "done")
        if blocked and not job.always:
            ended[job.name] = Ended(job.name, "kept back", f"waits for {', '.join(blocked)}", 0.0)
        else:
            ended[job.name] = _run(runner, job, on, since, time.monotonic())
        tell(ended[job.name])

    try:
        for job in jobs:
            if not job.always:
                take(job)
    finally:
        # After an error that nobody foresaw a report is wanted above all; who pressed Ctrl-C wants an end.
        if not isinstance(sys.exception(), KeyboardInterrupt):
            for job in jobs:
                if job.always:
                    take(job)
    faults = [f"{end.job} {end.state}: {end.told}" for end in ended.values() if end.state != "done"]
    if faults:
        raise NightError(
            teach(f"Night of {on}", faults, "mend what failed, then run the same night again: what was done is replaced by the same.")
        )
    return list(ended.values())


def timed(job: str, work: Callable[[], str]) -> Ended:
    """Do a piece of work that is no job of the night (training) and tell how long it took."""
    began = time.monotonic()
    told = work()
    return Ended(job, "done", told, time.monotonic() - began)


def _run(runner: Runner, job: Job, on: date, since: date | None, began: float) -> Ended:

    try:
        night = runner.run(job, on, since)
    except ChudianError as error:
        return Ended(job.name, "failed", str(error), time.monotonic() - began)
    return Ended(job.name, "done", "" if night.rows is None else f"{night.rows:,} rows", time.monotonic() - began)
