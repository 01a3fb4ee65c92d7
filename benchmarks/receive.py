"""How fast receive is, beside DuckDB and Polars: `python -m benchmarks.receive --rows 1000000`.

For each feed the same gzip parts are read three times. chudian receives them: checks, tokens, quarantine, audit and published tables.
DuckDB and Polars read them, type the cells and write Parquet, in an environment of their own (`uv run --with duckdb --with polars`; the
first run downloads them). Rows and a checksum must be equal before a time is printed.

A first delivery of two parts, which is not measured, warms Java and two workers up. The lines are those of a simulated province, copied
with other user ids and numbers until there are enough.
"""

import gzip
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.table import Table as Grid

from benchmarks.night import NIGHT, console
from expectations.feed import Feed
from expectations.feeds import FEEDS
from jobs.runtime.settings import CHECKOUT
from jobs.runtime.vault import make_demo_key
from simulator.history import simulate
from simulator.province import Province

SUBSCRIBERS, WAP_ROWS = 20_000, 10
ROWS_A_PART = 250_000
WARM_ROWS = 300_000
PEERS = f"{sys.prefix}/bin/uv run --quiet --isolated --no-project --with duckdb --with polars python"


def lines_of(landing: Path, feed: Feed, on: date) -> list[bytes]:
    """Return the lines of the simulated delivery of that day."""
    (part,) = (landing / f"{on}" / feed.name).glob(f"*.{feed.suffix}")
    return gzip.decompress(part.read_bytes()).splitlines()


def copies(feed: Feed, lines: list[bytes], rows: int) -> Iterator[bytes]:
    """Yield so many lines: the given ones again and again, each time of other people."""
    sign = feed.delimiter.encode()
    for number in range(rows):
        copy, at = divmod(number, len(lines))
        if feed.name == "wap_log":
            moment, msisdn, rest = lines[at].split(sign, 2)
            yield sign.join((moment, b"1%02d%s" % (30 + copy % 70, msisdn[3:]), rest))
        else:
            user, rest = lines[at].split(sign, 1)
            yield b"%d%s%s" % (int(user) + copy * 10**11, sign, rest)


def deliver(home: Path, feed: Feed, lines: list[bytes], rows: int, on: date, day: date) -> list[Path]:
    """Write a delivery of so many rows about `on`; `day` is the date in the lines. Return its parts."""
    folder = home / "landing" / f"{on}" / feed.name
    folder.mkdir(parents=True)
    every, told, parts = copies(feed, lines, rows), [], []
    # The day is the second column of the usage, and begins a line of the log.
    dated = re.compile(rb"(^|[|])" + f"{day:%Y%m%d}".encode())
    for part in range(1, -(-rows // ROWS_A_PART) + 1):
        path, count = folder / feed.part_name(on, 1, part), 0
        with gzip.GzipFile(path, "wb", compresslevel=6, mtime=0) as out:
            for line in every:
                out.write(re.sub(dated, rb"\g<1>" + f"{on:%Y%m%d}".encode(), line, count=1) + b"\n")
                count += 1
                if count == ROWS_A_PART:
                    break
        content = path.read_bytes()
        told.append(f"{path.name}|{count}|{len(content)}|{hashlib.md5(content, usedforsecurity=False).hexdigest()}|{on:%Y%m%d}\n")
        parts.append(path)
    (folder / feed.check_name(on, 1)).write_text("".join(told), "utf-8")
    return parts


def measured(command: list[str]) -> dict[str, float]:
    """Run a measured process and return the JSON that it printed last. A failure ends the benchmark."""
    ended = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise SystemExit(f"{' '.join(command[:6])} failed:\n{ended.stderr[-2000:]}")
    found: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return found


def show(name: str, found: dict[str, dict[str, float]], size: int) -> None:
    """Print the three side by side; SystemExit if they do not have the same rows."""
    counts = {(one["rows"], one["checksum"]) for one in found.values()}
    if len(counts) > 1:
        raise SystemExit(f"{name}: rows and checksums differ: {found}")
    ((rows, _),) = counts
    grid = Grid(f"{name}: {rows:,} rows, {size / 1e6:.0f} MB gzip", "seconds", "rows a second", "processor s", "of DuckDB's", "peak GB")
    for engine, one in found.items():
        ratio = one["processor"] / found["duckdb"]["processor"]
        figures = (
            f"{one['seconds']:.1f}",
            f"{rows / one['seconds']:,.0f}",
            f"{one['processor']:.1f}",
            f"{ratio:.2f}",
            f"{one['peak_gb']:.2f}",
        )
        grid.add_row(engine, *figures)
    console.print(grid)


def main(
    rows: Annotated[int, typer.Option(min=1, help="Rows of each feed.")] = 1_000_000,
    feeds: Annotated[str, typer.Option(help="boss_usage, wap_log or both, separated by a comma.")] = "boss_usage,wap_log",
    peers: Annotated[str, typer.Option(help="A Python that has duckdb and polars.")] = PEERS,
) -> None:
    """Write the deliveries, receive them, and let the others read them."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        simulate(_province(), root / "simulated")
        for name in feeds.split(","):
            feed, home, before = FEEDS[name], root / name, NIGHT - timedelta(days=1)
            lines = lines_of(root / "simulated" / "landing", feed, NIGHT)
            make_demo_key(home / "vault", 1)
            deliver(home, feed, lines, WARM_ROWS, before, NIGHT)
            parts = deliver(home, feed, lines, rows, NIGHT, NIGHT)
            found = {"chudian": measured([sys.executable, "-m", "benchmarks.receive_once", str(home), name, f"{NIGHT}"])}
            for engine in ("duckdb", "polars"):
                script = [*peers.split(), "benchmarks/peers.py", engine, name, str(root / f"{name}_{engine}.parquet")]
                found[engine] = measured([*script, *map(str, parts)])
            show(name, found, sum(part.stat().st_size for part in parts))


def _province() -> Province:
    return Province(
        subscribers=SUBSCRIBERS, night=NIGHT, wap_rows=WAP_ROWS, history_days=1, wap_days=1, event_days=1, location_days=1, bill_months=1
    )


if __name__ == "__main__":
    typer.run(main)
