"""Quarantined rows: counted, read from the vault by those who may, and sent again corrected, with the good rows, as a new delivery.

If the feed has headers, the rows that are written out are below the header of their part, because parts may have other orders of columns.
"""

import gzip
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from expectations.errors import FeedError, teach, unknown
from expectations.feed import Feed
from expectations.feeds import FEEDS
from expectations.files import CheckFile, Settles
from expectations.tables.ops import OPS_LOAD, OPS_QUARANTINE
from expectations.tables.vault import VAULT_QUARANTINE
from jobs.receive.complete import told_by_names
from jobs.receive.contents import BLANK, ENDS, blocks, inflated
from jobs.receive.deliveries import Delivery, Part, deliveries
from jobs.receive.releases import Listed, identity, in_order
from jobs.receive.repeats import SUPERSEDED
from jobs.runtime.lake import Lake
from jobs.runtime.settings import Settings


@dataclass(frozen=True)
class Counts:
    """How many rows of a feed and night are quarantined for a reason; a row may have several."""

    feed: str
    known_on: date
    reason: str
    rows: int


def counts(lake: Lake, feed: str | None, known_on: date | None) -> list[Counts]:
    """Return the counts by feed, night and reason, the newest night first, without those of loads that a newer one has replaced.

    FeedError for a feed that is not declared.
    """
    if feed is not None and feed not in FEEDS:
        raise FeedError(unknown("feed", feed, FEEDS))
    asked = {"feed": feed, "known_on": known_on}
    counted: dict[tuple[date, str, str], int] = {}
    rows = lake.log(OPS_QUARANTINE, **{name: value for name, value in asked.items() if value is not None})
    current = {name: _in_force(lake, name) for name in {row["feed"] for row in rows}}
    for row in rows:
        for reason in row["reasons"] if row["load_id"] in current[row["feed"]] else ():
            place = (row["known_on"], row["feed"], reason)
            counted[place] = counted.get(place, 0) + 1
    newest_first = sorted(counted.items(), key=lambda one: (-one[0][0].toordinal(), one[0][1], -one[1], one[0][2]))
    return [Counts(name, night, reason, rows) for (night, name, reason), rows in newest_first]


def texts(lake: Lake, feed: str, known_on: date) -> list[tuple[str, str]]:
    """Return file and text of the quarantined rows of a feed and night, in file order, without older states of a key: nothing is wrong.

    FeedError when there is none.
    """
    if feed not in FEEDS:
        raise FeedError(unknown("feed", feed, FEEDS))
    current, rows = _in_force(lake, feed), lake.log(OPS_QUARANTINE, feed=feed, known_on=known_on)
    broken = {_place(row) for row in rows if row["reasons"] != [SUPERSEDED] and row["load_id"] in current}
    kept = sorted(lake.log(VAULT_QUARANTINE, feed=feed, known_on=known_on), key=lambda row: (row["file"], row["line"]))
    found = [(row["file"], row["text"]) for row in kept if _place(row) in broken]
    if not found:
        fault = f"no row of the night of {known_on} is in quarantine"
        raise FeedError(teach(f"Feed {feed}", [fault], "see `chudian quarantine` for the nights that have some."))
    return found


def _in_force(lake: Lake, feed: str) -> set[str]:
    """Return the ids of the feed's loads that no newer one has replaced."""
    newest = {identity(row): row["load_id"] for row in in_order(lake.log(OPS_LOAD, feed=feed)) if row["state"] == "loaded"}
    return set(newest.values())


def _place(row: Listed) -> tuple[str, str, int]:
    return row["load_id"], row["file"], row["line"]


def with_headers(landing: Path, feed: str, known_on: date, rows: list[tuple[str, str]]) -> list[str]:
    """Return the lines of the rows' text. In a feed with headers the header of a part is before its rows, if the part is still there."""
    headers: dict[str, str] = {}
    if FEEDS[feed].header:
        parts = [part for delivery in deliveries(FEEDS[feed], landing, known_on, known_on) for part in delivery.parts]
        headers = {part.file.name: part.header.text for part in parts if part.header}
    lines, before = [], None
    for file, text in rows:
        if (header := headers.get(file)) != before:
            lines += [header] if header else []
            before = header
        lines.append(text)
    return lines


@dataclass(frozen=True)
class Sent:
    """A correction: its part files, the rows of the user's file in it, and how many of these are as they were in quarantine."""

    parts: tuple[Path, ...]
    rows: int
    unchanged: int


def send_corrected(lake: Lake, settings: Settings, feed: str, known_on: date, lines: list[str], night: date) -> Sent:
    """Write a correction of the night's delivery into the landing folder of `night`: its parts with their good rows, and these lines.

    The lines take the place of all rows that the delivery has in quarantine. FeedError when the night has no delivery with quarantined
    rows, or several, when the delivery's files are gone, or when `night` is before the night that received it.
    """
    before = {text for _, text in texts(lake, feed, known_on)}
    if night < known_on:
        fault = f"--night {night} is before {known_on}, the night that received the rows"
        raise FeedError(teach(f"Feed {feed}", [fault], "name that night or a later one."))
    declared = FEEDS[feed]
    delivery = _delivery(lake, settings, declared, known_on)
    names = {part.file.name for part in delivery.parts}
    left_out = {(row["file"], row["line"]) for row in lake.log(OPS_QUARANTINE, feed=feed, known_on=known_on) if row["file"] in names}
    told = [one for one in told_by_names(declared, settings.landing, night) if (one.data_date, one.scope) == _named(delivery)]
    if told and not declared.files.count_corrections:
        fault = f"landing/{night}/{feed} already has a delivery of {delivery.data_date}, and its files' names do not count corrections"
        raise FeedError(teach(f"Feed {feed}", [fault], "name a later night: --night."))
    sequence = max((one.sequence for one in told), default=0) + 1
    folder = settings.landing / f"{night}" / feed
    folder.mkdir(parents=True, exist_ok=True)
    sent, by_part = [], _by_part(delivery, lines)
    for number, (part, own) in enumerate(zip(delivery.parts, by_part, strict=True), start=1):
        path = folder / declared.part_name(delivery.data_date, sequence, number, delivery.scope)
        content = [*_good_lines(declared, part, left_out), *(row.encode(declared.encoding) for row in own)]
        text = b"".join(line + b"\n" for line in content)
        path.write_bytes(gzip.compress(text, mtime=0) if declared.gzip else text)
        sent.append((path, len(content) - declared.header))
    _complete(declared, delivery, sequence, sent)
    every = [row for own in by_part for row in own]
    return Sent(tuple(path for path, _ in sent), len(every), sum(row in before for row in every))


def _by_part(delivery: Delivery, lines: list[str]) -> list[list[str]]:
    """Return the rows for each part: those below a header for the first part that has it, those before any header for the first part."""
    places: dict[str, int] = {}
    for place, part in enumerate(delivery.parts):
        places.setdefault(part.header.text if part.header else "", place)
    by_part: list[list[str]] = [[] for _ in delivery.parts]
    place = 0
    for line in lines:
        if line in places:
            place = places[line]
        else:
            by_part[place].append(line)
    return by_part


def _named(delivery: Delivery) -> tuple[date, str]:
    return delivery.data_date, delivery.scope


def _delivery(lake: Lake, settings: Settings, feed: Feed, known_on: date) -> Delivery:
    """Return the night's delivery that has quarantined rows, the newest of its date."""
    ids = {row["load_id"] for row in lake.log(OPS_QUARANTINE, feed=feed.name, known_on=known_on)} & _in_force(lake, feed.name)
    listed = [row for row in in_order(lake.log(OPS_LOAD, feed=feed.name)) if row["known_on"] == known_on and row["load_id"] in ids]
    wanted = {(row["data_date"], row["scope"]): row["sequence"] for row in listed}
    if len(wanted) != 1:
        faults = [f"the night of {known_on} has {len(wanted)} deliveries with quarantined rows, expected one"]
        raise FeedError(teach(f"Feed {feed.name}", faults, "have the deliveries corrected and sent again where they come from."))
    ((named, sequence),) = wanted.items()
    for delivery in deliveries(feed, settings.landing, known_on, known_on):
        if (_named(delivery), delivery.sequence) == (named, sequence) and not delivery.faults:
            return delivery
    fault = f"landing/{known_on}/{feed.name}/{feed.stem(named[0], sequence, named[1])} is no longer there as it was"
    raise FeedError(teach(f"Feed {feed.name}", [fault], "bring its files back, then run the command again."))


def _good_lines(feed: Feed, part: Part, left_out: set[tuple[str, int]]) -> Iterator[bytes]:
    """Yield the lines of the part that are not left out, its header first, without blank ones."""
    content = b"".join(inflated(part.file) if feed.gzip else blocks(part.file))
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.strip(BLANK) and (part.file.name, number) not in left_out:
            yield line.rstrip(ENDS)


def _complete(feed: Feed, delivery: Delivery, sequence: int, sent: list[tuple[Path, int]]) -> None:
    """Write what makes the delivery complete, last. `sent` has the parts and their rows."""
    lines: dict[str, list[str]] = {}
    for number, (part, rows) in enumerate(sent, start=1):
        of_part = lines.setdefault(feed.check_name(delivery.data_date, sequence, delivery.scope, number), [])
        if isinstance(feed.check, CheckFile):
            content = part.read_bytes()
            md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
            of_part.append(feed.check.line(part.name, rows, len(content), md5, delivery.data_date) + "\n")
    if not isinstance(feed.check, Settles):
        for name, of_part in lines.items():
            (sent[0][0].parent / name).write_text("".join(of_part), "utf-8")


def write_private(file: Path, rows: list[str]) -> None:
    """Write rows to a file that only its owner can read. FeedError when it exists: it may have somebody's corrections."""
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="") as out:
            out.writelines(f"{row}\n" for row in rows)
    except OSError as error:
        raise FeedError(teach(f"File {file}", [f"cannot be written ({error.strerror})"], "name a new file.")) from None


def read_rows(file: Path) -> list[str]:
    """Return the lines of a text file in UTF-8, without blank ones. FeedError when it cannot be read."""
    try:
        return [line.rstrip("\r") for line in file.read_text("utf-8").split("\n") if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise FeedError(teach(f"File {file}", [f"cannot be read ({type(error).__name__})"], "name a text file in UTF-8.")) from None
