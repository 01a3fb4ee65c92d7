"""Removes a person's lines from the landing, and corrects the check files that are about the changed files."""

import gzip
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO

from expectations.dates import iso_day
from expectations.feed import Feed
from expectations.feeds import FEEDS
from expectations.files import CheckFile
from jobs.people.person import Person
from jobs.receive.contents import LineCounts, is_gzip
from jobs.receive.header import Header

_PART = ".forgetting"


def forget_in_landing(landing: Path, person: Person) -> int:
    """Remove the person's lines from every file of the landing. Return how many. It can be run again after a kill."""
    return sum(_rewritten(path, person) for path in sorted(landing.rglob("*")) if path.is_file() and not path.name.endswith(_PART))


def _rewritten(path: Path, person: Person) -> int:
    """Remove the person's lines from one file. Its check file is corrected first. Return how many lines were removed."""
    feed = FEEDS.get(path.parent.name)
    encoding, day = feed.encoding if feed else "utf-8", _day_of(path, feed)
    sought = [secret.encode() for secret in person.users | person.numbers]
    # Ids are digits, which both encodings write as ASCII; few files have one, and only their lines are read as text.
    if not any(secret in line for line in _lines(path) for secret in sought):
        return 0
    columns = Header.of(feed, next(_lines(path), b"")).columns if feed and feed.header else ()
    part, removed = path.with_name(path.name + _PART), 0
    with _writing(part, path) as file:
        for line in _lines(path):
            text = line.decode(encoding, "replace").rstrip("\r\n") if any(secret in line for secret in sought) else ""
            if text and person.is_line_of(text, feed, day, columns):
                removed += 1
                # A blank line is no row, and the quarantine names rows by the numbers of their lines.
                file.write(b"\n")
            else:
                file.write(line)
    if not removed:
        part.unlink()
        return 0
    if feed:
        _tell_check_files(path, part, feed)
    told = path.stat()
    # A delivery that settles is dated by its files.
    os.utime(part, ns=(told.st_atime_ns, told.st_mtime_ns))
    part.chmod(told.st_mode)
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(path)
    return removed


def _lines(path: Path) -> Iterator[bytes]:
    with gzip.open(path, "rb") if is_gzip(path) else path.open("rb") as file:
        yield from file


@contextmanager
def _writing(part: Path, like: Path) -> Iterator[IO[bytes]]:
    with part.open("wb") as plain:
        if not is_gzip(like):
            yield plain
            return
        # Without name and time the same lines give the same bytes, so a repeated delivery is still a duplicate.
        with gzip.GzipFile("", "wb", 6, plain, mtime=0) as packed:
            yield packed  # type: ignore[misc]


def _day_of(path: Path, feed: Feed | None) -> date:
    """Return the data date in the file's name; of a month its 28th; of a file of no feed the night of its folder."""
    match = feed.names_like(feed.files.part).fullmatch(path.name) if feed else None
    digits = re.sub("[^0-9]", "", match["date"]) if match else ""
    folder = next((day for parent in path.parents if (day := iso_day(parent.name))), date.max)
    return (iso_day(f"{digits[:4]}-{digits[4:6]}-{digits[6:] or '28'}") if digits else None) or folder


def _tell_check_files(path: Path, part: Path, feed: Feed) -> None:
    """Write the part's new rows, size and md5 into the lines of check files that are about it, in place of those that were true.

    A figure that was false stays: a part that was cut off must still be refused.
    """
    form = feed.check
    if not isinstance(form, CheckFile):
        return
    before, after = _figures(path, feed), _figures(part, feed)
    fits, own = form.fitting(re.escape(path.name)), feed.names_like(feed.files.part).fullmatch(path.name)
    for check in path.parent.iterdir():
        of_check = feed.names_like(feed.files.check).fullmatch(check.name)
        # A check file of one part need not name it in its line.
        if own and of_check and of_check.groupdict().items() <= own.groupdict().items():
            text = check.read_bytes()
            lines = [_line(line, fits, before, after) for line in text.decode("utf-8", "surrogateescape").splitlines(keepends=True)]
            changed = "".join(lines).encode("utf-8", "surrogateescape")
            if changed != text:
                check.write_bytes(changed)


def _figures(path: Path, feed: Feed) -> dict[str, list[str]]:
    """Return what a check file may truly say of a file, by field; the first is what this project writes."""
    with path.open("rb") as file:
        md5 = hashlib.file_digest(file, "md5").hexdigest()
    counted = LineCounts.of(_lines(path), (feed.quote or "").encode())
    rows = [f"{count - headers}" for headers in (int(feed.header), 0) for count in counted.counts]
    return {"rows": rows, "bytes": [f"{path.stat().st_size}"], "md5": [md5, md5.upper()]}


def _line(line: str, fits: re.Pattern[str], before: dict[str, list[str]], after: dict[str, list[str]]) -> str:
    match = fits.fullmatch(line.strip().lstrip("\ufeff"))
    if match is None:
        return line
    begin = line.index(match[0])
    true = [name for name, came in match.groupdict().items() if came.lstrip("0") in [one.lstrip("0") for one in before.get(name, ())]]
    for name in sorted(true, key=match.start, reverse=True):
        line = line[: begin + match.start(name)] + after[name][0] + line[begin + match.end(name) :]
    return line
