"""The distribution of a tag: its coverage, its values as bars, and how both drifted over the last nights."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from expectations.contract import Column
from jobs.runtime.distribution import NUMBERS

WIDTH, LINE, LABEL = 640, 22, 150
# A tag with more codes shows the commonest.
AT_MOST = 24
STATES = {"good": "正常", "new": "样本不足", "bad": "异常"}


@dataclass(frozen=True)
class Bar:
    """A group of values: its label, its share of the values, and where the bar is drawn."""

    label: str
    share: float
    y: int
    length: int


@dataclass(frozen=True)
class OfNight:
    """What the gate recorded of the tag in one night; `psi` is None on the first night."""

    on: date
    rows: int
    nulls: float
    psi: float | None
    state: str
    reasons: tuple[str, ...]

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return STATES[self.state]


@dataclass(frozen=True)
class Distribution:
    """The nights, the newest first, and the bars of the newest one; text that is no code has no bars."""

    nights: tuple[OfNight, ...]
    bars: tuple[Bar, ...]

    @property
    def newest(self) -> OfNight:
        """The newest night."""
        return self.nights[0]

    @property
    def height(self) -> int:
        """The height of the drawing."""
        return LINE * len(self.bars)


def distribution(column: Column, recorded: Sequence[Mapping[str, Any]]) -> Distribution | None:
    """Return the distribution from a tag's rows of ops.tag_profile; None when no night has one."""
    rows = sorted(recorded, key=lambda row: row["business_date"], reverse=True)
    if not rows:
        return None
    return Distribution(tuple(map(of_night, rows)), tuple(_bars(column, json.loads(rows[0]["bins"]))))


def newest_of(recorded: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the row of the newest night."""
    return max(recorded, key=lambda row: row["business_date"])


def of_night(row: Mapping[str, Any]) -> OfNight:
    """Return a row of ops.tag_profile as what is shown of it."""
    nulls = row["nulls"] / row["seen"] if row["seen"] else 0.0
    return OfNight(row["business_date"], row["rows"], nulls, row["psi"], row["state"], tuple(row["reasons"]))


def _bars(column: Column, bins: Mapping[str, int]) -> list[Bar]:
    is_ordered = column.type in (*NUMBERS, "date")
    shown = sorted(bins.items(), key=lambda one: int(one[0])) if is_ordered else sorted(bins.items(), key=lambda one: (-one[1], one[0]))
    total, most = sum(bins.values()), max(bins.values(), default=1)
    return [
        Bar(label_of(column, group), count / total, LINE * place, max(1, round((WIDTH - LABEL - 70) * count / most)))
        for place, (group, count) in enumerate(shown[:AT_MOST])
    ]


def label_of(column: Column, group: str) -> str:
    """Return a group in words: a code, the figures from one power of two to the next, or years back."""
    if column.type == "date":
        return f"{group} years ago" if group[0] != "-" else "later than the night"
    if column.type not in NUMBERS:
        return group
    power = abs(int(group))
    least, most = (1 << power) - 1, (1 << power + 1) - 2
    sign = "-" if group[0] == "-" else ""
    return f"{sign}{least:,}" if least == most else f"{sign}{_short(least)} to {sign}{_short(most)}"


def _short(value: int) -> str:
    for unit, size in (("G", 10**9), ("M", 10**6), ("k", 10**4)):
        if value >= size:
            return f"{value / (1000 if unit == 'k' else size):,.3g} {unit}"
    return f"{value:,}"
