"""Deliveries for the fuzz: lines that the simulator ships, with one thing changed, and what must become of them."""

import csv
import gzip
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from random import Random

from expectations.feed import Feed

LOADED, QUARANTINED, EITHER, REFUSED, UNSEEN = "loaded as unchanged", "quarantined", "loaded or quarantined", "refused", "no delivery"


@dataclass(frozen=True)
class Shipped:
    """A feed's real lines of one data date, as text."""

    feed: Feed
    data_date: date
    lines: tuple[str, ...]

    @cached_property
    def personal(self) -> frozenset[str]:
        """Every text in a personal column of these lines."""
        places = [at for at, one in enumerate(self.feed.fields) if one.personal]
        return frozenset(text for line in self.lines for cells in (self.cells(line),) for at in places if (text := cells[at]))

    def cells(self, line: str) -> list[str]:
        if self.feed.quote is None:
            return line.split(self.feed.delimiter)
        return next(csv.reader([line], delimiter=self.feed.delimiter, quotechar=self.feed.quote))

    def line(self, cells: list[str]) -> str:
        if self.feed.quote is None:
            return self.feed.delimiter.join(cells)
        out = io.StringIO()
        csv.writer(out, delimiter=self.feed.delimiter, quotechar=self.feed.quote, lineterminator="", quoting=csv.QUOTE_ALL).writerow(cells)
        return out.getvalue()


@dataclass(frozen=True)
class Line:
    """A line of a file. `like` is the shipped line whose row it must give; None for a changed line. A line that is `no_row` gives none."""

    text: str
    like: int | None = None
    no_row: bool = False


@dataclass
class Sent:
    """A delivery before it is written: what is in its part and in its check file, and under which names."""

    shipped: Shipped
    lines: list[Line]
    header: list[str] = field(default_factory=list)
    end: str = "\n"
    encoding: str = ""
    pack: Callable[[bytes], bytes] = lambda content: gzip.compress(content, mtime=0)
    # What happens to the packed bytes after the check file was written of them.
    damage: Callable[[bytes], bytes] = lambda packed: packed
    claims: dict[str, object] = field(default_factory=dict)
    check: Callable[[str], str] = lambda line: line + "\n"
    part_name: Callable[[str], str] = lambda name: name
    check_name: Callable[[str], str] = lambda name: name
    data_date: date | None = None
    # The name of the field whose cell was changed.
    changed: str = ""

    @property
    def rows(self) -> list[Line]:
        return [line for line in self.lines if not line.no_row]

    def content(self) -> bytes:
        feed = self.shipped.feed
        head = [feed.delimiter.join(self.header)] if feed.header and self.header else []
        text = "\n".join([*head, *(line.text for line in self.lines)]) + self.end if self.lines or head else ""
        # Bytes that are no text in any encoding of the feeds.
        return text.encode(self.encoding or feed.encoding).replace(ILLEGAL.encode(), b"\xff\xff")

    def write(self, landing: Path, known_on: date, sequence: int) -> str:
        """Write part and check file; return the part's name."""
        feed, day = self.shipped.feed, self.data_date or self.shipped.data_date
        content = self.content()
        packed = self.pack(content) if feed.gzip else content
        folder = landing / f"{known_on}" / feed.name
        folder.mkdir(parents=True, exist_ok=True)
        name = feed.part_name(day, sequence, 1)
        (folder / self.part_name(name)).write_bytes(self.damage(packed))
        told = {"rows": len(self.rows), "size": len(packed), "md5": hashlib.md5(packed).hexdigest(), "date": f"{day:%Y%m%d}", **self.claims}
        line = f"{name}|{told['rows']}|{told['size']}|{told['md5']}|{told['date']}"
        check = self.check_name(feed.check_name(day, sequence))
        (folder / check).write_text(self.check(line), "utf-8")
        return self.part_name(name)


# Stands for illegal bytes until a line is encoded.
ILLEGAL = "\x02"
Change = Callable[[Random, Sent], bool]


@dataclass(frozen=True)
class Kind:
    """One kind of change. `why` is in a reason of each changed row, or in a fault of the delivery; {field} names the changed field."""

    outcome: str
    why: str
    change: Change
