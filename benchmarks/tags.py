"""What the tag stage of a night costs as the province grows: `python -m benchmarks.tags --sizes 20000,100000`.

For each size a province is simulated and its history loaded. Its last night makes all tags from scratch, which is the first figure. The
next night advances the sums, which is the second. Only the jobs of the stage tag are measured, each time in a new process. Rows read and
bytes shuffled are Spark's own counts, which do not depend on the machine. Both may grow at most as the province does.

With `--copies 10` each subscriber of the largest size then stands in the tables ten times, and both nights are measured again.
"""

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated

import typer
from rich.table import Table as Grid

from benchmarks.copies import MOST_COPIES, copy_subscribers
from benchmarks.night import NIGHT, Spent, console, prepare, run
from jobs.runtime.settings import settings
from simulator.province import Province

BEFORE, MEASURED = ("receive", "refine"), "tag"
NIGHTS = (NIGHT - timedelta(days=1), NIGHT)
GROWTH_WANTED = 1.05
MOST = 8  # Jobs shown.


@dataclass(frozen=True)
class Stage:
    """The tag stage of one night: its cost, and the seconds of each job."""

    subscribers: int
    night: date
    spent: Spent
    seconds: dict[str, float]


def stages_of(home: Path, on: date, *stages: str) -> Spent:
    """Run these stages of a night in a new process. Nothing is trained: no tag needs a model."""
    return run([sys.executable, "-m", "benchmarks.tags_once", f"{on}", *stages], home, home / "models")


def measured(home: Path, subscribers: int, on: date) -> Stage:
    """Run the tag stage of a night whose tables are refined."""
    log = home / "logs" / "events.jsonl"
    before = log.stat().st_size
    stage = Stage(subscribers, on, stages_of(home, on, MEASURED), dict(_seconds(log, before)))
    console.print(f"{subscribers:,} subscribers, {on}: {stage.spent.seconds:.0f} s")
    return stage


def _seconds(log: Path, before: int) -> Iterator[tuple[str, float]]:
    with log.open("rb") as lines:
        lines.seek(before)
        for event in map(json.loads, lines):
            if event["step"] == "done":
                yield event["job"], event["seconds"]


def show(stages: list[Stage]) -> None:
    """Print the stages, then rows and bytes of the jobs that shuffle most, and how they grow."""
    grid = Grid("tag stage", "night", "seconds", "processor s", "peak GB", "M rows read", "MB shuffled", "Spark jobs")
    for one in stages:
        work = one.spent.work
        took = f"{one.spent.seconds:.0f}", f"{one.spent.processor:.0f}", f"{one.spent.peak_gb:.1f}"
        grid.add_row(f"{one.subscribers:,}", f"{one.night}", *took, f"{work.read:.2f}", f"{work.shuffled:.0f}", f"{work.jobs.total()}")
    console.print(grid)
    for on in sorted({one.night for one in stages}):
        _show_jobs([one for one in stages if one.night == on], on)


def _show_jobs(stages: list[Stage], on: date) -> None:
    small, large = stages[0], stages[-1]
    factor = large.subscribers / small.subscribers
    grid = Grid(f"{on}: {large.subscribers:,}", "seconds", "M rows read", "growth", "MB shuffled", "growth")
    names = sorted(large.spent.work.jobs, key=lambda job: -large.spent.work.bytes_shuffled[job])[:MOST]
    for name in [*names, "all"]:
        pairs = []
        for count, unit in (("rows_read", 1e6), ("bytes_shuffled", 1e6)):
            least, most = (_of(getattr(one.spent.work, count), name) for one in (small, large))
            pairs += [f"{most / unit:.2f}", f"{most / least / factor:.2f}" if least else ""]
        grid.add_row(name, f"{large.seconds.get(name, sum(large.seconds.values())):.1f}", *pairs)
    console.print(grid)
    for what in ("rows_read", "bytes_shuffled"):
        least, most = (getattr(one.spent.work, what).total() for one in (small, large))
        growth = most / least / factor
        met = "met" if growth <= GROWTH_WANTED else "MISSED"
        console.print(f"{on}, {what}: {growth:.2f} of linear growth, at most {GROWTH_WANTED} wanted, {met}")


def _of(counts: "dict[str, int]", name: str) -> int:
    return sum(counts.values()) if name == "all" else counts[name]


def main(
    sizes: Annotated[str, typer.Option(help="Numbers of subscribers, ascending, separated by commas.")] = "20000,100000",
    wap_days: Annotated[int, typer.Option(help="Days of WAP log in the history.")] = 3,
    copies: Annotated[int, typer.Option(min=1, max=MOST_COPIES, help="Times that each subscriber of the largest size stands there.")] = 1,
) -> None:
    """Measure the tag stage of two nights at several sizes."""
    root = Path(mkdtemp(prefix="chudian-tags-", dir=settings().home.parent))
    walked, stages = [int(size) for size in sizes.split(",")], []
    for subscribers in walked:
        home = prepare(root, Province(subscribers=subscribers, night=NIGHT, history_days=110, wap_days=wap_days), root / "models")
        for on in NIGHTS:
            stages_of(home, on, *BEFORE)
        stages += [measured(home, subscribers, on) for on in NIGHTS]
        if copies > 1 and subscribers == walked[-1]:
            copy_subscribers(home, MEASURED, copies)
            stages += [measured(home, subscribers * copies, on) for on in NIGHTS]
        shutil.rmtree(home)
    shutil.rmtree(root)
    show(sorted(stages, key=lambda one: (one.night, one.subscribers)))


if __name__ == "__main__":
    typer.run(main)
