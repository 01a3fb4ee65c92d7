"""`Files`: the files of one delivery in the landing, read and changed as a whole."""

import hashlib
import zlib
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from expectations.feed import Feed
from expectations.files import CheckFile

_GZIP = 31  # zlib's window bits for a gzip frame; its header then has no time and no name, so equal rows give equal bytes.


def packed_as(feed: Feed, content: bytes) -> bytes:
    """Return the content of a file as the feed packs it."""
    if not feed.gzip:
        return content
    packer = zlib.compressobj(1, zlib.DEFLATED, _GZIP)
    return packer.compress(content) + packer.flush()


def check_line(feed: Feed, name: str, rows: int, content: bytes, data_date: date) -> str:
    """Return a part's line in the check file, with its line feed; empty for a feed whose check file has none."""
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    return feed.check.line(name, rows, len(content), digest, data_date) + "\n" if isinstance(feed.check, CheckFile) else ""


@dataclass(frozen=True)
class Files:
    """A delivery: its feed, the night on which it arrives, data date and sequence; `landing` has a folder for each night."""

    landing: Path
    feed: Feed
    known_on: date
    data_date: date
    sequence: int = 1

    @property
    def folder(self) -> Path:
        """The folder of the night and feed."""
        return self.landing / f"{self.known_on}" / self.feed.name

    @property
    def check(self) -> Path:
        """The check file."""
        return self.folder / self.feed.check_name(self.data_date, self.sequence)

    @property
    def parts(self) -> list[Path]:
        """The parts by their names."""
        stem = self.feed.stem(self.data_date, self.sequence)
        return sorted(path for path in self.folder.glob(f"{stem}_*") if path != self.check)

    def head(self, part: Path) -> bytes:
        """Return the header line of a part; empty if the feed has none."""
        return self._text(part).partition(b"\n")[0] + b"\n" if self.feed.header else b""

    def lines(self, part: Path) -> list[bytes]:
        """Return the data lines of a part, with their line feeds."""
        return self._text(part).splitlines(keepends=True)[int(self.feed.header) :]

    def _text(self, part: Path) -> bytes:
        content = part.read_bytes()
        return zlib.decompress(content, _GZIP) if self.feed.gzip else content

    def packed(self, content: bytes) -> bytes:
        """Return the content of a file as the feed packs it."""
        return packed_as(self.feed, content)

    def write(self, part: Path, lines: list[bytes]) -> None:
        """Replace the data lines of a part; the check file agrees."""
        self.put(part, self.packed(b"".join((self.head(part), *lines))), len(lines))

    def put(self, part: Path, content: bytes, rows: int) -> None:
        """Replace the bytes of a part; the check file agrees."""
        part.write_bytes(content)
        self.tell(part, rows)

    def tell(self, part: Path, rows: int, data_date: date | None = None) -> None:
        """Make the check file say this of a part."""
        line = check_line(self.feed, part.name, rows, part.read_bytes(), data_date or self.data_date)
        told = self.check.read_text("utf-8").splitlines(keepends=True)
        changed = [line if one.startswith(part.name) else one for one in told]
        self.check.write_text("".join(changed), "utf-8", newline="")

    def copy(self, known_on: date | None = None, data_date: date | None = None, sequence: int | None = None) -> None:
        """Copy the delivery to another night, date or sequence; names and check file follow."""
        other = replace(self, known_on=known_on or self.known_on, data_date=data_date or self.data_date, sequence=sequence or self.sequence)
        other.folder.mkdir(parents=True, exist_ok=True)
        told = []
        for place, part in enumerate(self.parts, start=1):
            name, content = self.feed.part_name(other.data_date, other.sequence, place), part.read_bytes()
            (other.folder / name).write_bytes(content)
            told.append(check_line(self.feed, name, len(self.lines(part)), content, other.data_date))
        other.check.write_text("".join(told), "utf-8", newline="")

    def move(self, known_on: date | None = None, data_date: date | None = None) -> None:
        """Move the delivery to another night or date."""
        parts, check = self.parts, self.check
        self.copy(known_on, data_date)
        for path in (*parts, check):
            path.unlink()
