"""Row faults, planted where a share of rows says so: rows that no reader can take as they are."""

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
# Invalid as UTF-8 and as GB18030, wherever it stands.
_BAD_BYTES = b"\xff\xff"


@dataclass(frozen=True)
class Fault:
    """One planted fault; lines count from 1, a header included."""

    feed: str
    file: str
    line: int
    kind: str


@dataclass(frozen=True)
class Faults:
    """Plants so many bad rows per million; the choice hangs on the row's key, not on its place in a file."""

    chance: Chance
    per_million: int

    def plant(self, feed: Feed, day: date, file: str, text: pa.Array, keys: Any) -> tuple[bytes, list[Fault]]:
        """The lines in the feed's encoding with the faults in them, and what was planted."""
        if keys is None or not self.per_million:
            return _encoded(text, feed.encoding), []
        moment = number_of(day)
        share = self.per_million / 1_000_000
        rows = np.flatnonzero(self.chance.uniform(f"fault {feed.name}", moment, keys) < share)
        kinds = [kind for kind in _FORMS if _field(feed, kind) is not None] + ["columns", "bytes"]
        picked = self.chance.below(len(kinds), f"fault kind {feed.name}", moment, keys[rows])
        pieces, faults, done = [], [], 0
        for row, kind in zip(rows.tolist(), (kinds[k] for k in picked), strict=True):
            pieces += [_encoded(text.slice(done, row - done), feed.encoding), _spoiled(feed, text[row].as_py(), kind)]
            faults.append(Fault(feed.name, file, row + 1 + feed.header, kind))
            done = row + 1
        return b"".join([*pieces, _encoded(text.slice(done), feed.encoding)]), faults


def _encoded(text: pa.Array, encoding: str) -> bytes:
    """The lines one after another; Arrow keeps them as UTF-8 side by side."""
    if not len(text):
        return b""
    offsets = np.frombuffer(text.buffers()[1], dtype=np.int32)
    first, last = int(offsets[text.offset]), int(offsets[text.offset + len(text)])
    body = memoryview(text.buffers()[2])[first:last]
    return bytes(body) if encoding == "utf-8" else str(body, "utf-8").encode(encoding)


def _field(feed: Feed, kind: str) -> int | None:
    return next((place for place, field in enumerate(feed.fields) if field.form.kind in _FORMS[kind]), None)


def _spoiled(feed: Feed, line: str, kind: str) -> bytes:
    """The line with one fault of that kind. The feeds that get faults quote nothing, so a split by the delimiter is their columns."""
    columns = line.rstrip("\n").split(feed.delimiter)
    if kind == "columns":
        columns = columns[:-1]
    elif kind != "bytes":
        columns[_field(feed, kind) or 0] = _WRONG[kind]
    spoiled = feed.delimiter.join(columns).encode(feed.encoding)
    return spoiled + (_BAD_BYTES if kind == "bytes" else b"") + b"\n"
