"""Deliveries: part files as the feed declares them, and check files that arrive last."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from expectations.feed import Feed
from simulator.dirt import Dirt, Soiled
from simulator.faults import Fault, Faults
from simulator.files import Files, check_line, packed_as
from simulator.rendering import header_of, lines


@dataclass(frozen=True, order=True)
class Delivery:
    """A delivery: a feed's data date and sequence (01, corrections higher), and the day on which it arrives."""

    known_on: date
    feed: str
    data_date: date
    sequence: int = 1


@dataclass
class Landing:
    """Writes parts below `<home>/landing` and, when closed, a check file for each delivery; records the faults and the dirt it planted."""

    home: Path
    faults: Faults
    dirt: Dirt
    _checks: dict[Delivery, dict[str, list[str]]] = field(default_factory=dict)
    _feeds: dict[str, Feed] = field(default_factory=dict)
    planted: list[Fault] = field(default_factory=list)
    soiled: list[Soiled] = field(default_factory=list)

    def part(self, feed: Feed, delivery: Delivery, part: int, values: Mapping[str, Any], keys: Any = None) -> None:
        """Write one part. `keys` identify the rows for planted faults; a feed without them gets none."""
        name = feed.part_name(delivery.data_date, delivery.sequence, part)
        text = lines(feed, values)
        body, faults = self.faults.plant(feed, delivery.data_date, name, text, keys)
        self.planted += faults
        head = header_of(feed).encode(feed.encoding)
        content = packed_as(feed, head + body)
        folder = self._folder(delivery)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        told = check_line(feed, name, len(text), content, delivery.data_date)
        self._feeds[feed.name] = feed
        check = feed.check_name(delivery.data_date, delivery.sequence, part=part)
        if check:
            self._checks.setdefault(delivery, {}).setdefault(check, []).append(told)
        else:
            # Nobody waits for a file of the past to settle.
            os.utime(folder / name, (0, 0))

    def close(self) -> None:
        """Write the check files, after every part of every delivery is written; then soil what something happens to."""
        for delivery, checks in sorted(self._checks.items()):
            for name, lines_of_parts in sorted(checks.items()):
                (self._folder(delivery) / name).write_text("".join(lines_of_parts), encoding="utf-8", newline="")
            feed = self._feeds[delivery.feed]
            files = Files(self.home / "landing", feed, delivery.known_on, delivery.data_date, delivery.sequence)
            self.soiled += self.dirt.soil(files)

    def _folder(self, delivery: Delivery) -> Path:
        return self.home / "landing" / f"{delivery.known_on:%Y-%m-%d}" / delivery.feed
