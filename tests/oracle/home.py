"""The clean rows of a home, as a night knew them: read with delta-rs, without a line of the pipeline."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from deltalake import DeltaTable

from tests.oracle.person import MONTHLY, Person, Row, Rows

ZONE = ZoneInfo("Asia/Shanghai")
# The facts that tags are made of, with the feed whose loads decide which rows count; None where several feeds do.
FACTS = {
    "ods.usage": "boss_usage",
    "ods.bill": "boss_bill",
    "dwd.content_daily": "wap_log",
    "dwd.term_daily": "wap_log",
    "dwd.location": "location",
    "dwd.channel_visit": "channel_visit",
    "dwd.feedback": None,
    "dwd.external_contact": "external_contact",
    "dwd.contact_cost": None,
    "ods.service_event": "crm_service",
    "ods.platform_usage": "platform_usage",
}
DAILY = {"boss_usage", "wap_log", "location", "channel_visit", "crm_service", "platform_usage"}
SNAPSHOTS = ("dwd.subscription_interval", "dwd.channel_response", "dwd.family_member", "dwd.group_member")
# Of families that look back, how many nights.
BEFORE = {"lifecycle": 7, "terminal": 7, "identity": 7, "segment": 40, "recognition": 7}


def rows_of(home: Path, table: str) -> Rows:
    """All rows of a table, times in Shanghai; none if it was never written."""
    place = home / "lake" / Path(*table.split("."))
    if not (place / "_delta_log").exists():
        return []
    found = DeltaTable(str(place)).to_pyarrow_table().to_pylist()
    for row in found:
        row |= {name: value.astimezone(ZONE) for name, value in row.items() if isinstance(value, datetime)}
    return found


def chosen_loads(loads: Rows, on: date) -> set[tuple[str, str]]:
    """The newest load known on the night of each feed, scope and event date, by feed and id."""
    newest: dict[tuple[str, str, date], Row] = {}
    for row in sorted(loads, key=lambda row: (row["known_on"], row["data_date"], row["sequence"], row["load_id"] or "")):
        if row["state"] == "loaded" and row["known_on"] <= on and row["event_date"] <= on:
            newest[row["feed"], row["scope"], row["event_date"]] = row
    return {(row["feed"], row["load_id"]) for row in newest.values()}


def absent_days(loads: Rows, on: date, feed: str) -> frozenset[date]:
    """The days since the feed's first one whose own delivery has not come by the night."""
    known = [row for row in loads if row["feed"] == feed and row["known_on"] <= on]
    came = {row["data_date"] for row in known if row["state"] in ("loaded", "duplicate")}
    loaded = {row["event_date"] for row in known if row["state"] == "loaded"} & came
    first = min(loaded, default=on)
    return frozenset(day for back in range((on - first).days + 1) if (day := first + timedelta(days=back)) not in loaded)


def by_subscriber(rows: Iterable[Row]) -> dict[str, Rows]:
    found = defaultdict[str, Rows](list)
    for row in rows:
        found[row["subscriber_id"]].append(row)
    return found


def night_before(home: Path, family: str, on: date, nights: int) -> dict[str, Row]:
    """The family's tags of the newest of the nights before."""
    earlier = [row for row in rows_of(home, f"tag.{family}") if on - timedelta(days=nights) <= row["business_date"] < on]
    newest = max((row["business_date"] for row in earlier), default=None)
    return {row["subscriber_id"]: row for row in earlier if row["business_date"] == newest}


def people_of(home: Path, on: date) -> dict[str, Person]:
    """Everybody of the night, by token, with what the night knew of them."""
    loads = rows_of(home, "ops.load")
    chosen = chosen_loads(loads, on)
    tables: dict[str, dict[str, Rows]] = {}
    for table in FACTS:
        rows = [row for row in rows_of(home, table) if row["known_on"] <= on and (row["feed"], row["load_id"]) in chosen]
        tables[table] = by_subscriber(row for row in rows if row[MONTHLY.get(table, "day")] <= on)
    for table in SNAPSHOTS:
        tables[table] = by_subscriber(row for row in rows_of(home, table) if row["business_date"] == on)
    absent = {table: absent_days(loads, on, feed) for table, feed in FACTS.items() if feed in DAILY}
    handsets = [row for row in rows_of(home, "ods.terminal") if (row["feed"], row["load_id"]) in chosen]
    last = max((row["day"] for row in handsets), default=None)
    catalogue = {row["tac"]: row for row in handsets if row["day"] == last}
    before = {family: night_before(home, family, on, nights) for family, nights in BEFORE.items()}
    return {
        spine["subscriber_id"]: Person(
            on=on,
            spine=spine,
            rows={table: of.get(spine["subscriber_id"], []) for table, of in tables.items()},
            absent=absent,
            before={family: of[who] for family, of in before.items() if (who := spine["subscriber_id"]) in of},
            terminal=catalogue.get(spine["tac"], {}),
        )
        for spine in rows_of(home, "dwd.subscriber")
        if spine["business_date"] == on
    }
