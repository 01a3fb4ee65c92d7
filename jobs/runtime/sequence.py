"""Runs nights and loads from the command line: the same jobs as in Airflow, in this process."""

import sys
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import date
from graphlib import TopologicalSorter

from expectations.errors import ChudianError, SlippedError, teach
from expectations.tables.ops import OPS_RUN
from jobs.runtime.job import Job, Order
from jobs.runtime.job_run import Runner
from jobs.runtime.loads import feeds_of

# While one job is planned in the driver, another computes. A third would only wait.
AT_ONCE = 2


class HistoryError(ChudianError):
    """A bulk load covers nights that were published otherwise. Published facts are not edited."""


class NightError(ChudianError):
    """A night failed. The message lists every job that failed or could not run."""


@dataclass(frozen=True)
class Ended:
    """How one job ended: done, failed, kept back by another failure, slipped to a later night because a delivery is late or, in a bulk
    load, skipped because nothing was delivered.

    `warnings` are those of a successful job. `missed` lists refused deliveries that no other delivery replaced.
    """

    job: str
    state: str
    told: str
    seconds: float
    warnings: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()


def run_sequence(
    runner: Runner, jobs: list[Job], on: date, tell: Callable[[Ended], None], since: date | None = None, called: str = ""
) -> list[Ended]:
    """Run the jobs, each after those whose tables it reads.

    After a failure, jobs that do not depend on it and jobs that run always still run. NightError at the end when a job failed; `called`
    names the sequence in the message if it is not a night. The runner turns every error of a job into a refusal. Any other error ends the
    sequence. HistoryError when the range since..on overlaps nights whose facts were published by another load or by a single night.
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
            states = {ended[name].state for name in blocked}
            # What waits only for something skipped or slipped has not failed either.
            state = next((state for state in ("skipped", "slipped") if states == {state}), "kept back")
            return Ended(job.name, state, f"waits for {', '.join(blocked)}", 0.0)
        if since is not None and (absent := _never_delivered(runner, job, on)):
            return Ended(job.name, "skipped", f"nothing to load: no accepted delivery of {', '.join(absent)} by {on}", 0.0)
        return _run(runner, job, on, since, any(end.state == "failed" for end in ended.values()))

    try:
        _side_by_side({job.name: order.before[job.name] for job in jobs if not job.always}, lambda name: take(by_name[name]), note)
    finally:
        # After an unforeseen error the report is needed most. After Ctrl-C the user wants to stop.
        if not isinstance(sys.exception(), KeyboardInterrupt):
            for job in jobs:
                if job.always:
                    note(take(job))
    unfinished = {state: [end.job for end in ended.values() if end.state == state] for state in ("failed", "kept back")}
    if any(unfinished.values()):
        # Each failure was printed in full when it happened.
        faults = [f"{state}: {', '.join(names)}" for state, names in unfinished.items() if names]
        cure = "correct what failed, then run the same command again. Finished jobs give the same result again."
        usual = f"History up to {on}" if since else f"Night of {on}"
        raise NightError(teach(f"{called or usual} did not run to its end", faults, cure))
    return list(ended.values())


def _never_delivered(runner: Runner, job: Job, on: date) -> list[str]:
    """Return the feeds that fill the facts the job reads and that have no load by `on`."""
    facts = [read.table for read in job.reads.values() if read.table.kind == "fact"]
    return sorted({feed for table in facts if not runner.lake.loads(table, on) for feed in feeds_of(table)})


def _refuse_overlap(runner: Runner, jobs: list[Job], since: date, on: date) -> None:
    facts = [job.name for job in jobs if any(table.kind == "fact" for table in job.writes)]
    ranges = sorted(
        {
            (run["from_date"], run["business_date"])
            for run in runner.lake.log(OPS_RUN)
            if run["state"] == "done" and run["job"] in facts and run["from_date"] <= on and run["business_date"] >= since
        }
        - {(since, on)}
    )
    if ranges:
        faults = [f"{first} to {last} was loaded in one pass" if first < last else f"the night of {last} was run" for first, last in ranges]
        cure = "load only nights that these leave out, or run single nights again with `chudian night`."
        raise HistoryError(teach(f"History {since} to {on}", faults, cure))


def _side_by_side(needs: dict[str, frozenset[str]], take: Callable[[str], Ended], note: Callable[[Ended], None]) -> None:
    """Yield each name once all names it needs were yielded, AT_ONCE at a time.

    After an exception running jobs end and no new one starts.
    """
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


def _run(runner: Runner, job: Job, on: date, since: date | None, is_told: bool) -> Ended:
    """Run one job. `is_told` says that a failure was already printed, so that a report need not repeat it."""
    began = time.monotonic()
    try:
        run = runner.run(job, on, since)
    except SlippedError as slip:
        return Ended(job.name, "slipped", str(slip), time.monotonic() - began)
    except ChudianError as error:
        told = "the night did not run to its end" if is_told and isinstance(error, NightError) else str(error)
        return Ended(job.name, "failed", told, time.monotonic() - began)
    rows = "" if run.rows is None else f"{run.rows:,} rows" + (f", {run.quarantined:,} in quarantine" if run.quarantined else "")
    return Ended(job.name, "done", run.told or rows, time.monotonic() - began, (*run.refused, *run.warnings), tuple(run.missed))
