"""Deliveries of a test's own making: parts and check files as an operator places them."""

import gzip
import hashlib
from datetime import date
from pathlib import Path

from expectations.feed import Feed
from tests.night.homes import NIGHT


def delivery(
    home: Path, feed: Feed, known_on: date = NIGHT, data_date: date = NIGHT, sequence: int = 1, scope: str = ""
) -> tuple[Path, Path]:
    """Part and check file of a delivery, whether or not they are there."""
    folder = home / "landing" / f"{known_on}" / feed.name
    return folder / feed.part_name(data_date, sequence, 1, scope), folder / feed.check_name(data_date, sequence, scope)


def lines_of(part: Path) -> list[bytes]:
    """The lines of a part file, a header among them."""
    content = part.read_bytes()
    return (gzip.decompress(content) if part.suffix == ".gz" else content).splitlines()


def deliver(
    home: Path,
    feed: Feed,
    lines: list[bytes],
    sequence: int = 1,
    known_on: date = NIGHT,
    data_date: date = NIGHT,
    scope: str = "",
    **claims: object,
) -> None:
    """Place these lines as a delivery; `claims` are what the check file says instead of the truth."""
    part, check = delivery(home, feed, known_on, data_date, sequence, scope)
    part.parent.mkdir(parents=True, exist_ok=True)
    content = b"\n".join(lines) + b"\n" if lines else b""
    part.write_bytes(gzip.compress(content, mtime=0) if feed.gzip else content)
    rows = len(lines) - (1 if feed.header else 0)
    told = {"rows": rows, "size": part.stat().st_size, "md5": hashlib.md5(part.read_bytes()).hexdigest(), **claims}
    check.write_text(f"{part.name}|{told['rows']}|{told['size']}|{told['md5']}|{data_date:%Y%m%d}\n")
