"""`Province`: the parameters that determine every byte of a synthetic province."""

from dataclasses import dataclass
from datetime import date, timedelta

from simulator.dirt import KINDS, known_kinds
from simulator.errors import SimulatorError

DAYS_A_MONTH = 30.4
# The share of the subscribers who enter in a month.
ENTER_A_MONTH = 0.024
FEWEST_ENTRANTS = 3
_VISIT_DAYS, _CONTACT_DAYS = 90, 182


def month_start(day: date, months_back: int = 0) -> date:
    """Return the first day of the month that is this many months before the day's own."""
    count = day.year * 12 + day.month - 1 - months_back
    return date(count // 12, count % 12 + 1, 1)


@dataclass(frozen=True)
class Province:
    """The parameters of a province; equal parameters give equal bytes.

    `subscribers` counts user ids up to the night: some enter inside the history, some have left before the night. After the night
    `entrants_a_day` more enter on each day. `wap_rows` is the mean number of log rows per subscriber and day. `bad_rows_per_million` plants
    unreadable rows in S1, S3 and S7. `faults` are kinds of dirt (simulator/dirt.py), each with the share of daily deliveries, per mille,
    that it happens to, in the week that begins with `bad_week` or, without it, on all days. `wap_days`, `event_days` and `location_days`
    are the days of history of the WAP log, of service, platforms and other events, and of locations. S1 and S5 are delivered weekly, and
    daily in the last `full_days`. `chunk` subscribers are simulated at a
    time and are one part file per day; it limits memory and changes no row.
    """

    subscribers: int = 10_000
    seed: int = 20260304
    night: date = date(2026, 3, 4)
    wap_rows: int = 10
    history_days: int = 150
    wap_days: int = 35
    event_days: int = 90
    # Three closed months have some, so that a permanent region is known.
    location_days: int = 70
    bill_months: int = 7
    full_days: int = 7
    bad_rows_per_million: int = 0
    faults: tuple[tuple[str, int], ...] = ()
    bad_week: date | None = None
    chunk: int = 50_000

    def __post_init__(self) -> None:
        faults = [f"{name} is {value}, but must be at least 1" for name, value in self._counts() if value < 1]
        if self.chunk % 2:
            faults.append(f"chunk is {self.chunk}, but must be even: a recycled number's two holders are neighbours")
        if not 0 <= self.bad_rows_per_million <= 1_000_000:
            faults.append(f"bad_rows_per_million is {self.bad_rows_per_million}, but must be between 0 and 1000000")
        if self.subscribers > 40_000_000:
            faults.append(f"subscribers is {self.subscribers}, but the range of test numbers ends at 40000000")
        faults += [f"fault {name} is unknown, expected {known_kinds()}" for name, _ in self.faults if name not in KINDS]
        if sum(per_mille for _, per_mille in self.faults) > 1000:
            faults.append("the shares of faults are more than 1000 per mille together")
        if self.bad_week and not self.faults:
            faults.append("bad_week without faults; BAD_WEEK of simulator/dirt.py has all of them")
        if faults:
            raise SimulatorError("Province: " + "; ".join(faults) + ".")

    def _counts(self) -> list[tuple[str, int]]:
        names = ("subscribers", "wap_rows", "history_days", "wap_days", "event_days", "location_days", "bill_months", "full_days", "chunk")
        return [(name, getattr(self, name)) for name in names]

    @property
    def first_day(self) -> date:
        """First day of the delivered history."""
        return self.night - timedelta(days=self.history_days - 1)

    @property
    def first_wap_day(self) -> date:
        """First day of the WAP log."""
        return max(self.first_day, self.night - timedelta(days=self.wap_days - 1))

    @property
    def first_visit_day(self) -> date:
        """First day of the channel visits."""
        return max(self.first_day, self.night - timedelta(days=_VISIT_DAYS - 1))

    @property
    def first_contact_day(self) -> date:
        """First day of other departments' contacts: six months back, if that day is simulated."""
        return max(self.first_lived_day, self.night - timedelta(days=_CONTACT_DAYS - 1))

    @property
    def last_settled_month(self) -> date:
        """The newest month whose bill is known on the night; bills arrive on the 3rd of the next month."""
        return month_start(self.night, 1 if self.night.day >= 3 else 2)

    @property
    def first_bill_month(self) -> date:
        """The oldest month whose bill is delivered."""
        return month_start(self.last_settled_month, self.bill_months - 1)

    @property
    def first_lived_day(self) -> date:
        """The first simulated day: early enough for the first bill and for whole months of usage."""
        return min(self.first_bill_month, month_start(self.first_day))

    @property
    def entrants_a_day(self) -> int:
        """How many enter on each day after the night: as many per day as inside the history, and at least a few."""
        return max(FEWEST_ENTRANTS, round(self.subscribers * ENTER_A_MONTH / DAYS_A_MONTH))

    def entrants_by(self, day: date) -> int:
        """Return how many have entered from the day after the night to this one."""
        return max(0, (day - self.night).days) * self.entrants_a_day

    @property
    def chunks(self) -> list[tuple[int, int]]:
        """Return the subscribers of each chunk as (first, one past the last)."""
        return [(start, min(start + self.chunk, self.subscribers)) for start in range(0, self.subscribers, self.chunk)]
