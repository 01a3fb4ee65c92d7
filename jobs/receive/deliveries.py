"""Deliveries in the landing folder: found by name and compared with their check file before Spark opens them."""

import codecs
import hashlib
import re
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from string import Formatter

from expectations.dates import iso_day
from expectations.feed import Feed
from jobs.receive.contents import Counted, PaddingError, blocks, inflated

# A delivery of an earlier day has a misprint in its name.
FIRST_DAY = date(2000, 1, 1)
# A wrong file in place of a check file has as many faults as lines.
MOST_FAULTS = 20


@dataclass(frozen=True)
class Part:
    """One line of a check file: its statements about a part file; None for a field it does not have."""

    file: Path
    rows: int | None
    size: int | None
    md5: str | None
    data_date: str | None


@dataclass(frozen=True)
class Told:
    """The content of a file's name."""

    data_date: date
    sequence: int
    scope: str = ""


@dataclass(frozen=True)
class Delivery:
    """The part files of one scope and data date, and their check file. `load_id` is the hash of the content.

    For a delivery of several days, `day` is one of them: `load_id` and `rows` are then those of the day, `good` is how many of these rows
    can be loaded, and `content` is the hash of the whole delivery.
    """

    feed: Feed
    known_on: date
    data_date: date
    sequence: int
    parts: tuple[Part, ...]
    load_id: str
    faults: tuple[str, ...]
    rows: int | None
    scope: str = ""
    day: date | None = None
    good: int = 0
    content: str = ""

    @property
    def event_date(self) -> date:
        """The day or month of its rows."""
        return self.day or self.data_date

    @property
    def identity(self) -> tuple[str, date]:
        """Scope and event date: a newer load of the feed with the same identity replaces it."""
        return self.scope, self.event_date

    @property
    def label(self) -> str:
        """Its name in messages: landing folder and stem."""
        stem = self.feed.stem(self.data_date, self.sequence, self.scope)
        return f"landing/{self.known_on}/{self.feed.name}/{stem}" + (f", rows of {self.day}" if self.day else "")


@dataclass(frozen=True)
class Named:
    """A check file, by folder and name, before it is read."""

    check: Path
    known_on: date
    told: Told


def named(feed: Feed, landing: Path, since: date, on: date) -> Iterator[Named]:
    """Return the feed's check files that arrived on the nights since..on, in order of arrival."""
    for folder, known_on in _folders(feed, landing, since, on):
        for check in sorted(folder.iterdir()):
            if told := _told_by(feed, feed.files.check, check.name):
                yield Named(check, known_on, told)


def deliveries(feed: Feed, landing: Path, since: date, on: date) -> Iterator[Delivery]:
    """Return every delivery of the feed that arrived on the nights since..on, in order of arrival, verified against its check file."""
    for found in named(feed, landing, since, on):
        yield _verified(feed, found)


def strays(feed: Feed, landing: Path, since: date, on: date) -> list[str]:
    """Return files that belong to no check file: their delivery is not complete yet, or their name is wrong."""
    spoken_of = {(found.known_on, found.told) for found in named(feed, landing, since, on)}
    return [
        f"{known_on}/{feed.name}/{path.name}"
        for folder, known_on in _folders(feed, landing, since, on)
        for path in sorted(folder.iterdir())
        if (known_on, _told_by(feed, feed.files.check, path.name) or _told_by(feed, feed.files.part, path.name)) not in spoken_of
    ]


def told_by_names(feed: Feed, landing: Path, on: date) -> set[Told]:
    """Return the content of the names of one night's files, check files and parts together."""
    names = [path.name for folder, _ in _folders(feed, landing, on, on) for path in folder.iterdir()]
    told = [_told_by(feed, pattern, name) for name in names for pattern in (feed.files.check, feed.files.part)]
    return {found for found in told if found}


def _folders(feed: Feed, landing: Path, since: date, on: date) -> Iterator[tuple[Path, date]]:
    for folder in sorted(landing.glob(f"*/{feed.name}")):
        known_on = iso_day(folder.parent.name)
        if known_on and since <= known_on <= on and folder.is_dir():
            yield folder, known_on


def _told_by(feed: Feed, pattern: str, name: str) -> Told | None:
    """Return the content of a name; None if it does not fit, or if its date does not exist."""
    if not (match := feed.names_like(pattern).fullmatch(name)):
        return None
    places = {place: form for _, place, form, _ in Formatter().parse(pattern)}
    try:
        day = datetime.strptime(match["date"], places["date"] or "").date()  # noqa: DTZ007 - a calendar day has no zone
    except ValueError:
        return None
    sequence = int(match["sequence"]) if "sequence" in places else 1
    return Told(day, sequence, match["scope"] if "scope" in places else "")


def _verified(feed: Feed, found: Named) -> Delivery:
    parts, faults = _read_check_file(feed, found)
    told = found.told
    day, names = f"{told.data_date:{feed.check.date_form}}", [part.file.name for part in parts]
    if not FIRST_DAY <= told.data_date <= found.known_on:
        faults.append(f"data date {told.data_date}; expected {FIRST_DAY} to {found.known_on}, the folder's night")
    if feed.scopes and told.scope not in feed.scopes:
        faults.append(f"scope {told.scope} is not one of {', '.join(feed.scopes)}")
    present, listed = {path.name for path in found.check.parent.iterdir() if _of(feed, found).fullmatch(path.name)}, set(names)
    faults += [f"{name} is in the check file twice" for name in sorted({name for name in names if names.count(name) > 1})]
    faults += [f"{name} is in the check file but not in the folder" for name in sorted(listed - present)]
    faults += [f"{name} is in the folder but not in the check file" for name in sorted(present - listed)]
    faults += [f"{part.file.name}: data date {part.data_date}, the name says {day}" for part in parts if part.data_date not in (None, day)]
    readable = [part for part in parts if part.file.name in present]
    with ThreadPoolExecutor(max_workers=2) as pool:  # Hashing and unpacking release the interpreter lock.
        seen = list(pool.map(lambda part: _look_at(feed, part), readable))
    content = hashlib.sha256(" ".join(filter(None, (feed.name, told.scope, f"{told.data_date}"))).encode())
    for digest, _, amiss in seen:
        content.update(digest)
        faults += amiss
    counted = [rows for _, rows, _ in seen]
    rows = None if any(count is None for count in counted) else sum(count or 0 for count in counted)
    if rows == 0 and not feed.may_be_empty and not faults:
        faults.append("the delivery is empty, and the feed has no may_be_empty")
    load_id = content.hexdigest()[:16]
    named_faults = faults[:MOST_FAULTS] + ([f"and {len(faults) - MOST_FAULTS} more"] if len(faults) > MOST_FAULTS else [])
    return Delivery(feed, found.known_on, told.data_date, told.sequence, tuple(parts), load_id, tuple(named_faults), rows, scope=told.scope)


def _of(feed: Feed, found: Named) -> re.Pattern[str]:
    """Return the names that parts of this delivery may have."""
    return feed.names_like(feed.files.part, date=found.told.data_date, sequence=found.told.sequence, scope=found.told.scope)


def _read_check_file(feed: Feed, found: Named) -> tuple[list[Part], list[str]]:
    """Return the listed parts, and the faults of its lines.

    The text of a line that does not fit is not shown, because it may be a customer's.
    """
    check, fits = found.check, feed.check.fitting(_of(feed, found).pattern)
    try:
        lines = check.read_text("utf-8-sig", errors="replace").splitlines()
    except OSError as error:
        return [], [f"{check.name} cannot be read ({type(error).__name__})"]
    parts, faults = [], []
    for number, line in enumerate(lines, start=1):
        if match := fits.fullmatch(line.strip()):
            told = match.groupdict()
            rows, size = (int(told[count]) if count in told else None for count in ("rows", "bytes"))
            md5 = told["md5"].lower() if "md5" in told else None
            parts.append(Part(check.parent / told["file"], rows, size, md5, told.get("date")))
        elif line.strip():
            first = feed.part_name(found.told.data_date, found.told.sequence, 1, found.told.scope)
            wanted = feed.check.line(first, "rows", "bytes", "md5", found.told.data_date)
            came = line.count(feed.check.delimiter) + 1
            faults.append(f"{check.name} line {number}: expected like {wanted}, got {came} fields that do not fit")
    if not parts and not faults:
        faults.append(f"{check.name} lists no file")
    return parts, faults


def _look_at(feed: Feed, part: Part) -> tuple[bytes, int | None, list[str]]:
    """Read a part file once. Return the sha256 of its bytes, its rows (None when it cannot be unpacked) and its faults."""
    md5, sha = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    size, name = 0, part.file.name
    faults: list[str] = []
    try:
        for block in blocks(part.file):
            md5.update(block)
            sha.update(block)
            size += len(block)
    except OSError as error:
        return sha.digest(), None, [f"{name}: cannot be read ({type(error).__name__})"]
    if part.size not in (None, size):
        faults.append(f"{name}: {part.size} bytes by the check file, got {size}")
    if part.md5 not in (None, md5.hexdigest()):
        faults.append(f"{name}: md5 {part.md5} by the check file, got {md5.hexdigest()}")
    try:
        counted = Counted.of(inflated(part.file) if feed.gzip else blocks(part.file))
    except (OSError, EOFError, zlib.error) as error:
        return sha.digest(), None, [*faults, f"{name}: cannot be unpacked ({type(error).__name__})"]
    except PaddingError as error:
        return sha.digest(), None, [*faults, f"{name}: {error}"]
    rows = max(counted.rows - feed.header, 0)
    # Some operators count with `wc -l`, which counts blank lines and misses a last row without a line feed.
    if part.rows not in (None, rows, counted.lines - feed.header, counted.line_feeds - feed.header):
        faults.append(f"{name}: {part.rows} rows by the check file, got {rows}")
    return sha.digest(), rows, faults + _layout_faults(feed, name, counted.head)


def _layout_faults(feed: Feed, name: str, head: bytes) -> list[str]:
    """Return signs in the first block of a wrong encoding or a wrong header."""
    faults = []
    # Short Chinese text is often valid in several encodings, so text that is valid in the declared one is accepted.
    if feed.encoding != "utf-8" and not _decodes(head, feed.encoding) and _decodes(head, "utf-8"):
        faults.append(f"{name}: expected encoding {feed.encoding}, the content is utf-8")
    if feed.header and head:
        came = head.split(b"\n", 1)[0].decode(feed.encoding, errors="replace").rstrip("\r").split(feed.delimiter)
        came = [cell.strip(feed.quote or "") for cell in came]
        wanted = [field.name for field in feed.fields]
        if came != wanted:
            # Only our own names are shown: if the header is missing, the first line is a customer's row.
            missing = ", ".join(c for c in wanted if c not in came) or "none"
            more = sum(c not in wanted for c in came)
            faults.append(f"{name}: header should be {', '.join(wanted)}; missing {missing}; {more} name(s) unknown or out of order")
    return faults


def _decodes(head: bytes, encoding: str) -> bool:
    """Whether the block is valid in this encoding. A character cut off at its end is no fault."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return False
    return True
