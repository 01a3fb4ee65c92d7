"""One subscriber on a night: clean rows, and the words in which the meanings of tags are written down again."""

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
Rows = list[Row]
NONE_ABSENT: frozenset[date] = frozenset()
MOST_PER_MILLE = 1_000_000
# The column with the day of a fact's row.
MONTHLY = {"ods.bill": "month"}


@dataclass
class Person:
    """What is known of a subscriber on the night `on`.

    `rows` has the rows of each table as the night knows them, `absent` the days of a fact that were due and have not come, `before` the
    subscriber's tags of the night before by family, `terminal` the row of the handset catalogue. `tags` fills up family by family.
    """

    on: date
    spine: Row
    rows: Mapping[str, Rows] = field(default_factory=dict)
    absent: Mapping[str, frozenset[date]] = field(default_factory=dict)
    before: Mapping[str, Row] = field(default_factory=dict)
    terminal: Row = field(default_factory=dict)
    tags: Row = field(default_factory=dict)

    def all(self, table: str) -> Rows:
        """All rows of a table."""
        return self.rows.get(table, [])

    def within(self, table: str, window: str) -> Rows:
        """The rows of a fact in a window."""
        first, last = span(self.on, window)
        day = MONTHLY.get(table, "day")
        return [row for row in self.all(table) if first <= row[day] <= last]

    def lacking(self, table: str, window: str) -> int:
        """How many days of the window have not come."""
        first, last = span(self.on, window)
        return sum(first <= day <= last for day in self.absent.get(table, NONE_ABSENT))

    def known(self, table: str, window: str, value: Callable[[Rows], Any], from_what_came: bool = False) -> Any:
        """A figure over a window. None if the window ended before the entry, or if a day of a closed month has not come."""
        entry = self.spine["entry_date"]
        if entry is not None and entry > span(self.on, window)[1]:
            return None
        is_month = not window.endswith("d") and window != "m0"
        if is_month and not from_what_came and self.lacking(table, window):
            return None
        return value(self.within(table, window))

    def days_since(self, day: date | None) -> int | None:
        """Days from a day to D."""
        return None if day is None else (self.on - day).days


def month(on: date, back: int) -> tuple[date, date]:
    """First and last day of the month so many months before that of `on`."""
    first = on.replace(day=1)
    for _ in range(back):
        first = (first - timedelta(days=1)).replace(day=1)
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def span(on: date, window: str) -> tuple[date, date]:
    """First and last day of a window: 30d, the last 30 days with D; 3m, the last three closed months; m2, the closed month two back.

    m0 is the running month up to D.
    """
    if window == "m0":
        return on.replace(day=1), on
    if window.endswith("d"):
        return on - timedelta(days=int(window[:-1]) - 1), on
    if window.startswith("m"):
        return month(on, int(window[1:]))
    return month(on, int(window[:-1]))[0], month(on, 1)[1]


def whole_months(since: date | None, on: date) -> int | None:
    """Whole months from a day to another. From the last day of a month to the last of another they are whole."""
    if since is None:
        return None
    months = (on.year - since.year) * 12 + on.month - since.month
    both_last = all(day.day == monthrange(day.year, day.month)[1] for day in (since, on))
    return months - (on.day < since.day and not both_last)


def add(rows: Iterable[Row], column: str) -> int:
    """The sum of a column; a missing value counts nothing."""
    return sum(row[column] or 0 for row in rows)


def told(rows: Iterable[Row], column: str) -> list[Any]:
    """The values of a column that are there."""
    return [row[column] for row in rows if row[column] is not None]


def add_told(rows: Iterable[Row], column: str) -> int | None:
    """The sum of a column; None without a value."""
    values = told(rows, column)
    return sum(values) if values else None


def most(values: Iterable[Any]) -> Any:
    """The greatest value; None without one."""
    return max((value for value in values if value is not None), default=None)


def least(values: Iterable[Any]) -> Any:
    """The least value; None without one."""
    return min((value for value in values if value is not None), default=None)


def divided(part: int, whole: int) -> int:
    """The quotient without its fraction, also of a negative number."""
    quotient = abs(part) // abs(whole)
    return quotient if (part < 0) == (whole < 0) else -quotient


def per_mille(part: int | None, whole: int | None) -> int | None:
    """The part in thousandths of the whole, without the fraction; None if there is no whole."""
    if part is None or whole is None or whole <= 0:
        return None
    return min(divided(part * 1000, whole), MOST_PER_MILLE)


def trend(now: int | None, before: int | None, at_least: int = 0) -> str | None:
    """Rising or falling if more than a fifth apart, and more than `at_least`; else steady."""
    if now is None or before is None:
        return None
    border = max(at_least, abs(before) * 200 // 1000)
    return "rising" if now - before > border else "falling" if before - now > border else "steady"


def weights(rows: Iterable[Row], key: str, weight: Callable[[Row], int | None]) -> dict[Any, int]:
    """The summed weight of each key, the heaviest first, of equals the first key; keys without weight are left out."""
    found: dict[Any, int] = {}
    for row in rows:
        if row[key] is not None:
            found[row[key]] = found.get(row[key], 0) + (weight(row) or 0)
    return dict(sorted(((name, total) for name, total in found.items() if total > 0), key=lambda one: (-one[1], one[0])))


def first_of(of: Mapping[Any, int], wanted: int = 1) -> str | None:
    """The heaviest keys, with commas between them."""
    return ",".join(str(name) for name in list(of)[:wanted]) or None


def share_of_first(of: Mapping[Any, int]) -> int | None:
    """The share of the heaviest key."""
    return max(of.values()) * 1000 // sum(of.values()) if of else None


def newest(rows: Iterable[Row], value: Callable[[Row], Any], *by: str) -> Any:
    """The value of the newest row that has one."""
    with_value = [row for row in rows if value(row) is not None]
    return value(max(with_value, key=lambda row: [row[name] for name in by])) if with_value else None


def halved(days: int, half_life: int) -> int:
    """What is left of one, in thousandths, after so many days."""
    return round(1000 * 0.5 ** (days / half_life))
