"""Deliveries: part files as the feed declares them, and check files that arrive last."""

import hashlib
import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from expectations.feed import Feed
from expectations.files import CheckFile
from simulator.faults import Fault, Faults
from simulator.rendering import header_of, lines

_GZIP = 31  # zlib's window bits for a gzip frame; its header then has no time and no name, so equal rows give equal bytes.


@dataclass(frozen=True, order=True)
class Delivery:
    """A delivery: a feed's data date and sequence (01, corrections higher), and the day on which it arrives."""

    known_on: date
    feed: str
    data_date: date
    sequence: int = 1


@dataclass
class Landing:
    """Writes parts below `<home>/landing` and, when closed, a check file for each delivery; records the faults it planted."""

    home: Path
    faults: Faults
    _checks: dict[Delivery, dict[str, list[str]]] = field(default_factory=dict)
    planted: list[Fault] = field(default_factory=list)

    def part(self, feed: Feed, delivery: Delivery, part: int, values: Mapping[str, Any], keys: Any = None) -> None:
        """Write one part. `keys` identify the rows for planted faults; a feed without them gets none."""
        name = feed.part_name(delivery.data_date, delivery.sequence, part)
        text = lines(feed, values)
        body, faults = self.faults.plant(feed, delivery.data_date, name, text, keys)
        self.planted += faults
        head = header_of(feed).encode(feed.encoding)
        content = head + body
        if feed.gzip:
            packer = zlib.compressobj(1, zlib.DEFLATED, _GZIP)
            content = packer.compress(content) + packer.flush()
        folder = self._folder(delivery)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
        told = (
            feed.check.line(name, len(text), len(content), digest, delivery.data_date) + "\n" if isinstance(feed.check, CheckFile) else ""
        )
        check = feed.check_name(delivery.data_date, delivery.sequence, part=part)
        if check:
            self._checks.setdefault(delivery, {}).setdefault(check, []).append(told)
        else:
            # Nobody waits for a file of the past to settle.
            os.utime(folder / name, (0, 0))

    def close(self) -> None:
        """Write the check files, after every part of every delivery is written."""
        for delivery, checks in sorted(self._checks.items()):
            for name, lines_of_parts in sorted(checks.items()):
                (self._folder(delivery) / name).write_text("".join(lines_of_parts), encoding="utf-8", newline="")

    def _folder(self, delivery: Delivery) -> Path:
        return self.home / "landing" / f"{delivery.known_on:%Y-%m-%d}" / delivery.feed
