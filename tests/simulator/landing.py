"""Reading a landing back as text, by the feeds' declarations, and provinces small enough for tests."""

import csv
import gzip
from datetime import date
from pathlib import Path

import pandas as pd

from expectations.feed import Feed
from expectations.feeds import FEEDS
from simulator.province import Province

SMALL = Province(
    subscribers=300, seed=7, night=date(2026, 3, 4), wap_rows=3, history_days=70, wap_days=12, event_days=20, location_days=5, bill_months=5
)

# A feed of your own is declared beside these; the simulator does not deliver it.
DELIVERED = {
    *("boss_subscriber", "boss_subscription", "boss_usage", "boss_bill", "crm_customer", "wap_log", "terminal"),
    *("product_catalog", "tariff_catalog", "resource_catalog", "channel_catalog", "capacity_catalog", "org", "cell_catalog"),
    *("channel_visit", "external_contact", "no_call"),
    *("family_tie", "group_tie", "crm_service", "location", "platform_usage", "points_event", "recommendation", "survey"),
}


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its relative path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def text_lines(path: Path, feed: Feed) -> list[bytes]:
    """The data lines of one part, header left out, as they lie there."""
    raw = gzip.decompress(path.read_bytes()) if feed.gzip else path.read_bytes()
    return raw.split(b"\n")[int(feed.header) : -1]


def parts(home: Path, feed: Feed, stem: str = "") -> list[Path]:
    """The parts of a feed in order of known-on and name; `stem` narrows them to names that begin so."""
    return sorted((home / "landing").glob(f"*/{feed.name}/{stem or feed.name}*.{feed.suffix}"))


def rows(home: Path, name: str, stem: str = "") -> pd.DataFrame:
    """All rows of a feed as text, with the data date of their file."""
    feed = FEEDS[name]
    columns = [field.name for field in feed.fields]
    found = []
    for path in parts(home, feed, stem):
        lines = [line.decode(feed.encoding) for line in text_lines(path, feed)]
        quoting = {"quotechar": feed.quote} if feed.quote else {"quoting": csv.QUOTE_NONE}
        frame = pd.DataFrame(list(csv.reader(lines, delimiter=feed.delimiter, **quoting)), columns=columns)
        found.append(frame.assign(data_date=path.name.split("_")[-3]))
    return pd.concat(found, ignore_index=True)
