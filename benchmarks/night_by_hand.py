"""A night beside a script that makes the lists of C10 and C11 by hand: `python -m benchmarks.night_by_hand --subscribers 20000`.

The script, benchmarks/night_by_hand_duckdb.py with its SQL, is what an analyst would write with DuckDB instead of chudian. From the same
extracts it makes the tags, audiences, best-fit tiers, exclusions, caps, control groups and list files of these two scenarios. It follows
the rules of docs/domain.md and docs/channels.md and has no code of chudian.

When all 27 scenarios run, one allocation gives some customers to others, which a script for two scenarios cannot know. So its lists are
compared with those of a night in which the other 25 wait for an approval, in a copy of the home. Every list file must have the same bytes,
and every scenario as many subscribers in its audience, listed, held out and not allocated, before a time is printed. No shared limit
(capacity, stock, budget) may bind, because the script has no allocation. That night still computes all tags: only decisions and lists are
fewer.

The script has no models: it reads tonight's scores and measured effects from chudian's tables. It works in two ways: from the text of all
days; and as most would do after the first night, with the days before tonight kept as Parquet. What it does not make is printed below the
table. Its seconds are those of the process from its first line on.
"""

import gzip
import os
import shutil
import sys
from collections import Counter
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated, Any

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import typer
from rich.table import Table as Grid

from benchmarks.night import NIGHT, Spent, chudian, console, prepare, run
from benchmarks.receive import measured
from expectations.channel import MANIFEST
from expectations.contract import Table
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.mkt_effect import MKT_EFFECT
from expectations.tables.mkt_limit import MKT_LIMIT
from jobs.publish.outbox import OK
from jobs.runtime.lake import Lake
from jobs.runtime.reads import Snapshot
from jobs.runtime.settings import settings
from models.library import SCORE_SUBSCRIBER
from scenarios.library import SCENARIOS
from simulator.province import Province

PEERS = f"{sys.prefix}/bin/uv run --quiet --isolated --no-project --with duckdb python"
SCRIPT = "benchmarks/night_by_hand_duckdb.py"
BY_HAND, OF_TWO = "DuckDB, from the text of all days", "chudian, C10 and C11 alone"
WAYS = {BY_HAND: "all", "DuckDB, keeping earlier days, once": "keep", "DuckDB, with earlier days kept": "tonight"}
COMPARED = ("c10_data_without_plan", "c11_idle_data_without_pack")
NOT_MADE = (
    "The script does not check files against their check files, quarantine rows, audit tables, keep a history or a ledger of reasons, "
    "protect numbers by tokens, know contacts and answers of earlier nights, allocate under shared limits, train or score, recall, "
    "report, or make the other 25 scenarios and the tags that C10 and C11 do not read."
)


def rows_of(lake: Lake, table: Table, columns: dict[str, str]) -> pa.Table:
    """Return these columns of tonight's rows, under other names."""
    paths = [f"{lake.location(table)}/{file.path}" for file in lake.files(Snapshot(table), NIGHT)]
    read = [pq.ParquetFile(path).read(columns=list(columns)) for path in paths]
    return pa.concat_tables(read).rename_columns(list(columns.values()))


def night_of_two(home: Path, models: Path) -> Spent:
    """Run the night in which all scenarios but those that are compared wait for an approval."""
    for scenario in (one for one in SCENARIOS if one.name in COMPARED):
        chudian(home, models, "approve", scenario.name, "--as", scenario.approver, "--reason", "a benchmark")
    return run(["env", "CHUDIAN_UNAPPROVED=wait", sys.executable, "-m", "jobs", "night", f"{NIGHT}"], home, models)


def listed(outbox: Path) -> dict[str, bytes]:
    """Return what each list file of these scenarios has, unpacked, by path."""
    paths = [path for name in COMPARED for path in outbox.glob(f"*/{name}/*/{NIGHT}/*") if path.name not in (MANIFEST, OK)]
    return {
        f"{path.relative_to(outbox)}": gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in paths
    }


def stages(lake: Lake) -> dict[tuple[str, str], int]:
    """Return how many subscribers chudian has in each stage of each scenario, and in its audience."""
    rows = rows_of(lake, MKT_DECISION, {"scenario": "scenario", "stage": "stage"}).to_pylist()
    counted = Counter((row["scenario"], of) for row in rows for of in (row["stage"], "audience"))
    return {(scenario, stage): count for (scenario, stage), count in counted.items() if stage != "excluded"}


def refuse_differences(lake: Lake, by_hand: dict[str, Any], outbox: Path) -> int:
    """Return how many rows the lists have. SystemExit if lists or stages differ, or if a shared limit binds."""
    binding = [row["name"] for row in lake.log(MKT_LIMIT, business_date=NIGHT) if row["price_fen"] or row["missing"]]
    if binding:
        raise SystemExit(f"the script has no allocation, and these limits bind tonight: {', '.join(binding)}")
    ours, theirs = listed(lake.settings.outbox), listed(outbox)
    different = sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))
    told = {(scenario, stage): count for scenario, stage, count in by_hand["stages"]}
    if different or told != stages(lake):
        raise SystemExit(f"the lists differ: {different}; stages of chudian {stages(lake)}, by hand {told}; {lake.settings.home}, {outbox}")
    if not ours:
        raise SystemExit("no list has a row")
    return sum(content.count(b"\n") - 1 for content in ours.values())


def show(subscribers: int, found: dict[str, tuple[float, float, float]]) -> None:
    """Print every way with its ratio to the script that reads all text; a ratio above 1 is a loss of chudian's."""
    base = found[BY_HAND]
    headings = ("seconds", "processor s", "peak GB", "of the script: seconds", "processor s", "peak")
    grid = Grid(f"{subscribers:,} subscribers", *headings)
    for name, figures in found.items():
        beside = (f"{of / whole:.2f}" for of, whole in zip(figures, base, strict=True))
        grid.add_row(name, f"{figures[0]:.1f}", f"{figures[1]:.1f}", f"{figures[2]:.2f}", *beside)
    console.print(grid)
    ratios = zip(("seconds", "processor seconds", "memory"), found[OF_TWO], base, strict=True)
    lost = ", ".join(f"{ours / whole:.1f} times the {what}" for what, ours, whole in ratios if ours > whole)
    console.print(f"LOST: for C10 and C11 alone chudian takes {lost}." if lost else "chudian is behind in nothing.")
    console.print(NOT_MADE)


def main(
    subscribers: Annotated[int, typer.Option(min=400, help="Subscribers; with fewer the models cannot be trained.")] = 20_000,
    wap_rows: Annotated[int, typer.Option(help="WAP log rows per subscriber and day.")] = 10,
    wap_days: Annotated[int, typer.Option(help="Days of WAP log in the history.")] = 3,
    peers: Annotated[str, typer.Option(help="A Python that has duckdb.")] = PEERS,
    keep: Annotated[bool, typer.Option("--keep", help="Do not delete the homes.")] = False,
) -> None:
    """Load a province, run both nights and the script, compare the lists, and print what each took."""
    root = Path(mkdtemp(prefix="chudian-by-hand-", dir=settings().home.parent))
    home, two, out = root / f"{subscribers}", root / "two", root / "by_hand"
    console.print(f"{subscribers:,} subscribers: loading and training in {root}")
    prepare(root, Province(subscribers=subscribers, night=NIGHT, history_days=110, wap_rows=wap_rows, wap_days=wap_days), home)
    shutil.copytree(home, two, ignore=shutil.ignore_patterns("mlflow"))
    found: dict[str, tuple[float, float, float]] = {}
    for name, spent in (
        ("chudian, 27 scenarios", lambda: chudian(home, home, "night", f"{NIGHT}")),
        (OF_TWO, lambda: night_of_two(two, home)),
    ):
        took = spent()
        found[name] = (took.seconds, took.processor, took.peak_gb)
        console.print(f"{name}: {took.seconds:.0f} s, of the processors {took.processor:.0f} s")
    lake = Lake(settings({"CHUDIAN_HOME": f"{two}"}))
    out.mkdir()
    scores = {"subscriber_id": "subscriber_id", "data_plan_propensity_ppm": "score_ppm"}
    pq.write_table(rows_of(lake, SCORE_SUBSCRIBER, scores), out / "score.parquet")
    effects = {"product_kind": "kind"} | {name: name for name in ("channel", "effect_ppm", "error_ppm")}
    pq.write_table(rows_of(lake, MKT_EFFECT, effects), out / "effect.parquet")
    for name, way in WAYS.items():
        shutil.rmtree(out / "outbox", ignore_errors=True)
        told: dict[str, Any] = measured([*peers.split(), SCRIPT, way, f"{two}", f"{NIGHT}", f"{out}"])
        found[name] = (told["seconds"], told["processor"], told["peak_gb"])
        lists = f"; {refuse_differences(lake, told, out / 'outbox'):,} rows in lists, the same bytes as chudian's" if told["stages"] else ""
        console.print(f"{name}: {told['seconds']:.1f} s{lists}")
    show(subscribers, found)
    cores, memory = os.cpu_count(), psutil.virtual_memory().total / 1e9
    console.print(f"{cores} cores, {memory:.0f} GB, {wap_rows} WAP rows per subscriber and day, {wap_days} days of them")
    if not keep:
        shutil.rmtree(root)


if __name__ == "__main__":
    typer.run(main)
