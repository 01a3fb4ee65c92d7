"""The days that a tag covers: pure date arithmetic, no clock."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pyspark.sql import Column


_SUFFIX = re.compile("[0-9]+[dm]|m[0-9]+")


def stem_of(tag: str) -> str:
    """Return a tag's name without its window; the name itself if it has none."""
    stem, _, window = tag.rpartition("_")
    return stem if _SUFFIX.fullmatch(window) else tag


def first_of_month(on: date, back: int = 0) -> date:
    """Return the first day of the month `back` months before the month of `on`."""
    months = on.year * 12 + on.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


@dataclass(frozen=True)
class Window:
    """A window. `days`: the last n days, D included. `months`: the last n closed calendar months.

    `month`: the closed month n months back; 0 is the running month up to D.
    """

    kind: Literal["days", "months", "month"]
    length: int

    @property
    def suffix(self) -> str:
        """The suffix for a tag's name: 30d, 3m, m2."""
        return {"days": f"{self.length}d", "months": f"{self.length}m", "month": f"m{self.length}"}[self.kind]

    @property
    def words(self) -> str:
        """The window in English, as a sentence without its full stop."""
        if self.kind == "days":
            return f"Last {self.length} days, D included"
        if self.kind == "month":
            return f"The closed month {self.length} months back" if self.length else "The running month, D included"
        return "Last closed month" if self.length == 1 else f"Last {self.length} closed months"

    @property
    def label(self) -> str:
        """The window in Chinese, to put before a tag's label."""
        if self.kind == "days":
            return f"近{self.length}天"
        if self.kind == "month":
            return f"前第{self.length}月" if self.length else "本月"
        return "上月" if self.length == 1 else f"近{self.length}个月"

    @property
    def is_open(self) -> bool:
        """Whether D is in the window, so that it has other days every night."""
        return self.kind == "days" or self.length == 0

    @property
    def most_days(self) -> int:
        """How many days it may have."""
        return {"days": self.length, "months": 31 * self.length, "month": 31}[self.kind]

    def span(self, on: date) -> tuple[date, date]:
        """Return first and last day, both included. A month is closed from the first day of the next on: D's own month is not closed."""
        if self.kind == "days":
            return on - timedelta(days=self.length - 1), on
        if self.is_open:
            return first_of_month(on), on
        last = first_of_month(on) if self.kind == "months" else first_of_month(on, self.length - 1)
        return first_of_month(on, self.length), last - timedelta(days=1)

    def bounds(self, on: "Column") -> "tuple[Column, Column]":
        """Return first and last day as columns, for a date that is a column: the same days as `span`."""
        from pyspark.sql import functions as F

        if self.kind == "days":
            return F.date_sub(on, self.length - 1), on
        month = F.trunc(on, "month")
        if self.is_open:
            return month, on
        last = month if self.kind == "months" else F.add_months(month, 1 - self.length)
        return F.add_months(month, -self.length), F.date_sub(last, 1)

    def days(self, on: date) -> list[date]:
        """Return every day of the window, oldest first."""
        first, last = self.span(on)
        return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]

    def has(self, on: date, day: date) -> bool:
        """Whether the day is in the window."""
        first, last = self.span(on)
        return first <= day <= last

    def lacks(self, on: date, days: Iterable[date]) -> int:
        """Return how many of these days are in the window."""
        return sum(self.has(on, day) for day in days)
