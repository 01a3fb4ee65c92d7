"""The result of every job of the night, from the records of its runs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from jobs.runtime.job import Job, Order

State = Literal["done", "failed", "kept back", "did not run", "out of date", "slipped"]
NEVER = datetime.min.replace(tzinfo=UTC)
_STATES: dict[str, State] = {"failed": "failed", "slipped": "slipped"}
UNFINISHED: tuple[State, ...] = ("failed", "kept back", "did not run")


@dataclass(frozen=True)
class Run:
    """A record of ops.run."""

    run_id: str
    job: str
    business_date: date
    started_at: datetime | None
    state: str
    rows: int | None
    profile: str | None
    warnings: tuple[str, ...]
    seconds: float
    error: str | None

    @property
    def began(self) -> datetime:
        """When it began; the earliest time for records made before this column existed."""
        return self.started_at or NEVER


@dataclass(frozen=True)
class Step:
    """A job of the night: how it ended and, if it has a valid run, the figures of that run. `told` says why there is none."""

    job: str
    stage: str
    state: State
    rows: int | None = None
    seconds: float = 0.0
    told: str = ""
    warnings: tuple[str, ...] = ()


def newest(runs: Iterable[Run]) -> dict[str, Run]:
    """Return the newest run of each job, because a night may run again."""
    return {run.job: run for run in sorted(runs, key=lambda run: (run.began, run.run_id))}


def steps(jobs: list[Job], runs: Iterable[Run]) -> list[Step]:
    """Return the jobs in the given order, with their results.

    A run is valid if no job before it ran again later. If one did and failed, this job was kept back and its rows are those of the earlier
    run. If it succeeded, this job is out of date.
    """
    order, last = Order({job.name: job for job in jobs}), newest(runs)
    found: dict[str, Step] = {}
    renewed: dict[str, datetime] = {}
    for job in jobs:
        before = sorted(order.before[job.name])
        run = last.get(job.name)
        later = [name for name in before if run is None or renewed[name] > run.began]
        stuck = order.held_back(job.name, (name for name in later if found[name].state in (*UNFINISHED, "slipped")))
        renewed[job.name] = max((*(renewed[name] for name in later), run.began if run else NEVER))
        if stuck:
            state: State = "slipped" if all(found[name].state == "slipped" for name in stuck) else "kept back"
            found[job.name] = Step(job.name, job.stage, state, told=f"waits for {', '.join(stuck)}")
        elif run is None:
            found[job.name] = Step(job.name, job.stage, "did not run", told="no run of this night is on record")
        elif later:
            found[job.name] = _ran(job, run, "out of date", f"{', '.join(later)} ran again after it")
        else:
            found[job.name] = _ran(job, run, _STATES.get(run.state, "done"), run.error or "")
    return list(found.values())


def _ran(job: Job, run: Run, state: State, told: str) -> Step:
    return Step(job.name, job.stage, state, run.rows, run.seconds, told, run.warnings)
