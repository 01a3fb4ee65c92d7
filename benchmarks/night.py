"""How long a night takes as the province grows: `python -m benchmarks.night --sizes 20000,50000,100000`.

For each size a province is simulated and its history loaded. The models are trained once, on the smallest size, and shared. Then
`chudian night` runs in a fresh process, so that a cold night is measured. Memory is the peak of all its processes together.

The marginal cost is seconds per 10,000 subscribers between one size and the next; for a night that grows linearly it is constant. It is a
small difference of large figures, so run several rounds. Other work on the machine only adds time, so the fastest round counts. The work of
Spark's tasks, rows read and bytes shuffled by Spark's own event log, does not depend on the machine: a cost that grows faster than the
province shows there first.

Jobs run in parallel and wait for each other's tasks, so their seconds add up to more than the night's. The smallest size runs its night
once more in Airflow. Time outside jobs (starting, parsing, scheduling), compared with the command line's, is Airflow's own overhead.
"""

import json
import math
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise, product
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Annotated

import psutil
import typer
from rich.console import Console
from rich.table import Table as Grid

from benchmarks.event_log import Work, logging_to, work_in
from jobs.runtime.settings import CHECKOUT, settings
from jobs.runtime.vault import make_demo_key
from simulator.history import simulate
from simulator.province import Province

NIGHT = date(2026, 3, 4)
MOST = 6  # Jobs shown in the table of bytes shuffled.
STAGES = ("receive", "refine", "tag", "score", "decide", "publish", "report")
console = Console(highlight=False, width=None if sys.stdout.isatty() else 220)


@dataclass(frozen=True)
class Spent:
    """The cost of a run: seconds by the clock, processor seconds, peak GB."""

    seconds: float
    processor: float
    peak_gb: float
    work: Work


@dataclass(frozen=True)
class Measured:
    """One cold night: its cost, seconds outside any job, the jobs' own seconds per stage, rows published."""

    subscribers: int
    spent: Spent
    outside: float
    stages: dict[str, float]
    rows: int


COSTS: dict[str, Callable[[Measured], float]] = {
    "seconds": lambda one: one.spent.seconds,
    "processor seconds": lambda one: one.spent.processor,
    "rows read": lambda one: one.spent.work.read,
    "bytes shuffled": lambda one: one.spent.work.shuffled,
}


class Watch(threading.Thread):
    """Measures the peak memory of a process and its children together, and their processor time, twice a second."""

    def __init__(self, process: psutil.Process) -> None:
        """Watch this process until it ends."""
        super().__init__(daemon=True)
        self.process, self.peak = process, 0
        self.processor: dict[int, float] = {}

    def run(self) -> None:
        """Add up resident memory and processor time; of a child that has ended, its last processor time counts."""
        while self.process.is_running() and self.process.status() != psutil.STATUS_ZOMBIE:
            total = 0
            for each in (self.process, *self.process.children(recursive=True)):
                try:
                    total += each.memory_info().rss
                    spent = each.cpu_times()
                    self.processor[each.pid] = spent.user + spent.system
                except psutil.NoSuchProcess:
                    continue
            self.peak = max(self.peak, total)
            time.sleep(0.5)


def chudian(home: Path, models: Path, *arguments: str) -> Spent:
    """Run the console script on a home with the models of another home. A failure ends the benchmark."""
    return run([sys.executable, "-m", "jobs", *arguments], home, models)


def airflow(home: Path, models: Path) -> Spent:
    """Run the night as a DAG; its database was made before."""
    shell = ["bash", "scripts/airflow.sh"]
    run([*shell, "db", "migrate"], home, models)
    return run([*shell, "dags", "test", "nightly", "--conf", json.dumps({"business_date": f"{NIGHT}"})], home, models)


def run(command: list[str], home: Path, models: Path) -> Spent:
    """Run a command on a home. A failure ends the benchmark."""
    with TemporaryDirectory() as events, (home / "benchmark.log").open("ab") as log:
        setting = {"CHUDIAN_HOME": f"{home}", "MLFLOW_TRACKING_URI": f"sqlite:///{models}/mlflow/mlflow.db", **logging_to(Path(events))}
        began = time.monotonic()
        started = subprocess.Popen(
            ["env", *(f"{name}={value}" for name, value in setting.items()), *command], cwd=CHECKOUT, stdout=log, stderr=log
        )
        watch = Watch(psutil.Process(started.pid))
        watch.start()
        started.wait()
        seconds = time.monotonic() - began
        if started.returncode:
            raise SystemExit(f"{' '.join(command)} failed; its log: {home / 'benchmark.log'}")
        return Spent(seconds, sum(watch.processor.values()), watch.peak / 1e9, work_in(Path(events)))


def prepare(root: Path, province: Province, models: Path) -> Path:
    """Return a home with loaded history, up to the night. The home whose models all others use trains them."""
    home = root / f"{province.subscribers}"
    make_demo_key(home / "vault", province.seed)
    simulate(province, home)
    chudian(home, models, "load", "--from", f"{province.first_day}", "--to", f"{NIGHT - timedelta(days=1)}")
    if home == models:
        (home / "mlflow").mkdir()
        chudian(home, models, "train", f"{NIGHT}")
    return home


def measure(home: Path, subscribers: int, night: Callable[[], Spent]) -> Measured:
    """Measure one cold night; its figures come from the event log."""
    from jobs.register import all_jobs

    log = home / "logs" / "events.jsonl"
    before = log.stat().st_size
    spent = night()
    stages, rows = dict.fromkeys(STAGES, 0.0), 0
    spans: list[tuple[datetime, datetime]] = []
    began: dict[str, datetime] = {}
    with log.open("rb") as lines:
        lines.seek(before)
        for event in map(json.loads, lines):
            at = datetime.fromisoformat(event["at"])
            if event["step"] == "started":
                began[event["run"]] = at
            if event["step"] == "done":
                spans.append((began[event["run"]], at))
                stages[all_jobs()[event["job"]].stage] += event["seconds"]
                rows += event["rows"] or 0
    return Measured(subscribers, spent, spent.seconds - covered(spans), stages, rows)


def covered(spans: list[tuple[datetime, datetime]]) -> float:
    """Return the seconds in which at least one job ran; jobs run in parallel."""
    total, reached = 0.0, datetime.min.replace(tzinfo=UTC)
    for begin, end in sorted(spans):
        total += max((end - max(begin, reached)).total_seconds(), 0.0)
        reached = max(reached, end)
    return total


def show(measured: list[Measured], by_airflow: Measured) -> None:
    """Print the table and, with three sizes or more, how the cost of a further subscriber grows."""
    headings = ("subscribers", "seconds", "processor s", "outside jobs", *STAGES, "rows", "peak GB", "M rows read", "MB shuffled")
    grid = Grid(*headings, "s per further 10k")
    margins = ["", *(f"{margin:.2f}" for margin in _margins(measured, COSTS["seconds"]))]
    for one, margin in zip(measured, margins, strict=True):
        grid.add_row(f"{one.subscribers:,}", *_cells(one), margin)
    grid.add_row(f"{by_airflow.subscribers:,} by airflow dags test", *_cells(by_airflow), "")
    console.print(grid)
    for name, cost in COSTS.items():
        found = _margins(measured, cost)
        if len(found) > 1 and min(found) > 0:
            small, large = measured[1].subscribers, measured[-1].subscribers
            exponent = 1 + math.log(found[-1] / found[0]) / math.log(large / small)
            console.print(f"exponent of the marginal cost in {name}: {exponent:.2f} (at most 1.05 wanted)")


def show_shuffles(measured: list[Measured]) -> None:
    """Print the MB shuffled at each size, for the jobs that shuffle most at the largest size."""
    grid = Grid("MB shuffled", *(f"{one.subscribers:,}" for one in measured))
    largest = measured[-1].spent.work.bytes_shuffled
    for name in sorted(largest, key=lambda job: -largest[job])[:MOST]:
        grid.add_row(name, *(f"{one.spent.work.bytes_shuffled[name] / 1e6:.1f}" for one in measured))
    console.print(grid)


def _margins(measured: list[Measured], cost: Callable[[Measured], float]) -> list[float]:
    """Return the cost of 10,000 more subscribers, between one size and the next."""
    return [(cost(more) - cost(less)) / (more.subscribers - less.subscribers) * 10_000 for less, more in pairwise(measured)]


def _cells(one: Measured) -> list[str]:
    stages = (f"{one.stages[stage]:.1f}" for stage in STAGES)
    spent = one.spent
    took = [f"{spent.seconds:.0f}", f"{spent.processor:.0f}", f"{one.outside:.1f}", *stages, f"{one.rows:,}", f"{spent.peak_gb:.1f}"]
    return [*took, f"{spent.work.read:.2f}", f"{spent.work.shuffled:.0f}"]


def main(
    sizes: Annotated[str, typer.Option(help="Numbers of subscribers, ascending, separated by commas.")] = "20000,50000,100000",
    wap_rows: Annotated[int, typer.Option(help="WAP log rows per subscriber and day.")] = 10,
    wap_days: Annotated[int, typer.Option(help="Days of WAP log in the history.")] = 3,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds for each size; the fastest counts.")] = 1,
    keep: Annotated[bool, typer.Option("--keep", help="Do not delete the homes.")] = False,
    kept: Annotated[
        Path | None, typer.Option("--in", help="Run the nights again in homes that --keep left here; they must not have been moved.")
    ] = None,
) -> None:
    """Measure cold nights at several sizes on this machine."""
    root = kept or Path(mkdtemp(prefix="chudian-benchmark-", dir=settings().home.parent))
    walked = [int(size) for size in sizes.split(",")]
    models = root / f"{walked[0]}"
    for subscribers in [] if kept else walked:
        console.print(f"{subscribers:,} subscribers: preparing")
        prepare(root, Province(subscribers=subscribers, night=NIGHT, history_days=110, wap_rows=wap_rows, wap_days=wap_days), models)
    best: dict[int, Measured] = {}
    for turn, subscribers in product(range(rounds), walked):
        home = root / f"{subscribers}"
        one = measure(home, subscribers, partial(chudian, home, models, "night", f"{NIGHT}"))
        took = f"{one.spent.seconds:.0f} s, of the processors {one.spent.processor:.0f} s"
        console.print(f"{subscribers:,} subscribers, round {turn + 1} of {rounds}: {took}")
        best[subscribers] = min(best.get(subscribers, one), one, key=lambda each: each.spent.seconds)
    show_shuffles(list(best.values()))
    show(list(best.values()), measure(models, walked[0], partial(airflow, models, models)))
    cores, memory = os.cpu_count(), psutil.virtual_memory().total / 1e9
    console.print(f"{cores} cores, {memory:.0f} GB, {wap_rows} WAP rows per subscriber and day, {wap_days} days of them")
    if not (keep or kept):
        shutil.rmtree(root)


if __name__ == "__main__":
    typer.run(main)
