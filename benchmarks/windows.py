"""Sums over windows, night by night: ours incremental and from scratch, beside DuckDB and Polars on the same Parquet files.

    python -m benchmarks.windows --subscribers 100000 --days 30,90 --peers PYTHON

The frames are made directly as our Delta tables: 80% of the subscribers use something on a day. Each engine makes the 20 tags of
benchmarks/windows_ours.py for every subscriber of the night. Ours is what a night does: it also checks, commits and records the state and
the tags. The others only write Parquet. Every night's answers must be equal before a time is printed.

Warm: processes that stay, one round per night, engines in turns; the median of the rounds counts. Cold: a new process for one night; its
time counts from the first piece of work, without the start of Python, and includes the start of Java. `--peers` names a Python that has
duckdb and polars: `python -m venv PEERS && PEERS/bin/pip install duckdb polars`.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.table import Table as Grid

from benchmarks.made import Made
from benchmarks.night import console
from benchmarks.windows_ours import lengths
from benchmarks.worker import Worker
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.ods_usage import ODS_USAGE

BEGIN = date(2026, 1, 1)
OURS, OURS_SCRATCH = "chudian incremental", "chudian scratch"
PEERS = ("duckdb scratch", "duckdb incremental", "polars scratch")
FASTER_WANTED, FLAT_WITHIN = 3.0, 0.15
Spent = dict[str, Any]


@dataclass
class Bench:
    """The home, the processes that stay, and what each engine took, by (engine, days of the longest window)."""

    home: Path
    made: Made
    peers: str
    spent: dict[tuple[str, int], list[Spent]] = field(default_factory=dict)
    cold: dict[tuple[str, int], Spent] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.checker = self.started("duckdb check")
        self.workers: dict[str, Worker] = {}

    def started(self, engine: str) -> Worker:
        """Start a process for an engine."""
        if engine.startswith("chudian"):
            return Worker([sys.executable, "-m", "benchmarks.windows_ours"])
        return Worker([self.peers, "benchmarks/windows_peers.py"])

    def staying(self, engine: str) -> Worker:
        """Return the process of an engine that stays. One Java serves both of ours."""
        name = engine.split()[0] if engine.startswith("chudian") else engine
        if name not in self.workers:
            self.workers[name] = self.started(engine)
        return self.workers[name]

    def asked(self, worker: Worker, engine: str, days: int, on: date) -> Spent:
        """Return what one night took, with its answer."""
        if engine.startswith("chudian"):
            spent = worker.ask(home=self.home, days=days, on=on, advances=engine == OURS)
        else:
            out = self.out(engine, days, on)
            state, before = (self.out("state", days, night) for night in (on, on - timedelta(days=1)))
            more = {"state": state, "state_before": before} if engine.endswith("incremental") else {}
            told = {"files": self.usage, "spine": self.made.files(DWD_SUBSCRIBER, business_date=on), "out": out, **more}
            spent = worker.ask(what=engine, on=on, lengths=lengths(days), **told) | {"files": [out]}
        return spent | self.checker.ask(what="check", files=spent["files"], lengths=lengths(days))

    def out(self, what: str, days: int, on: date) -> str:
        """Return the file that a peer writes."""
        return f"{self.home}/{what.replace(' ', '_')}_{days}_{on}.parquet"

    def night(self, engine: str, days: int, on: date) -> None:
        """Measure one night in the process that stays."""
        self.spent.setdefault((engine, days), []).append(self.asked(self.staying(engine), engine, days, on))

    def cold_night(self, engine: str, days: int, on: date) -> None:
        """Measure one night in a new process."""
        worker = self.started(engine)
        self.cold[engine, days] = spent = self.asked(worker, engine, days, on)
        worker.end()
        if spent["answer"] != self.spent[engine, days][-1]["answer"]:
            raise SystemExit(f"{engine}: a new process has another answer for {on}")

    def prepare(self, first_night: date, nights: int, days: int) -> None:
        """Write the frames."""
        begin = first_night - timedelta(days=days)
        every = [begin + timedelta(days=number) for number in range(days + nights + 1)]
        self.made.usage(every)
        self.made.subscribers(every[days:])
        self.usage = {f"{day}": self.made.files(ODS_USAGE, day=day)[0] for day in every}


def refuse_other_answers(spent: Mapping[tuple[str, int], list[Spent]]) -> None:
    """End the benchmark if two engines differ about a night."""
    for days in {of for _, of in spent}:
        answers = {engine: [tuple(one["answer"]) for one in took] for (engine, of), took in spent.items() if of == days}
        if len({tuple(found) for found in answers.values()}) > 1:
            raise SystemExit(f"windows up to {days} days: the answers differ: {answers}")


def middle(took: list[Spent], figure: str) -> float:
    """Return the median of the rounds; the first round warms up."""
    return median(one[figure] for one in took[1:])


def show(bench: Bench, subscribers: int, longest: int, shortest: int) -> None:
    """Print every engine, the losses too, and whether the goals are met."""
    base = middle(bench.spent["duckdb scratch", longest], "seconds")
    grid = Grid(f"{subscribers:,} subscribers, warm", "days", "seconds", "processor s", "DuckDB scratch / this", "of processor s")
    used_base = middle(bench.spent["duckdb scratch", longest], "processor")
    for (engine, days), took in bench.spent.items():
        warm, used = middle(took, "seconds"), middle(took, "processor")
        ratios = (f"{base / warm:.2f}", f"{used_base / used:.2f}") if days == longest else ("", "")
        grid.add_row(engine, f"{days}", f"{warm:.2f}", f"{used:.1f}", *ratios)
    console.print(grid)
    for engine in (OURS, OURS_SCRATCH):
        took = bench.spent[engine, longest]
        console.print(f"{engine}: sums {middle(took, 'advance'):.2f} s, tags {middle(took, 'compute'):.2f} s")
    faster = base / middle(bench.spent[OURS, longest], "seconds")
    _say(f"ours incremental is {faster:.2f} times as fast as DuckDB from scratch, warm", faster >= FASTER_WANTED, f"{FASTER_WANTED:.0f}")
    for figure in ("seconds", "processor"):
        ratio = middle(bench.spent[OURS, longest], figure) / middle(bench.spent[OURS, shortest], figure)
        what = f"windows up to {longest} days cost {ratio:.2f} of those up to {shortest}, ours incremental, {figure}"
        _say(what, abs(ratio - 1) <= FLAT_WITHIN, f"1 ± {FLAT_WITHIN}")


def show_cold(bench: Bench) -> None:
    """Print what each engine took in a new process."""
    grid = Grid("cold, in a new process", "days", "seconds", "processor s", "peak GB")
    for (engine, days), cold in bench.cold.items():
        grid.add_row(engine, f"{days}", f"{cold['seconds']:.1f}", f"{cold['processor']:.1f}", f"{cold['peak_gb']:.1f}")
    console.print(grid)


def _say(what: str, is_met: bool, wanted: str) -> None:
    console.print(f"{what}: wanted {wanted}, {'met' if is_met else 'MISSED'}")


def main(
    subscribers: Annotated[int, typer.Option(min=1, help="Subscribers; 80% of them use something on a day.")] = 100_000,
    days: Annotated[str, typer.Option(help="Longest windows, ascending. The peers make the last.")] = "30,90",
    rounds: Annotated[int, typer.Option(min=2, help="Nights for each engine; the first warms up.")] = 4,
    peers: Annotated[str, typer.Option(help="A Python that has duckdb and polars.")] = "python",
    folder: Annotated[Path | None, typer.Option("--in", help="Where the frames are written, and removed again.")] = None,
) -> None:
    """Write the frames, then measure every engine night by night."""
    walked = [int(one) for one in days.split(",")]
    shortest, longest = walked[0], walked[-1]
    with TemporaryDirectory(dir=folder) as home:
        bench = Bench(Path(home), Made(Path(home), subscribers), peers)
        bench.prepare(BEGIN, rounds, longest)
        for of in walked:
            bench.asked(bench.staying(OURS_SCRATCH), OURS_SCRATCH, of, BEGIN)
        # A scratch run of DuckDB is the state from which its increments go on.
        scratch = bench.asked(bench.staying(PEERS[0]), PEERS[0], longest, BEGIN)
        Path(scratch["files"][0]).rename(bench.out("state", longest, BEGIN))
        nights = [BEGIN + timedelta(days=number) for number in range(1, rounds + 1)]
        for turn, on in enumerate(nights):
            for of in walked:
                bench.night(OURS, of, on)
            for engine in (*PEERS, OURS_SCRATCH):
                bench.night(engine, longest, on)
            console.print(f"round {turn + 1} of {rounds} done")
            refuse_other_answers(bench.spent)
        show(bench, subscribers, longest, shortest)
        for worker in bench.workers.values():
            worker.end()
        for engine in (OURS, *PEERS, OURS_SCRATCH):
            bench.cold_night(engine, longest, nights[-1])
        show_cold(bench)


if __name__ == "__main__":
    typer.run(main)
