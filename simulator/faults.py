"""Faulty rows, planted in a given share: rows that receive cannot load."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from expectations.feed import Feed
from simulator.chance import Chance
from simulator.days import number_of

_FORMS = {"figure": ("integer", "yuan"), "date": ("date", "timestamp"), "code": ("code",)}
_WRONG = {"figure": "12x4", "date": "20261399", "code": "ZZ"}
# Invalid as UTF-8 and as GB18030 at any place in a text.
_BAD_BYTES = b"\xff\xff"


@dataclass(frozen=True)
class Fault:
    """One planted fault; lines are counted from 1, including a header."""

    feed: str
    file: str
    line: int
    kind: str


@dataclass(frozen=True)
class Faults:
    """Plants this many bad rows per million. The choice depends on the row's key, not on its place in a file."""

    chance: Chance
    per_million: int

    def plant(self, feed: Feed, day: date, file: str, text: pa.Array, keys: Any) -> tuple[bytes, list[Fault]]:
        """Return the lines in the feed's encoding with the faults in them, and the faults planted."""
        if keys is None or not self.per_million:
            return _encoded(text, feed.encoding), []
        moment = number_of(day)
        share = self.per_million / 1_000_000
        rows = np.flatnonzero(self.chance.uniform(f"fault {feed.name}", moment, keys) < share)
        kinds = kinds_of(feed)
        picked = self.chance.below(len(kinds), f"fault kind {feed.name}", moment, keys[rows])
        pieces, faults, done = [], [], 0
        for row, kind in zip(rows.tolist(), (kinds[k] for k in picked), strict=True):
            pieces += [_encoded(text.slice(done, row - done), feed.encoding), spoiled(feed, text[row].as_py(), kind)]
            faults.append(Fault(feed.name, file, row + 1 + feed.header, kind))
            done = row + 1
        return b"".join([*pieces, _encoded(text.slice(done), feed.encoding)]), faults


def _encoded(text: pa.Array, encoding: str) -> bytes:
    """Return the lines one after another; Arrow stores them as adjacent UTF-8."""
    if not len(text):
        return b""
    offsets = np.frombuffer(text.buffers()[1], dtype=np.int32)
    first, last = int(offsets[text.offset]), int(offsets[text.offset + len(text)])
    body = memoryview(text.buffers()[2])[first:last]
    return bytes(body) if encoding == "utf-8" else str(body, "utf-8").encode(encoding)


def _field(feed: Feed, kind: str) -> int | None:
    return next((place for place, field in enumerate(feed.fields) if field.form.kind in _FORMS[kind]), None)


def kinds_of(feed: Feed) -> list[str]:
    """Return the kinds of faults that a row of the feed can have."""
    return [kind for kind in _FORMS if _field(feed, kind) is not None] + ["columns", "bytes"]


def spoiled(feed: Feed, line: str, kind: str) -> bytes:
    """Return the line with one fault of that kind.

    The feeds that get faults have no quotes, so splitting by the delimiter gives their columns.
    """
    columns = line.rstrip("\n").split(feed.delimiter)
    if kind == "columns":
        columns = columns[:-1]
    elif kind != "bytes":
        columns[_field(feed, kind) or 0] = _WRONG[kind]
    # Illegal bytes in a column that nobody keeps are no fault.
    kept = max(place for place, field in enumerate(feed.fields) if field.fills) + 1
    head, *rest = (feed.delimiter.join(cells).encode(feed.encoding) for cells in (columns[:kept], columns[kept:]) if cells)
    return feed.delimiter.encode().join([head + (_BAD_BYTES if kind == "bytes" else b""), *rest]) + b"\n"
