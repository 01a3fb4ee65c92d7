"""Dirt: what goes wrong with whole deliveries. A `Kind` spoils the files of one delivery and states what receive then does.

The right delivery mostly follows the next night with the next sequence number, as when an operator is asked for it again.
"""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from zlib import crc32

import numpy as np

from expectations.feed import Feed
from simulator.chance import Chance
from simulator.days import number_of
from simulator.errors import SimulatorError
from simulator.faults import kinds_of, spoiled
from simulator.files import Files

WEEK = 7
_ZEROS = b"\0" * 512


def _any(_: Feed) -> bool:
    return True


@dataclass(frozen=True)
class Kind:
    """A kind of dirt. `outcome` is what receive does with the delivery; `is_sent_again` says that the right one follows the next night."""

    meaning: str
    outcome: str
    spoil: Callable[[Files], None]
    suits: Callable[[Feed], bool] = _any
    is_sent_again: bool = True


@dataclass(frozen=True)
class Soiled:
    """A delivery that something went wrong with."""

    known_on: date
    feed: str
    data_date: date
    kind: str

    @property
    def told(self) -> tuple[str, ...]:
        """Return the line of the truth: night, feed, data date, kind, outcome, and the night on which it is sent again, if it is."""
        kind = KINDS[self.kind]
        again = f"{self.known_on + timedelta(days=1)}" if kind.is_sent_again else ""
        return f"{self.known_on}", self.feed, f"{self.data_date}", self.kind, kind.outcome, again


TRUTH_COLUMNS = ("known_on", "feed", "data_date", "kind", "outcome", "sent_again_on")


def _late(files: Files) -> None:
    files.move(known_on=files.known_on + timedelta(days=1))


def _missing(files: Files) -> None:
    for path in (*files.parts, files.check):
        path.unlink()


def _corrected(files: Files) -> None:
    for part in files.parts:
        files.write(part, [line for place, line in enumerate(files.lines(part)) if place % 50 != 9])


def _repeated(_: Files) -> None:
    """The delivery is right; it only comes again."""


def _cut(files: Files) -> None:
    part = files.parts[0]
    content = part.read_bytes()
    part.write_bytes(content[: len(content) * 2 // 3])


def _wrong_count(files: Files) -> None:
    part = files.parts[0]
    files.tell(part, rows=len(files.lines(part)) + 7)


def _wrong_date(files: Files) -> None:
    for part in files.parts:
        files.tell(part, rows=len(files.lines(part)), data_date=files.data_date - timedelta(days=1))


def _future_date(files: Files) -> None:
    files.move(data_date=files.data_date + timedelta(days=1))


def _renamed(files: Files) -> None:
    part = files.parts[0]
    part.rename(part.with_name(f"new_{part.name}"))


def _no_check(files: Files) -> None:
    files.check.unlink()


def _empty(files: Files) -> None:
    for part in files.parts:
        files.write(part, [])


def _padded(files: Files) -> None:
    part = files.parts[0]
    files.put(part, part.read_bytes() + _ZEROS, len(files.lines(part)))


def _members(files: Files) -> None:
    part = files.parts[0]
    lines = files.lines(part)
    halves = (files.head(part) + b"".join(lines[: len(lines) // 2]), b"".join(lines[len(lines) // 2 :]))
    files.put(part, b"".join(gzip.compress(half, mtime=0) for half in halves), len(lines))


def _windows(files: Files) -> None:
    part = files.parts[0]
    lines, head = files.lines(part), files.head(part)
    text = b"".join((head, *lines)).replace(b"\n", b"\r\n") + b"\x1a"
    files.put(part, files.packed(text), len(lines))


def _encoding(files: Files) -> None:
    part = files.parts[0]
    lines = files.lines(part)
    text = b"".join((files.head(part), *lines)).decode(files.feed.encoding)
    files.put(part, files.packed(text.encode("utf-8")), len(lines))


def _header(files: Files) -> None:
    needed = files.feed.fields[0].name
    _with_header(files, lambda names: ["NEW_NAME" if name == needed else name for name in names], None)


def _new_column(files: Files) -> None:
    _with_header(files, lambda names: [*names, "NEW_COLUMN"], b"1")


def _with_header(files: Files, changed: Callable[[list[str]], list[str]], cell: bytes | None) -> None:
    feed, part = files.feed, files.parts[0]
    delimiter = feed.delimiter.encode()
    names = files.head(part).decode(feed.encoding).rstrip("\n").split(feed.delimiter)
    lines = files.lines(part)
    if cell is not None:
        lines = [line[:-1] + delimiter + cell + b"\n" for line in lines]
    head = feed.delimiter.join(changed(names)).encode(feed.encoding) + b"\n"
    files.put(part, files.packed(b"".join((head, *lines))), len(lines))


def _volume(files: Files) -> None:
    for part in files.parts:
        files.write(part, files.lines(part)[::10])


def _bad_rows(files: Files) -> None:
    feed, kinds = files.feed, kinds_of(files.feed)
    for part in files.parts:
        lines = [
            line if place % 5 else spoiled(feed, line.decode(feed.encoding), kinds[place // 5 % len(kinds)])
            for place, line in enumerate(files.lines(part))
        ]
        files.write(part, lines)


def _twice(files: Files) -> None:
    part = files.parts[0]
    files.write(part, [one for place, line in enumerate(files.lines(part)) for one in ([line, line] if place % 40 == 0 else [line])])


KINDS = {
    "late": Kind("it comes one night later", "loaded", _late, is_sent_again=False),
    "missing day": Kind("it never comes", "never there", _missing, is_sent_again=False),
    "corrected": Kind("one in fifty rows is missing", "loaded", _corrected),
    "repeated": Kind("it comes again the next night, unchanged", "loaded", _repeated),
    "cut": Kind("the first part is cut off after two thirds", "refused", _cut),
    "wrong count": Kind("the check file says seven rows too many", "refused", _wrong_count),
    "wrong date": Kind("the check file has the date of the day before", "refused", _wrong_date),
    "future date": Kind("all names have the date of the day after", "refused", _future_date),
    "renamed": Kind("the first part has another name than its check file says", "refused", _renamed),
    "no check file": Kind("the check file never comes", "waits", _no_check),
    "empty": Kind("no part has a row", "refused", _empty, lambda feed: not feed.may_be_empty),
    "padded": Kind("zeros follow the end of the gzip", "refused", _padded, lambda feed: feed.gzip),
    "members": Kind("a part is a gzip of two members", "loaded", _members, lambda feed: feed.gzip, is_sent_again=False),
    "windows": Kind("lines end with CR LF, and the file with Ctrl-Z", "loaded", _windows, is_sent_again=False),
    "encoding": Kind("the text is UTF-8 instead of GB18030", "refused", _encoding, lambda feed: feed.encoding == "gb18030"),
    "header": Kind("a column that rows need has a new name", "refused", _header, lambda feed: feed.header),
    "new column": Kind("there is a column more", "loaded", _new_column, lambda feed: feed.header, is_sent_again=False),
    "far off volume": Kind(
        "nine in ten rows are missing, and the check file agrees", "held", _volume, lambda feed: feed.volume_band_per_mille is not None
    ),
    "bad rows": Kind("one in five rows is broken", "refused", _bad_rows, lambda feed: feed.quote is None),
    "twice": Kind("one in forty rows is there twice", "loaded", _twice, lambda feed: bool(feed.table.key), is_sent_again=False),
}
# What a bad week has: each kind happens to so many deliveries per thousand that it suits.
BAD_WEEK = tuple((name, 20) for name in KINDS)


@dataclass(frozen=True)
class Dirt:
    """Soils daily deliveries. `faults` are kinds, each with the share of deliveries, per mille, that it happens to.

    `week` is the first of the seven days on which this happens; None for all days. The draw depends on the feed and the day alone.
    """

    chance: Chance
    faults: tuple[tuple[str, int], ...]
    week: date | None = None

    def of(self, feed: Feed, day: date) -> str | None:
        """Return what happens to the feed's delivery of the day, None for nothing."""
        if not self.faults or feed.cadence != "daily" or (self.week and not 0 <= (day - self.week).days < WEEK):
            return None
        draw = 1000 * self.chance.uniform("dirt", number_of(day), np.array([crc32(feed.name.encode())]))[0]
        until = 0
        for name, per_mille in self.faults:
            until += per_mille
            if draw < until:
                return name if KINDS[name].suits(feed) else None
        return None

    def soil(self, files: Files) -> list[Soiled]:
        """Spoil a delivery if something happens to it; what has no rows, is late or is a correction stays as it is."""
        if files.known_on != files.data_date or files.sequence != 1 or not (name := self.of(files.feed, files.data_date)):
            return []
        if not any(files.lines(part) for part in files.parts):
            return []
        soiled = Soiled(files.known_on, files.feed.name, files.data_date, name)
        if KINDS[name].is_sent_again:
            files.copy(known_on=files.known_on + timedelta(days=1), sequence=2)
        KINDS[name].spoil(files)
        return [soiled]


def known_kinds() -> str:
    """Return the names of all kinds, for messages."""
    return ", ".join(KINDS)


def read_fault(text: str) -> tuple[str, int]:
    """Return kind and share of a text like `late=150`; without a share it is 200. SimulatorError when the share is no whole number."""
    name, _, share = text.partition("=")
    if share and not share.isdecimal():
        raise SimulatorError(f"Fault {name}: the share is not a whole number; write it per mille, like late=150.")
    return name, int(share or 200)
