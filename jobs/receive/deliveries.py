"""Deliveries in the landing folder: found by name and compared with their check file before Spark opens them."""

import codecs
import hashlib
import re
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from expectations.feed import Feed
from expectations.files import CheckFile
from jobs.receive.complete import Named, named, part_names
from jobs.receive.contents import LineCounts, PaddingError, blocks, inflated
from jobs.receive.header import BYTE_ORDER_MARK, Header

# A delivery of an earlier day has a misprint in its name.
FIRST_DAY = date(2000, 1, 1)
# A wrong file in place of a check file has as many faults as lines.
MOST_FAULTS = 20


@dataclass(frozen=True)
class Part:
    """A part file, and what its check file says about it; None for what it does not say. `header` is known once the file was read."""

    file: Path
    rows: int | None
    size: int | None
    md5: str | None
    header: Header | None = None


@dataclass(frozen=True)
class _Seen:
    """A part file that was read: the sha256 of its bytes, its rows (None when it cannot be unpacked) and its faults."""

    part: Part
    digest: bytes
    rows: int | None
    faults: tuple[str, ...]


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
    def drift(self) -> list[str]:
        """How the headers of its parts differ from the declaration, without being faults."""
        return sorted({said for part in self.parts if part.header for said in part.header.drift})

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


def deliveries(feed: Feed, landing: Path, since: date, on: date, at: datetime | None = None) -> Iterator[Delivery]:
    """Return every complete delivery that arrived on the nights since..on, in order of arrival, verified against its check files.

    `at` as in `named`.
    """
    for found in named(feed, landing, since, on, at):
        yield _verified(feed, found)


def _verified(feed: Feed, found: Named) -> Delivery:
    parts, faults = parts_of(feed, found)
    told = found.told
    names = [part.file.name for part in parts]
    if not FIRST_DAY <= told.data_date <= found.known_on:
        faults.append(f"data date {told.data_date}; expected {FIRST_DAY} to {found.known_on}, the folder's night")
    if feed.scopes and told.scope not in feed.scopes:
        faults.append(f"scope {told.scope} is not one of {', '.join(feed.scopes)}")
    present, listed = {path.name for path in found.parts}, set(names)
    faults += [f"{name} is in the check file twice" for name in sorted({name for name in names if names.count(name) > 1})]
    faults += [f"{name} is in the check file but not in the folder" for name in sorted(listed - present)]
    faults += [f"{name} is in the folder but not in the check file" for name in sorted(present - listed)]
    faults += _number_faults(feed, found, len(listed))
    readable = [part for part in parts if part.file.name in present]
    with ThreadPoolExecutor(max_workers=2) as pool:  # Hashing and unpacking release the interpreter lock.
        seen = list(pool.map(lambda part: _look_at(feed, part), readable))
    content = hashlib.sha256(" ".join(filter(None, (feed.name, told.scope, f"{told.data_date}"))).encode())
    for one in seen:
        content.update(one.digest)
        faults += one.faults
    counted = [one.rows for one in seen]
    rows = None if any(count is None for count in counted) else sum(count or 0 for count in counted)
    if rows == 0 and not feed.may_be_empty and not faults:
        faults.append("the delivery is empty, and the feed has no may_be_empty")
    load_id, parts_seen = content.hexdigest()[:16], tuple(one.part for one in seen)
    named_faults = faults[:MOST_FAULTS] + ([f"and {len(faults) - MOST_FAULTS} more"] if len(faults) > MOST_FAULTS else [])
    return Delivery(feed, found.known_on, told.data_date, told.sequence, parts_seen, load_id, tuple(named_faults), rows, scope=told.scope)


def _number_faults(feed: Feed, found: Named, parts: int) -> list[str]:
    """Return what is wrong with the number of parts and, where no check file lists them, with their numbering."""
    faults = []
    if feed.parts is not None and parts != feed.parts:
        faults.append(f"{parts} part file(s), expected {feed.parts} (the feed's parts)")
    if feed.files.are_numbered and (feed.files.is_per_part or not isinstance(feed.check, CheckFile)):
        fits = part_names(feed, found.told)
        numbers = {int(match["part"]) for path in found.parts if (match := fits.fullmatch(path.name))}
        gaps = sorted(set(range(1, max(numbers, default=0))) - numbers)
        faults += [f"{feed.part_name(found.told.data_date, found.told.sequence, gap, found.told.scope)} is missing" for gap in gaps]
    return faults


def parts_of(feed: Feed, found: Named) -> tuple[list[Part], list[str]]:
    """Return the parts, with the statements of their check files, and the faults of these."""
    form = feed.check
    if not isinstance(form, CheckFile):
        parts = [Part(path, None, None, None) for path in found.parts]
        return parts, [] if parts else [f"{found.name} has come, and no part file is in the folder"]
    parts, faults = [], []
    for check in found.checks:
        of_check, amiss = _read_check_file(feed, form, found, check)
        parts += of_check
        faults += amiss
    return parts, faults


def _read_check_file(feed: Feed, form: CheckFile, found: Named, check: Path) -> tuple[list[Part], list[str]]:
    """Return the listed parts, and the faults of its lines.

    The text of a line that does not fit is not shown, because it may be a customer's.
    """
    own = _own_part(feed, found, check)
    fits = form.fitting(re.escape(own) if own else part_names(feed, found.told).pattern)
    day = f"{found.told.data_date:{form.date_form}}"
    try:
        lines = check.read_text("utf-8-sig", errors="replace").splitlines()
    except OSError as error:
        return [], [f"{check.name} cannot be read ({type(error).__name__})"]
    parts, faults = [], []
    for number, line in enumerate(lines, start=1):
        if match := fits.fullmatch(line.strip()):
            told = match.groupdict()
            rows, size = (int(told[count]) if count in told else None for count in ("rows", "bytes"))
            md5, name = told["md5"].lower() if "md5" in told else None, told.get("file", own)
            parts.append(Part(check.parent / name, rows, size, md5))
            if told.get("date", day) != day:
                faults.append(f"{name}: data date {told['date']}, the name says {day}")
        elif line.strip():
            first = own or feed.part_name(found.told.data_date, found.told.sequence, 1, found.told.scope)
            wanted = form.line(first, "rows", "bytes", "md5", found.told.data_date)
            came = line.count(form.delimiter) + 1
            faults.append(f"{check.name} line {number}: expected like {wanted}, got {came} fields that do not fit")
    if not parts and not faults:
        faults.append(f"{check.name} lists no file")
    return parts, faults


def _own_part(feed: Feed, found: Named, check: Path) -> str:
    """Return the part that a check file of one part is about; empty if it is about all parts."""
    told = found.told
    if not feed.files.is_per_part:
        return ""
    fits = feed.names_like(feed.files.check, date=told.data_date, sequence=told.sequence, scope=told.scope).fullmatch(check.name)
    return feed.part_name(told.data_date, told.sequence, int(fits["part"]) if fits else 1, told.scope)


def _look_at(feed: Feed, part: Part) -> _Seen:
    """Read a part file once."""
    md5, sha = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    size, name = 0, part.file.name
    faults: list[str] = []
    try:
        for block in blocks(part.file):
            md5.update(block)
            sha.update(block)
            size += len(block)
    except OSError as error:
        return _Seen(part, sha.digest(), None, (f"{name}: cannot be read ({type(error).__name__})",))
    if part.size not in (None, size):
        faults.append(f"{name}: {part.size} bytes by the check file, got {size}")
    if part.md5 not in (None, md5.hexdigest()):
        faults.append(f"{name}: md5 {part.md5} by the check file, got {md5.hexdigest()}")
    mark = BYTE_ORDER_MARK.encode(feed.encoding) if feed.header else None
    try:
        counted = LineCounts.of(inflated(part.file) if feed.gzip else blocks(part.file), (feed.quote or "").encode(), mark)
    except (OSError, EOFError, zlib.error) as error:
        return _Seen(part, sha.digest(), None, (*faults, f"{name}: cannot be unpacked ({type(error).__name__})"))
    except PaddingError as error:
        return _Seen(part, sha.digest(), None, (*faults, f"{name}: {error}"))
    rows = counted.rows - counted.headers
    # Some operators count with `wc -l`, which counts blank lines and misses a last row without a line feed.
    fitting = {count - headers for count in counted.counts for headers in (counted.headers, int(feed.header))}
    if part.rows is not None and part.rows not in fitting:
        faults.append(f"{name}: {part.rows} rows by the check file, got {rows}")
    # Short Chinese text is often valid in several encodings, so text that is valid in the declared one is accepted.
    if feed.encoding != "utf-8" and not _decodes(counted.head, feed.encoding) and _decodes(counted.head, "utf-8"):
        faults.append(f"{name}: expected encoding {feed.encoding}, the content is utf-8")
    header = Header.of(feed, counted.head) if feed.header and counted.head else None
    faults += [f"{name}: {fault}" for fault in (header.faults if header else ())]
    return _Seen(replace(part, header=header), sha.digest(), rows, tuple(faults))


def _decodes(head: bytes, encoding: str) -> bool:
    """Whether the block is valid in this encoding. A character cut off at its end is no fault."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return False
    return True
