"""Draws deliveries, writes them, and says what is wrong with what became of them."""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from pyspark.sql import SparkSession

from expectations.checks import is_code
from expectations.dates import iso_day
from expectations.feed import Feed
from expectations.feeds import FEEDS
from jobs.receive.deliveries import Delivery, deliveries
from jobs.receive.parse import parsed
from tests.jobs.receive.fuzz.files import FILES
from tests.jobs.receive.fuzz.lines import LINES
from tests.jobs.receive.fuzz.sent import LOADED, QUARANTINED, REFUSED, UNSEEN, Kind, Line, Sent, Shipped

KINDS: dict[str, Kind] = LINES | FILES
FIRST = date(2026, 3, 4)
MOST_LINES, MOST_SEQUENCES = 12, 99


def shipped_in(landing: Path) -> dict[str, Shipped]:
    """The largest delivery of each feed that a simulated province has."""
    found = {}
    for feed in FEEDS.values():
        largest: list[str] = []
        for part in sorted(landing.glob(f"*/{feed.name}/*.{feed.suffix}")):
            content = gzip.decompress(part.read_bytes()) if feed.gzip else part.read_bytes()
            texts = content.decode(feed.encoding).split("\n")[int(feed.header) : -1]
            if len(texts) > len(largest):
                largest, day = texts, re.search("_([0-9]{8})_", part.name)[1]
        if len(largest) > 1:
            found[feed.name] = Shipped(feed, iso_day(f"{day[:4]}-{day[4:6]}-{day[6:]}") or FIRST, tuple(largest[:200]))
    return found


@dataclass(frozen=True)
class Drawn:
    """A delivery that was written: its kind of change, and where it is."""

    kind: str
    sent: Sent
    known_on: date
    part: str


def draw(chance: Random, shipped: Shipped) -> tuple[str, Sent]:
    """A delivery of some of the lines with one change that the feed has a place for."""
    while True:
        kind = chance.choice(list(KINDS))
        first = chance.randrange(len(shipped.lines))
        span = range(first, min(first + chance.randrange(2, MOST_LINES), len(shipped.lines)))
        sent = Sent(shipped, [Line(shipped.lines[at], at) for at in span], [field.name for field in shipped.feed.fields])
        if KINDS[kind].change(chance, sent):
            return kind, sent


def draw_many(chance: Random, shipped: Shipped, landing: Path, count: int, first: date = FIRST) -> list[Drawn]:
    """Draw and write so many deliveries of a feed, the first of them with all shipped lines unchanged; 99 to a night's folder."""
    whole = Sent(shipped, [Line(text, at) for at, text in enumerate(shipped.lines)], [field.name for field in shipped.feed.fields])
    every = [("nothing", whole), *(draw(chance, shipped) for _ in range(count))]
    drawn = []
    for number, (kind, sent) in enumerate(every):
        known_on = first + timedelta(days=number // MOST_SEQUENCES)
        drawn.append(Drawn(kind, sent, known_on, sent.write(landing, known_on, number % MOST_SEQUENCES + 1)))
    return drawn


def through_the_door(feed: Feed, landing: Path, drawn: list[Drawn]) -> tuple[dict[tuple[date, str], Delivery], list[str]]:
    """The accepted deliveries by night and part, and what is wrong with what the door said."""
    last = max(one.known_on for one in drawn)
    found = {(one.known_on, one.sequence, one.data_date): one for one in deliveries(feed, landing, FIRST, last)}
    accepted, wrong = {}, []
    for number, one in enumerate(drawn):
        kind = KINDS[one.kind]
        place = (one.known_on, number % MOST_SEQUENCES + 1, one.sent.data_date or one.sent.shipped.data_date)
        came = found.pop(place, None)
        if came is None:
            wrong += [] if kind.outcome == UNSEEN else [f"{one.kind}: not seen"]
        elif (kind.outcome == REFUSED) != bool(came.faults):
            wrong.append(f"{one.kind}: expected to be {kind.outcome}, faults are {came.faults}")
        elif came.faults:
            wrong += [] if any(re.search(kind.why, fault) for fault in came.faults) else [f"{one.kind}: faults are {came.faults}"]
        elif came.rows != len(one.sent.rows):
            wrong.append(f"{one.kind}: counted {came.rows} rows of {len(one.sent.rows)}")
        else:
            accepted[one.known_on, one.part] = came
    return accepted, wrong + [f"{place}: a delivery that nobody sent" for place in found]


Parsed = dict[tuple[date, str], list[dict[str, Any]]]


def parse(spark: SparkSession, feed: Feed, accepted: list[Delivery], key: Path) -> Parsed:
    """The rows of each part in file order; blank lines are left out."""
    columns = [name for name in (column.name for column in feed.table.columns) if name not in ("load_id", "feed")]
    rows = parsed(spark, feed, accepted, key).where("reasons IS NOT NULL")
    each = (
        rows.select("known_on", "file", "block", "at", "reasons", *(name for name in columns if name != "known_on")).toArrow().to_pylist()
    )
    by_part: Parsed = {}
    for row in sorted(each, key=lambda row: (row.pop("block"), row.pop("at"))):
        by_part.setdefault((row.pop("known_on"), row.pop("file")), []).append(row)
    return by_part


def wrong_in(drawn: list[Drawn], accepted: dict[tuple[date, str], Delivery], rows: Parsed) -> Iterator[str]:
    """Compare each row with what must become of its line."""
    whole = rows[drawn[0].known_on, drawn[0].part]
    for one in drawn:
        if (place := (one.known_on, one.part)) not in accepted:
            continue
        came, lines = rows.get(place, []), one.sent.rows
        if len(came) != len(lines):
            yield f"{one.kind}: {len(came)} rows of {len(lines)} lines"
            continue
        for line, row in zip(lines, came, strict=True):
            if line.like is not None:
                if row != whole[line.like]:
                    yield f"{one.kind}: a line that was not changed gives another row: {row} instead of {whole[line.like]}"
            elif fault := _wrong(KINDS[one.kind], one.sent, row["reasons"]):
                yield f"{one.kind}, {one.sent.shipped.feed.name}.{one.sent.changed}: {fault}; the line is {line.text!r}"
            elif not row["reasons"] and (told := _personal(one.sent.shipped, line.text, row)):
                yield f"{one.kind}: a row that is loaded has personal text in {told}; the line is {line.text!r}"


def _personal(shipped: Shipped, line: str, row: dict[str, Any]) -> list[str]:
    """Columns of the row with the text of a personal cell. A birthday or a postcode reads like any code."""
    cells, personal = set(shipped.cells(line)), {text for text in shipped.personal if not is_code(text)}
    return [column for column, value in row.items() if isinstance(value, str) and value in cells & personal]


def _wrong(kind: Kind, sent: Sent, reasons: list[str]) -> str | None:
    width = len(sent.shipped.feed.fields)
    counts = {"width": width, "more": width + 1, "less": width - 1, "joined": 2 * width - 1, "field": re.escape(sent.changed)}
    pattern = kind.why
    for name, value in counts.items():
        pattern = pattern.replace(f"{{{name}}}", f"{value}")
    if kind.outcome == LOADED and reasons:
        return f"expected to be loaded, reasons are {reasons}"
    if kind.outcome == QUARANTINED and not any(re.search(pattern, reason) for reason in reasons):
        return f"expected the reason {pattern}, reasons are {reasons}"
    return None
