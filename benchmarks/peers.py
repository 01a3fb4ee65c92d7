"""DuckDB or Polars reads a feed's parts, types the cells and writes Parquet: `python benchmarks/peers.py duckdb boss_usage OUT PART...`.

Run by benchmarks/receive.py in an environment of its own, so it imports nothing of chudian. It prints JSON: rows and a checksum of the
Parquet file, seconds by the clock, processor seconds and peak GB of the process.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

USAGE = (
    *(("user_id", "text"), ("use_date", "date"), ("voice_local_s", "int"), ("voice_roaming_s", "int"), ("voice_long_s", "int")),
    *(("voice_off_net_s", "int"), ("sms_count", "int"), ("bytes_2g", "int"), ("bytes_3g", "int"), ("bytes_4g", "int")),
    *(("bytes_wlan", "int"), ("idle_bytes", "int"), ("data_fee_outside", "yuan")),
)
WAP = (
    *(("requested_at", "time"), ("number", "text"), ("url", "text"), ("user_agent", "text"), ("rat", "text"), ("cell", "text")),
    *(("bytes_up", "int"), ("bytes_down", "int"), ("status", "int")),
)
# Feed -> (columns, delimiter, column for the checksum).
FEEDS = {"boss_usage": (USAGE, "|", "bytes_4g"), "wap_log": (WAP, "\x01", "bytes_down")}


def duckdb(feed: str, out: str, parts: list[str]) -> None:
    """Read, type and write in one statement."""
    import duckdb

    columns, delimiter, _ = FEEDS[feed]
    raw = {"int": "BIGINT", "yuan": "DECIMAL(18,2)"}
    typed = {"date": "CAST(strptime({0}, '%Y%m%d') AS DATE)", "time": "strptime({0}, '%Y%m%d%H%M%S')", "yuan": "CAST({0} * 100 AS BIGINT)"}
    wanted = ", ".join(f"{typed.get(kind, '{0}').format(name)} AS {name}" for name, kind in columns)
    layout = ", ".join(f"'{name}': '{raw.get(kind, 'VARCHAR')}'" for name, kind in columns)
    files = ", ".join(f"'{part}'" for part in parts)
    read = f"read_csv([{files}], delim='{delimiter}', header=false, quote='', escape='', auto_detect=false, columns={{{layout}}})"
    duckdb.sql(f"COPY (SELECT {wanted} FROM {read}) TO '{out}' (FORMAT parquet)")


def polars(feed: str, out: str, parts: list[str]) -> None:
    """The same as a streaming query."""
    import polars

    columns, delimiter, _ = FEEDS[feed]
    raw = {"int": polars.Int64, "yuan": polars.Decimal(18, 2)}
    lines = polars.scan_csv(
        parts, separator=delimiter, has_header=False, quote_char=None, schema={name: raw.get(kind, polars.String) for name, kind in columns}
    )
    typed = {
        "date": lambda name: polars.col(name).str.to_date("%Y%m%d"),
        "time": lambda name: polars.col(name).str.to_datetime("%Y%m%d%H%M%S"),
        "yuan": lambda name: (polars.col(name) * 100).cast(polars.Int64),
    }
    lines.with_columns(typed[kind](name) for name, kind in columns if kind in typed).sink_parquet(out)


ENGINES: dict[str, Callable[[str, str, list[str]], None]] = {"duckdb": duckdb, "polars": polars}


def _peak_gb() -> float:
    """Peak memory by Linux's own count. getrusage would count the process that started this one too."""
    (peak,) = (line.split()[1] for line in Path("/proc/self/status").read_text("utf-8").splitlines() if line.startswith("VmHWM"))
    return int(peak) / 1e6


def main(engine: str, feed: str, out: str, *parts: str) -> None:
    """Measure the engine once, then count what it wrote."""
    __import__(engine)
    began, used = time.monotonic(), time.process_time()
    ENGINES[engine](feed, out, list(parts))
    spent = {"seconds": time.monotonic() - began, "processor": time.process_time() - used}
    spent["peak_gb"] = _peak_gb()
    import duckdb as counter

    found = counter.sql(f"SELECT count(*), CAST(sum({FEEDS[feed][2]}) AS BIGINT) FROM '{out}'").fetchall()
    rows, checksum = found[0]
    sys.stdout.write(json.dumps({"rows": rows, "checksum": checksum, **spent}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
