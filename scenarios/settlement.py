"""Whether last month's bills are settled 出账. A wave that waits for them needs most of the bills, not only the first (P10)."""

from dataclasses import dataclass
from datetime import date

from expectations.feeds import FEEDS
from expectations.tables.ods_bill import ODS_BILL
from features.windows import first_of_month
from scenarios.calendar import import_day

# Share of the subscribers who get a bill, as the feed of bills states it.
SETTLED_PER_MILLE = max((feed.settled_per_mille or 0 for feed in FEEDS.values() if feed.table is ODS_BILL), default=0) or 1000


def billed_month(on: date) -> date:
    """Return the month before the one in which the lists are imported; on a month's last night that is the month itself."""
    return first_of_month(import_day(on), 1)


def gets_bill(month: date) -> str:
    """Return Spark SQL over dwd.subscriber: who gets a bill of the month. Stopped and leaving subscribers may have used nothing in it."""
    return f"state = 'active' AND entry_date < DATE'{first_of_month(month, -1)}'"


@dataclass(frozen=True)
class Settlement:
    """How many subscribers get a bill of the month that has to be settled, and of how many of them it is known."""

    month: date
    subscribers: int
    billed: int

    @property
    def is_settled(self) -> bool:
        """Whether enough bills are known; false without subscribers to compare with."""
        return self.subscribers > 0 and self.billed * 1000 >= self.subscribers * SETTLED_PER_MILLE

    @property
    def words(self) -> str:
        """Both counts and what is expected."""
        known = f"of {self.subscribers} subscribers who get a bill of {self.month:%Y-%m}, {self.billed} have one"
        return f"{known}; settled is at least {SETTLED_PER_MILLE} per mille"
