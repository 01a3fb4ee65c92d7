"""Whether last month's bills are settled 出账: a wave that waits for them needs most of them, not the first one (P10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from features.windows import first_of_month
from scenarios.calendar import import_day

# Of the number of bills of the month before. Numbers of bills change by a few per cent a month; a delivery of one city or one billing run
# of several is far below.
SETTLED_PER_MILLE = 900


def billed_months(on: date) -> list[date]:
    """The month before the one in which the lists are imported, and the one before that.

    On a month's last night the first of the two is that month itself.
    """
    return [first_of_month(import_day(on), back) for back in (1, 2)]


@dataclass(frozen=True)
class Settlement:
    """How many bills are known of the month that has to be settled, and of the month before it."""

    month: date
    bills: int
    month_before: date
    bills_before: int

    @classmethod
    def on(cls, on: date, bills: Mapping[date, int]) -> "Settlement":
        """Out of the number of bills known by month."""
        month, before = billed_months(on)
        return cls(month, bills.get(month, 0), before, bills.get(before, 0))

    @property
    def is_settled(self) -> bool:
        """Whether enough bills are known; false when there are none of the month before to compare with."""
        return self.bills_before > 0 and self.bills * 1000 >= self.bills_before * SETTLED_PER_MILLE

    @property
    def words(self) -> str:
        """Both counts and what is expected."""
        known = f"{self.bills} bills of {self.month:%Y-%m} are known and {self.bills_before} of {self.month_before:%Y-%m}"
        return f"{known}; settled is at least {SETTLED_PER_MILLE} per mille of the month before, which must have bills"
