"""Tags as known on the dates of labels: Store.training_frame beside DuckDB's ASOF join and Feast, on the same Parquet files.

    python -m benchmarks.point_in_time --labels 500000 --feast FOLDER

Labels are pairs of a subscriber and a night, drawn without repetition; the tags are 20 of five families, published for 14 nights. Every
engine must have equal answers before a time is printed. The first round warms up, and the median of the others counts; a process stays for
all rounds, engines in turns.

Feast and DuckDB are installed into an environment of their own below FOLDER, by pip, if it is not there yet. If Feast needs more than ten
minutes for a round, start again with fewer labels: all engines then have the same ones.
"""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import typer
from rich.table import Table as Grid

from benchmarks.made import Made
from benchmarks.night import console
from benchmarks.windows import BEGIN
from benchmarks.worker import Worker
from features.family import Family
from features.library import FAMILIES

NIGHTS, TAGS_OF_A_FAMILY = 14, 4
CHOSEN = ("usage", "billing", "service", "value", "product")
ENGINES = ("chudian", "duckdb", "feast duckdb", "feast spark")
FEAST_WANTED, DUCKDB_WANTED = 5.0, 0.6
PINS = ("feast[duckdb,spark]==0.67.0", "psutil")
SEED = 20261128


def counted(family: Family) -> list[str]:
    """Return tags of a family that are whole numbers and may be asked for."""
    return [tag.column.name for tag in family.tags if tag.column.type in ("int", "bigint")][:TAGS_OF_A_FAMILY]


def prepare(home: Path, subscribers: int, labels: int) -> dict[str, Any]:
    """Write the families' tables and the labels; return what every engine is told."""
    made, chance = Made(home, subscribers), np.random.default_rng(SEED)
    families = {family.name: family for family in FAMILIES if family.name in CHOSEN}
    tags = {name: counted(family) for name, family in families.items()}
    nights = [BEGIN + timedelta(days=number) for number in range(NIGHTS)]
    made.subscribers(nights)
    # Labels may not be later than the newest delivery.
    made.usage(nights[-1:])
    for on in nights:
        for name, family in families.items():
            given = {tag: chance.integers(0, 1000, subscribers) for tag in tags[name]}
            made.snapshot(family.table, on, {"subscriber_id": made.tokens} | given)
    drawn = chance.choice(subscribers * NIGHTS, labels, replace=False)
    told = {"subscriber_id": made.tokens.take(pa.array(drawn % subscribers)), "on": pa.array([nights[n] for n in drawn // subscribers])}
    pq.write_table(pa.table(told | {"label": pa.array(chance.integers(0, 2, labels))}), home / "labels.parquet")
    folders = {name: f"{made.lake.location(family.table)}" for name, family in families.items()}
    return {"labels": f"{home}/labels.parquet", "tags": tags, "folders": folders}


def feast_python(folder: Path) -> str:
    """Return the Python of Feast's own environment, made if it is not there. SystemExit tells pip's reason if that fails."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        made = subprocess.run([python, "-m", "pip", "install", "--quiet", *PINS], capture_output=True, text=True, check=False)
        if made.returncode:
            raise SystemExit(f"Feast cannot be installed beside this Python: {made.stderr[-1000:]}")
    return str(python)


def measure(home: Path, told: dict[str, Any], python: str, rounds: int, engines: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Let the engines make the frame in turns. SystemExit if their answers differ."""
    peer = [python, "benchmarks/point_in_time_peers.py"]
    checker = Worker(peer)
    workers = {name: Worker([sys.executable, "-m", "benchmarks.point_in_time_ours"] if name == "chudian" else peer) for name in engines}
    spent: dict[str, list[dict[str, Any]]] = {name: [] for name in engines}
    for turn in range(rounds):
        for name, worker in workers.items():
            out = f"{home}/{name.replace(' ', '_')}.parquet"
            if name == "chudian":
                one = worker.ask(home=home, labels=told["labels"], tags=told["tags"], out=out)
            else:
                one = worker.ask(what=name, root=home, out=out, **told)
            spent[name].append(one | checker.ask(what="check", files=one["files"], tags=told["tags"]))
            console.print(f"round {turn + 1} of {rounds}: {name} {one['seconds']:.1f} s")
        if len({tuple(took[-1]["answer"]) for took in spent.values()}) > 1:
            raise SystemExit(f"the answers differ: { {name: took[-1]['answer'] for name, took in spent.items()} }")
    for worker in (*workers.values(), checker):
        worker.end()
    return spent


def show(spent: dict[str, list[dict[str, Any]]], labels: int) -> None:
    """Print every engine, the losses too."""
    took = {name: median(one["seconds"] for one in rounds[1:]) for name, rounds in spent.items()}
    used = {name: median(one["processor"] for one in rounds[1:]) for name, rounds in spent.items()}
    grid = Grid(
        f"{labels:,} labels, {len(CHOSEN)} families", "warm s", "processor s", "seconds / ours", "processor / ours", "first s", "peak GB"
    )
    for name, rounds in spent.items():
        ratios = f"{took[name] / took['chudian']:.2f}", f"{used[name] / used['chudian']:.2f}"
        grid.add_row(name, f"{took[name]:.1f}", f"{used[name]:.1f}", *ratios, f"{rounds[0]['seconds']:.1f}", f"{rounds[-1]['peak_gb']:.1f}")
    console.print(grid)
    for name in spent:
        wanted = DUCKDB_WANTED if name == "duckdb" else FEAST_WANTED
        if name != "chudian":
            faster = took[name] / took["chudian"]
            console.print(f"ours is {faster:.2f} times as fast as {name}: wanted {wanted}, {'met' if faster >= wanted else 'MISSED'}")


def main(
    labels: Annotated[int, typer.Option(min=1, help="Labels; five for each subscriber.")] = 500_000,
    feast: Annotated[Path, typer.Option(help="A folder for Feast's own environment.")] = Path("feast-environment"),
    rounds: Annotated[int, typer.Option(min=2, help="Rounds; the first warms up.")] = 4,
    engines: Annotated[str, typer.Option(help="Which engines, separated by commas.")] = ",".join(ENGINES),
    folder: Annotated[Path | None, typer.Option("--in", help="Where the frames are written, and removed again.")] = None,
) -> None:
    """Write the frames, then measure the engines in turns."""
    python = feast_python(feast.absolute())
    with TemporaryDirectory(dir=folder) as home:
        told = prepare(Path(home), max(labels // 5, 1), labels)
        show(measure(Path(home), told, python, rounds, engines.split(",")), labels)


if __name__ == "__main__":
    typer.run(main)
