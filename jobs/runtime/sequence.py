"""Nights and loads at the desk: the same jobs as Airflow runs, one after another in this process."""

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
    """Run the jobs in order; what does not depend on a failure still runs. NightError after the last when any failed."""

    by_name = {job.name: job for job in jobs}
    ended: dict[str, Ended] = {}
    for job in jobs:
        began = time.monotonic()
        blocked = sorted(name for name in upstream(job, by_name) if name in ended and ended[name].state != "done")
        if blocked:
            outcome = Ended(job.name, "kept back", f"waits for {', '.join(blocked)}", 0.0)
        else:
            outcome = _run(runner, job, on, since, began)
        ended[job.name] = outcome
        tell(outcome)
    faults = [f"{end.job} {end.state}: {end.told}" for end in ended.values() if end.state != "done"]
    if faults:
        raise NightError(
            teach(f"Night of {on}", faults, "mend what failed, then run the same night again: what was done is replaced by the same.")
        )
    return list(ended.values())


def _run(runner: Runner, job: Job, on: date, since: date | None, began: float) -> Ended:

    try:
        night = runner.run(job, on, since)
    except ChudianError as error:
        return Ended(job.name, "failed", str(error), time.monotonic() - began)
    return Ended(job.name, "done", "" if night.rows is None else f"{night.rows:,} rows", time.monotonic() - began)
