"""DuckDB or Polars makes sums over windows: a worker of benchmarks/windows.py, in an environment of its own, without chudian.

The files are those of our Delta table. `scratch` reads all days of the windows. `incremental` reads its own state of the night before, and
the days that entered or left a window. Both end with a Parquet file of tags, one row for each subscriber of the night.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

# Tag -> its quantity in SQL; each is a sum.
QUANTITIES = {
    "data_bytes": "data_bytes",
    "voice_s": "(voice_local_s + voice_roaming_s + voice_long_s)",
    "data_days": "CAST(data_bytes > 0 AS BIGINT)",
    "active_days": "CAST(1 AS BIGINT)",
}


def tags(lengths: list[int]) -> list[tuple[str, str, int]]:
    """Return (tag, quantity, days of its window)."""
    return [(f"{name}_{days}d", sql, days) for name, sql in QUANTITIES.items() for days in lengths]


def first(on: date, days: int) -> date:
    """Return the first day of a window."""
    return on - timedelta(days=days - 1)


def duckdb_scratch(db: Any, on: date, lengths: list[int], files: dict[str, str], spine: list[str], out: str) -> None:
    """Sum all days in one statement."""
    sums = ", ".join(f"sum(CASE WHEN day >= DATE '{first(on, days)}' THEN {sql} ELSE 0 END) AS {tag}" for tag, sql, days in tags(lengths))
    paths = [path for day, path in files.items() if f"{first(on, max(lengths))}" <= day <= f"{on}"]
    made = f"SELECT subscriber_id, {sums} FROM {_parquet(paths)} GROUP BY subscriber_id"
    _tags(db, made, lengths, spine, out)


def duckdb_incremental(
    db: Any, on: date, lengths: list[int], files: dict[str, str], spine: list[str], out: str, state: str, state_before: str
) -> None:
    """Add what entered and subtract what left, in the state of the night before."""
    left = {days: on - timedelta(days=days) for days in lengths}
    cases = {days: f"CASE day WHEN DATE '{on}' THEN 1 WHEN DATE '{day}' THEN -1 ELSE 0 END" for days, day in left.items()}
    moved = ", ".join(f"sum({sql} * {cases[days]}) AS {tag}" for tag, sql, days in tags(lengths))
    paths = [files[f"{day}"] for day in (on, *left.values())]
    names = [tag for tag, _, _ in tags(lengths)]
    changes = f"SELECT subscriber_id, {moved} FROM {_parquet(paths)} GROUP BY subscriber_id"
    both = f"SELECT subscriber_id, {', '.join(names)} FROM '{state_before}' UNION ALL {changes}"
    sums = ", ".join(f"sum({name}) AS {name}" for name in names)
    db.sql(f"COPY (SELECT subscriber_id, {sums} FROM ({both}) GROUP BY subscriber_id) TO '{state}' (FORMAT parquet)")
    _tags(db, f"SELECT * FROM '{state}'", lengths, spine, out)


def _parquet(paths: list[str]) -> str:
    return f"read_parquet({paths!r}, hive_partitioning=true)"


def _tags(db: Any, sums: str, lengths: list[int], spine: list[str], out: str) -> None:
    names = ", ".join(f"CAST(coalesce({tag}, 0) AS BIGINT) AS {tag}" for tag, _, _ in tags(lengths))
    query = f"SELECT subscriber_id, {names} FROM {_parquet(spine)} LEFT JOIN ({sums}) USING (subscriber_id)"
    db.sql(f"COPY ({query}) TO '{out}' (FORMAT parquet)")


def polars_scratch(_: Any, on: date, lengths: list[int], files: dict[str, str], spine: list[str], out: str) -> None:
    """The same as a streaming query."""
    import polars as pl

    read = ["subscriber_id", "data_bytes", "voice_local_s", "voice_roaming_s", "voice_long_s"]
    chosen = {day: path for day, path in files.items() if f"{first(on, max(lengths))}" <= day <= f"{on}"}
    rows = pl.concat(
        pl.scan_parquet(path, hive_partitioning=False).select(*read, pl.lit(date.fromisoformat(day)).alias("day"))
        for day, path in chosen.items()
    )
    value = {
        "data_bytes": pl.col("data_bytes"),
        "voice_s": pl.col("voice_local_s") + pl.col("voice_roaming_s") + pl.col("voice_long_s"),
        "data_days": (pl.col("data_bytes") > 0).cast(pl.Int64),
        "active_days": pl.lit(1, pl.Int64),
    }
    sums = [
        pl.when(pl.col("day") >= first(on, days)).then(value[tag.rsplit("_", 1)[0]]).otherwise(0).sum().alias(tag)
        for tag, _, days in tags(lengths)
    ]
    made = rows.group_by("subscriber_id").agg(sums)
    people = pl.scan_parquet(spine, hive_partitioning=False).select("subscriber_id")
    people.join(made, on="subscriber_id", how="left").with_columns(pl.col(tag).fill_null(0) for tag, _, _ in tags(lengths)).sink_parquet(
        out
    )


def checked(db: Any, files: list[str], lengths: list[int]) -> dict[str, Any]:
    """Return rows and a sum of hashes, which equal answers share whatever their order."""
    names = ", ".join(f"CAST({tag} AS BIGINT)" for tag, _, _ in tags(lengths))
    query = (
        f"SELECT count(*), CAST(sum(CAST(md5_number_lower(concat_ws('|', subscriber_id, {names})) AS HUGEINT)) AS VARCHAR) "
        f"FROM read_parquet({files!r}, hive_partitioning=false)"
    )
    return {"answer": db.sql(query).fetchall()[0]}


WORK: dict[str, Callable[..., None]] = {
    "duckdb scratch": duckdb_scratch,
    "duckdb incremental": duckdb_incremental,
    "polars scratch": polars_scratch,
}


def peak_gb() -> float:
    """Peak memory by Linux's own count."""
    (peak,) = (line.split()[1] for line in Path("/proc/self/status").read_text("utf-8").splitlines() if line.startswith("VmHWM"))
    return int(peak) / 1e6


def main() -> None:
    """Answer line by line, as benchmarks/worker.py asks."""
    import duckdb

    db = duckdb.connect()
    for line in sys.stdin:
        asked = json.loads(line)
        what = asked.pop("what")
        if what == "check":
            found = checked(db, **asked)
        else:
            began, used = time.monotonic(), time.process_time()
            WORK[what](db, date.fromisoformat(asked.pop("on")), **asked)
            found = {"seconds": time.monotonic() - began, "processor": time.process_time() - used, "peak_gb": peak_gb()}
        sys.stdout.write("=> " + json.dumps(found) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
