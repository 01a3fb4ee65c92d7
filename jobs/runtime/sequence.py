"""Nights and loads at the desk: the same jobs as Airflow runs, in this process."""

import sys
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import date
from graphlib import TopologicalSorter

from expectations.errors import ChudianError, teach
from expectations.tables.ops import RUN
from jobs.runtime.job import Job, Order
from jobs.runtime.night import Runner

# While one job is planned in the driver, another computes; a third would only wait.
AT_ONCE = 2


class HistoryError(ChudianError):
    """A bulk load over nights that were loaded otherwise: facts once published are not edited."""


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
    """Run the jobs, each after those whose tables it reads; what does not depend on a failure still runs, and so does what runs always.

    NightError after the last when any failed. The runner makes a refusal of a job's every error; one past it ends the sequence.
    HistoryError when the range since..on overlaps nights whose facts were published by another load or by a night of their own.
    """
    if since is not None and since < on:
        _refuse_overlap(runner, jobs, since, on)
    by_name = {job.name: job for job in jobs}
    order = Order(by_name)
    ended: dict[str, Ended] = {}

    def note(end: Ended) -> None:
        ended[end.job] = end
        tell(end)

    def take(job: Job) -> Ended:
        if blocked := order.held_back(job.name, (name for name, end in ended.items() if end.state != "done")):
            return Ended(job.name, "kept back", f"waits for {', '.join(blocked)}", 0.0)
        return _run(runner, job, on, since)

    try:
        _side_by_side({job.name: order.before[job.name] for job in jobs if not job.always}, lambda name: take(by_name[name]), note)
    finally:
        # After an error that nobody foresaw a report is wanted above all; who pressed Ctrl-C wants an end.
        if not isinstance(sys.exception(), KeyboardInterrupt):
            for job in jobs:
                if job.always:
                    note(take(job))
    faults = [f"{end.job} {end.state}: {end.told}" for end in ended.values() if end.state != "done"]
    if faults:
        raise NightError(
            teach(f"Night of {on}", faults, "mend what failed, then run the same night again: what was done is replaced by the same.")
        )
    return list(ended.values())


def _refuse_overlap(runner: Runner, jobs: list[Job], since: date, on: date) -> None:
    facts = [job.name for job in jobs if any(table.kind == "fact" for table in job.writes)]
    ranges = sorted(
        {
            (run["from_date"], run["business_date"])
            for run in runner.lake.log(RUN)
            if run["state"] == "done" and run["job"] in facts and run["from_date"] <= on and run["business_date"] >= since
        }
        - {(since, on)}
    )
    if ranges:
        faults = [f"{first} to {last} was loaded in one pass" if first < last else f"the night of {last} was run" for first, last in ranges]
        cure = "load only nights that these leave out, or run single nights again with `chudian night`."
        raise HistoryError(teach(f"History {since} to {on}", faults, cure))


def _side_by_side(needs: dict[str, frozenset[str]], take: Callable[[str], Ended], note: Callable[[Ended], None]) -> None:
    """Take each name once those it needs were taken, AT_ONCE at a time; an exception lets end what is running and starts no more."""
    order = TopologicalSorter(needs)
    order.prepare()
    ready: list[str] = []
    running: set[Future[Ended]] = set()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while order.is_active():
            ready = sorted([*ready, *order.get_ready()], key=list(needs).index)
            while ready and len(running) < AT_ONCE:
                running.add(pool.submit(take, ready.pop(0)))
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for end in (future.result() for future in finished):
                note(end)
                order.done(end.job)


def timed(job: str, work: Callable[[], str]) -> Ended:
    """Do a piece of work that is no job of the night (training) and tell how long it took."""
    began = time.monotonic()
    told = work()
    return Ended(job, "done", told, time.monotonic() - began)


def _run(runner: Runner, job: Job, on: date, since: date | None) -> Ended:
    began = time.monotonic()
    try:
        night = runner.run(job, on, since)
    except ChudianError as error:
        return Ended(job.name, "failed", str(error), time.monotonic() - began)
    return Ended(job.name, "done", "" if night.rows is None else f"{night.rows:,} rows", time.monotonic() - began)
