"""The lists of C10 and C11 as an analyst would make them with DuckDB: `python benchmarks/night_by_hand_duckdb.py WAY HOME DATE OUT`.

Run by benchmarks/night_by_hand.py in an environment of its own, so it imports nothing of chudian. It reads the extracts in a home's landing
folder and the home's token key, and in OUT the Parquet files of tonight's scores and measured effects. It writes the list files below OUT,
and prints JSON: rows in each stage, seconds by the clock, processor seconds and peak GB of the process.

WAY `all` reads the text of all days. `keep` reads what arrived before tonight and keeps it as Parquet in OUT. `tonight` reads that, and the
text that arrived tonight.
"""

import csv
import gzip
import hashlib
import json
import sys
import time
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

BEGAN = time.monotonic()
SQL = Path(__file__).with_name("night_by_hand.sql")
LONG_AGO = date(2000, 1, 1)


class Feed(NamedTuple):
    """How the files of a feed are read, and of how many days; 0 days: the newest extract alone.

    `columns` are those of the file in order: `*` is one that is not needed, a name with `#` a whole number, any other a text.
    """

    columns: str
    days: int
    delimiter: str = ","
    quote: str = ""
    encoding: str = "utf-8"
    header: bool = False


def catalogue(columns: str) -> Feed:
    """Return the layout of a catalogue."""
    return Feed(columns, 0, quote='"', encoding="gb18030", header=True)


# DuckDB reads no GB18030. Where only ASCII columns are needed it reads Latin-1 instead; Python recodes the catalogues. The second byte of a
# Chinese character may be the sign |, but only the last column of the subscribers has Chinese text.
FEEDS = {
    "boss_subscriber": Feed(
        "user_id number * * open_date * number_date state state_date * bundle_end_date * * city county * vip * * * * * * * *",
        *(45, "|", "", "latin-1"),
    ),
    "boss_subscription": Feed("order_id user_id product * * ordered_at cancelled_at effective_date expiry_date", 10_000, "\t"),
    "boss_usage": Feed(
        "user_id use_date voice_local_s# voice_roaming_s# voice_long_s# * sms# bytes_2g# bytes_3g# bytes_4g# * bytes_idle# *", 125, "|"
    ),
    "boss_bill": Feed("user_id bill_month total * * outside * * * * * *", 125),
    "crm_customer": Feed(
        f"user_id {'* ' * 13} consent disturbed_channels {'* ' * 5} sensitive sensitive_channels examined employee *",
        0,
        ",",
        '"',
        "latin-1",
    ),
    "crm_service": Feed("* user_id event_time kind * * case_id * * status * *", 125, ",", '"', "latin-1"),
    "channel_visit": Feed("visit_time number channel *", 90, "|"),
    "external_contact": Feed("* number product channel contact_time arm *", 30),
    "no_call": Feed("number scope list_date", 0, "|"),
    "product_catalog": catalogue("product product_name kind fee from_date to_date"),
    "tariff_catalog": catalogue("product fee allowance_bytes# idle_allowance_bytes# overage# margin# from_date to_date"),
    "resource_catalog": catalogue("resource resource_name * * from_date to_date"),
    "channel_catalog": catalogue("channel * mode cost * from_date to_date"),
}
# The forms of the lists by docs/channels.md: columns, ending of the file's name, delimiter, encoding.
_OFFER = "rank number contact_id scenario product product_name resource resource_name"
USUAL = (f"{_OFFER} message", "csv", ",", "utf-8")
FORMS = {
    "sms": ("rank number contact_id product message", "csv", "|", "gb18030"),
    "crm": (f"{_OFFER} place reason saving_fen bill_change_fen message", "csv", ",", "utf-8"),
    "web_hall": (f"{_OFFER} message", "gz", ",", "utf-8"),
}


class Delivery(NamedTuple):
    """A delivery of a feed: the day it is about, the day it arrived, its files."""

    day: date
    arrived: date
    parts: list[Path]


def deliveries(landing: Path, feed: str, on: date) -> list[Delivery]:
    """Return the newest delivery of each day that the feed is read of, of those that had arrived by the night."""
    chosen: dict[date, tuple[str, str, Path]] = {}
    days = FEEDS[feed].days
    for check in landing.glob(f"*/{feed}/{feed}_*.chk"):
        told, number = check.stem.split("_")[-2:]
        day, arrived = date.fromisoformat(told), check.parent.parent.name
        if arrived <= f"{on}" and day <= on and (not days or day > on - timedelta(days=days)):
            chosen[day] = max(chosen.get(day, ("", "", check)), (arrived, number, check))
    newest = sorted(chosen)[0 if days else -1 :]
    found = ((day, *chosen[day]) for day in newest)
    return [Delivery(day, date.fromisoformat(came), sorted(at.parent.glob(f"{at.stem}_*.txt*"))) for day, came, _, at in found]


def rows(feed: Feed, parts: Iterable[Path], work: Path) -> str:
    """Return SQL for the rows of these files, with `told_on`, the day that each file is about."""
    names = [f"unused_{place}" if name == "*" else name.rstrip("#") for place, name in enumerate(feed.columns.split())]
    wanted = [
        f"try_cast({name} AS BIGINT) AS {name}" if said.endswith("#") else name
        for said, name in zip(feed.columns.split(), names, strict=True)
        if said != "*"
    ]
    paths = [f"{recoded(path, work) if feed.header else path}" for path in parts]
    layout = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    is_latin = feed.encoding == "latin-1"
    read = (
        f"read_csv({paths}, delim='{feed.delimiter}', quote='{feed.quote}', escape='{feed.quote}', header={feed.header}, "
        f"columns={{{layout}}}, auto_detect=false, filename=true, ignore_errors=true, null_padding={is_latin}, "
        f"encoding='{'latin-1' if is_latin else 'utf-8'}')"
    )
    if not paths:
        read = f"(SELECT {', '.join(f'NULL::VARCHAR AS {name}' for name in names)}, '' AS filename WHERE false)"
    day = "strptime(regexp_extract(filename, '_([0-9]{8})_[0-9]+_[0-9]+[.]txt', 1), '%Y%m%d')::DATE"
    return f"SELECT {', '.join(wanted)}, {day} AS told_on FROM {read}"


def recoded(path: Path, work: Path) -> Path:
    """Return the file in UTF-8."""
    (work / path.name).write_text(path.read_text("gb18030"), "utf-8")
    return work / path.name


def keep(db: Any, landing: Path, on: date, out: Path) -> None:
    """Keep what arrived before tonight as Parquet, one file a feed. Of extracts of which only the newest counts nothing is kept."""
    for name, feed in FEEDS.items():
        if feed.days:
            earlier = [part for of in deliveries(landing, name, on) if of.arrived < on for part in of.parts]
            db.execute(f"COPY ({rows(feed, earlier, out)}) TO '{out}/{name}.parquet' (FORMAT parquet)")


def read(db: Any, landing: Path, on: date, out: Path, only_tonight: bool) -> None:
    """Make a view of each feed, and a table of the days that came."""
    db.execute("CREATE TABLE delivered (feed VARCHAR, day DATE)")
    for name, feed in FEEDS.items():
        came = deliveries(landing, name, on)
        if came:
            db.executemany("INSERT INTO delivered VALUES (?, ?)", [(name, of.day) for of in came])
        kept = feed.days and only_tonight
        new = [of for of in came if of.arrived == on or not kept]
        found = rows(feed, [part for of in new for part in of.parts], out)
        if kept:
            replaced = ", ".join(f"DATE '{of.day}'" for of in new) or "NULL"
            found += f" UNION ALL BY NAME SELECT * FROM '{out}/{name}.parquet' WHERE (told_on IN ({replaced})) IS NOT true"
        db.execute(f"CREATE VIEW {name} AS {found}")


def make(db: Any, home: Path, on: date, out: Path) -> None:
    """Run the SQL."""
    key = (home / "vault" / "token.key").read_bytes()
    block = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    db.execute("SET VARIABLE night = ?", [on])
    db.execute("SET VARIABLE key_inside = ?::BLOB", [bytes(one ^ 0x36 for one in block)])
    db.execute("SET VARIABLE key_outside = ?::BLOB", [bytes(one ^ 0x5C for one in block)])
    for name in ("score", "effect"):
        db.execute(f"CREATE VIEW {name} AS FROM '{out}/{name}.parquet'")
    db.execute(SQL.read_text("utf-8"))


def write(db: Any, on: date, outbox: Path) -> None:
    """Write the list files, one for each city."""
    for channel, scenario, city in db.sql("SELECT DISTINCT channel, scenario, city FROM list_row").fetchall():
        columns, ending, delimiter, encoding = FORMS.get(channel, USUAL)
        path = outbox / channel / scenario / "wave1" / f"{on}" / f"{city}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        of_file = "channel = ? AND scenario = ? AND city = ? ORDER BY rank"
        found = db.execute(f"SELECT {', '.join(columns.split())} FROM list_row WHERE {of_file}", [channel, scenario, city]).fetchall()
        opened: Any = gzip.open if ending == "gz" else open
        with opened(path, "wt", encoding=encoding, newline="") as file:
            lines = csv.writer(file, delimiter=delimiter, lineterminator="\n")
            lines.writerow(columns.split())
            lines.writerows(found)


def peak_gb() -> float:
    """Peak memory by Linux's own count."""
    (peak,) = (line.split()[1] for line in Path("/proc/self/status").read_text("utf-8").splitlines() if line.startswith("VmHWM"))
    return int(peak) / 1e6


def main(way: str, home: Path, on: date, out: Path) -> None:
    """Keep, or make the lists: none, if the bills of last month are not settled."""
    import duckdb

    db = duckdb.connect()
    if way == "keep":
        keep(db, home / "landing", on, out)
    else:
        read(db, home / "landing", on, out, way == "tonight")
        make(db, home, on, out)
        write(db, on, out / "outbox")
    spent = {"seconds": time.monotonic() - BEGAN, "processor": time.process_time(), "peak_gb": peak_gb()}
    stages = db.sql("FROM stage_count").fetchall() if way != "keep" else []
    sys.stdout.write(json.dumps({"stages": stages, **spent}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), date.fromisoformat(sys.argv[3]), Path(sys.argv[4]))
