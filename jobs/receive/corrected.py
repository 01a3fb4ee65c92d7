"""Quarantined rows: counted, read from the vault by those who may, and sent again corrected, with the good rows, as a new delivery."""

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
from expectations.files import CheckFile, OkFile
from expectations.tables.ops import OPS_LOAD, OPS_QUARANTINE
from expectations.tables.vault import VAULT_QUARANTINE
from jobs.receive.complete import told_by_names
from jobs.receive.contents import BLANK, ENDS, blocks, inflated
from jobs.receive.deliveries import Delivery, deliveries
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


def texts(lake: Lake, feed: str, known_on: date) -> list[str]:
    """Return the text of the quarantined rows of a feed and night, in file order. Older states of a key are left out: nothing is wrong.

    FeedError when there is none.
    """
    if feed not in FEEDS:
        raise FeedError(unknown("feed", feed, FEEDS))
    current, rows = _in_force(lake, feed), lake.log(OPS_QUARANTINE, feed=feed, known_on=known_on)
    broken = {_place(row) for row in rows if row["reasons"] != [SUPERSEDED] and row["load_id"] in current}
    kept = sorted(lake.log(VAULT_QUARANTINE, feed=feed, known_on=known_on), key=lambda row: (row["file"], row["line"]))
    found = [row["text"] for row in kept if _place(row) in broken]
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


def send_corrected(lake: Lake, settings: Settings, feed: str, known_on: date, rows: list[str], night: date) -> Path:
    """Write a correction of the night's delivery into the landing folder of `night`: its good rows and these. Return its part file.

    The rows take the place of all rows that the delivery has in quarantine. FeedError when the night has no delivery with quarantined rows,
    or several, when the delivery's files are gone, or when `night` is before the night that received it.
    """
    texts(lake, feed, known_on)
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
    part = folder / declared.part_name(delivery.data_date, sequence, 1, delivery.scope)
    lines = [*_good_lines(declared, delivery, left_out), *(row.encode(declared.encoding) for row in rows)]
    content = b"\n".join(lines) + b"\n"
    part.write_bytes(gzip.compress(content, mtime=0) if declared.gzip else content)
    _complete(declared, delivery, sequence, part, len(lines) - declared.header)
    return part


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


def _good_lines(feed: Feed, delivery: Delivery, left_out: set[tuple[str, int]]) -> Iterator[bytes]:
    """Yield the lines of the delivery that are not left out, without blank ones; of a header only the first."""
    is_first = True
    for part in delivery.parts:
        content = b"".join(inflated(part.file) if feed.gzip else blocks(part.file))
        for number, line in enumerate(content.split(b"\n"), start=1):
            is_header = feed.header and number == 1
            if line.strip(BLANK) and (part.file.name, number) not in left_out and (is_first or not is_header):
                yield line.rstrip(ENDS)
        is_first = False


def _complete(feed: Feed, delivery: Delivery, sequence: int, part: Path, rows: int) -> None:
    """Write what makes the delivery complete, last."""
    name = feed.check_name(delivery.data_date, sequence, delivery.scope)
    content = part.read_bytes()
    if isinstance(feed.check, CheckFile):
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        (part.parent / name).write_text(feed.check.line(part.name, rows, len(content), md5, delivery.data_date) + "\n", "utf-8")
    elif isinstance(feed.check, OkFile):
        (part.parent / name).touch()


def write_private(file: Path, rows: list[str]) -> None:
    """Write rows to a file that only its owner can read. FeedError when it exists: it may have somebody's corrections."""
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="") as out:
            out.writelines(f"{row}\n" for row in rows)
    except OSError as error:
        raise FeedError(teach(f"File {file}", [f"cannot be written ({error.strerror})"], "name a new file.")) from None


def read_rows(file: Path) -> list[str]:
    """Return the rows of a text file in UTF-8, without blank lines. FeedError when it cannot be read."""
    try:
        return [line for line in file.read_text("utf-8").split("\n") if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise FeedError(teach(f"File {file}", [f"cannot be read ({type(error).__name__})"], "name a text file in UTF-8.")) from None
