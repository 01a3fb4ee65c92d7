"""Whether last month's bills are settled 出账. A wave that waits for them needs most of the bills, not only the first (P10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from expectations.feeds import FEEDS
from expectations.tables.ods_bill import ODS_BILL
from features.windows import first_of_month
from scenarios.calendar import import_day

# Share of the number of bills of the month before, as the feed of bills states it.
SETTLED_PER_MILLE = max((feed.settled_per_mille or 0 for feed in FEEDS.values() if feed.table is ODS_BILL), default=0) or 1000


def billed_months(on: date) -> list[date]:
    """Return the month before the one in which the lists are imported, and the month before that.

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
        """Return the settlement from the number of bills known by month."""
        month, before = billed_months(on)
        return cls(month, bills.get(month, 0), before, bills.get(before, 0))

    @property
    def is_settled(self) -> bool:
        """Whether enough bills are known; false if the month before has none to compare with."""
        return self.bills_before > 0 and self.bills * 1000 >= self.bills_before * SETTLED_PER_MILLE

    @property
    def words(self) -> str:
        """Both counts and what is expected."""
        known = f"{self.bills} bills of {self.month:%Y-%m} are known and {self.bills_before} of {self.month_before:%Y-%m}"
        return f"{known}; settled is at least {SETTLED_PER_MILLE} per mille of the month before, which must have bills"
