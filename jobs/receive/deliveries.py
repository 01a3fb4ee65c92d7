"""Deliveries as they lie in the landing: found by name, held against their check file before Spark opens them."""

import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from expectations.feed import Feed

BLOCK = 1 << 20
CHECKED = ("file", "rows", "bytes", "md5", "data date")


@dataclass(frozen=True)
class Part:
    """One line of a check file: what the operator says a part file holds."""

    file: Path
    rows: int
    size: int
    md5: str
    data_date: str


@dataclass(frozen=True)
class Delivery:
    """One data date's part files and their check file; `load_id` is the hash of the content, so the same again is the same load."""

    feed: Feed
    known_on: date
    data_date: date
    sequence: int
    parts: tuple[Part, ...]
    load_id: str
    faults: tuple[str, ...]
    rows: int | None

    @property
    def label(self) -> str:
        """How messages name it: landing folder and stem."""
        return f"landing/{self.known_on}/{self.feed.name}/{self.feed.stem(self.data_date, self.sequence)}"


def deliveries(feed: Feed, landing: Path, since: date, on: date) -> Iterator[Delivery]:
    """Every delivery of the feed that arrived on the nights since..on, in order of arrival, each verified against its check file."""
    for folder in sorted(landing.glob(f"*/{feed.name}")):
        try:
            known_on = date.fromisoformat(folder.parent.name)
        except ValueError:
            continue
        if since <= known_on <= on:
            yield from _in_folder(feed, folder, known_on)


def strays(feed: Feed, landing: Path, since: date, on: date) -> list[str]:
    """Files in the feed's folders that no check file speaks of: a delivery still on its way, or a wrong name."""
    found = []
    for folder in sorted(landing.glob(f"*/{feed.name}")):
        if f"{since}" <= folder.parent.name <= f"{on}":
            spoken_of = {d.feed.stem(d.data_date, d.sequence) for d in _in_folder(feed, folder, date.fromisoformat(folder.parent.name))}
            found += [
                f"{folder.parent.name}/{feed.name}/{path.name}"
                for path in sorted(folder.iterdir())
                if _stem_of(path, feed) not in spoken_of
            ]
    return found


def _stem_of(path: Path, feed: Feed) -> str:
    name = path.name.removesuffix(".chk")
    return re.sub(rf"_\d{{3}}\.{re.escape(feed.suffix)}$", "", name)


def _in_folder(feed: Feed, folder: Path, known_on: date) -> Iterator[Delivery]:
    named = re.compile(rf"{re.escape(feed.name)}_(\d{{8}})_(\d{{2}})\.chk")
    for check in sorted(folder.glob("*.chk")):
        if match := named.fullmatch(check.name):
            data_date = _calendar_day(match[1])
            if data_date is not None:
                yield _verified(feed, check, known_on, data_date, int(match[2]))


def _calendar_day(digits: str) -> date | None:
    try:
        return datetime.strptime(digits, "%Y%m%d").date()  # noqa: DTZ007 - a calendar day has no zone
    except ValueError:
        return None


def _verified(feed: Feed, check: Path, known_on: date, data_date: date, sequence: int) -> Delivery:
    parts, faults = _read_check_file(check)
    stem = feed.stem(data_date, sequence)
    present = {path.name for path in check.parent.glob(f"{stem}_*.{feed.suffix}")}
    listed = {part.file.name for part in parts}
    names = [part.file.name for part in parts]
    faults += [f"{name} stands twice in the check file" for name in sorted({name for name in names if names.count(name) > 1})]
    faults += [f"{name} is in the check file but not in the folder" for name in sorted(listed - present)]
    faults += [f"{name} is in the folder but not in the check file" for name in sorted(present - listed)]
    faults += [
        f"{part.file.name}: data date {part.data_date}, the name says {data_date:%Y%m%d}"
        for part in parts
        if part.data_date != f"{data_date:%Y%m%d}"
    ]
    readable = [part for part in parts if part.file.name in present]
    with ThreadPoolExecutor(max_workers=2) as pool:  # hashing and inflating leave the interpreter lock
        seen = list(pool.map(lambda part: _look_at(feed, part), readable))
    content = hashlib.sha256(f"{feed.name} {data_date}".encode())
    for digest, _, found in seen:
        content.update(digest)
        faults += found
    counted = [rows for _, rows, _ in seen]
    rows = None if any(count is None for count in counted) else sum(count or 0 for count in counted)
    if rows == 0 and not feed.may_be_empty and not faults:
        faults.append("the delivery is empty, and this feed never is")
    return Delivery(feed, known_on, data_date, sequence, tuple(parts), content.hexdigest()[:16], tuple(faults), rows)


def _read_check_file(check: Path) -> tuple[list[Part], list[str]]:
    parts, faults = [], []
    for number, line in enumerate(check.read_text("utf-8", errors="replace").splitlines(), start=1):
        cells = line.split("|")
        if len(cells) != len(CHECKED) or not (cells[1].isdigit() and cells[2].isdigit()):
            faults.append(f"{check.name} line {number}: expected {'|'.join(CHECKED)}")
            continue
        parts.append(Part(check.parent / Path(cells[0]).name, int(cells[1]), int(cells[2]), cells[3].lower(), cells[4]))
    if not parts and not faults:
        faults.append(f"{check.name} lists no file")
    return parts, faults


def _look_at(feed: Feed, part: Part) -> tuple[bytes, int | None, list[str]]:
    """One reading of a part file: its content's sha256, its rows (None when it cannot be inflated) and what does not fit."""
    md5, sha = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    size = 0
    with part.file.open("rb") as raw:
        while block := raw.read(BLOCK):
            md5.update(block)
            sha.update(block)
            size += len(block)
    name, faults = part.file.name, []
    if size != part.size:
        faults.append(f"{name}: {part.size} bytes by the check file, came {size}")
    if md5.hexdigest() != part.md5:
        faults.append(f"{name}: md5 {part.md5} by the check file, came {md5.hexdigest()}")
    try:
        rows, head = _rows_and_head(feed, part.file)
    except (OSError, EOFError, zlib.error) as error:
        return sha.digest(), None, [*faults, f"{name}: cannot be inflated ({type(error).__name__})"]
    if rows != part.rows:
        faults.append(f"{name}: {part.rows} rows by the check file, came {rows}")
    return sha.digest(), rows, faults + _layout_faults(feed, name, head)


def _rows_and_head(feed: Feed, file: Path) -> tuple[int, bytes]:
    """Data rows in the file and its first block."""
    lines, head, last = 0, b"", b"\n"
    with gzip.open(file, "rb") if feed.gzip else file.open("rb") as content:
        while block := content.read(BLOCK):
            head = head or block
            lines += block.count(b"\n")
            last = block[-1:]
    lines += last != b"\n"
    return max(lines - feed.header, 0), head


def _layout_faults(feed: Feed, name: str, head: bytes) -> list[str]:
    """What the first block shows of a wrong encoding or a wrong header."""
    faults = []
    if feed.encoding != "utf-8" and not head.isascii() and _is_utf8(head):
        faults.append(f"{name}: expected encoding {feed.encoding}, the content is utf-8")
    if feed.header and head:
        came = head.split(b"\n", 1)[0].decode(feed.encoding, errors="replace").rstrip("\r").split(feed.delimiter)
        came = [cell.strip(feed.quote or "") for cell in came]
        wanted = [field.name for field in feed.fields]
        if came != wanted:
            # Only our own names are told: a file without a header has a customer's row in its place.
            missing = ", ".join(c for c in wanted if c not in came) or "none"
            more = sum(c not in wanted for c in came)
            faults.append(f"{name}: header should be {', '.join(wanted)}; missing {missing}; {more} name(s) unknown or out of order")
    return faults


def _is_utf8(head: bytes) -> bool:
    """Whether the block reads as UTF-8; a character cut at its end does not count against it."""
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3
    return True
