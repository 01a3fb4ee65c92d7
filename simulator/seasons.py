"""How much more or less everybody uses the network on a day: on working days, at the weekend, in holidays, and at the end of a month."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from simulator.catalogue import rows_of
from simulator.days import number_of, weekday
from simulator.province import month_start


@dataclass(frozen=True)
class Season:
    """Factors of calls, messages and data, and of the chance to be roaming."""

    voice: float
    sms: float
    data: float
    roaming: float


WORKING_DAY, WEEKEND = Season(1.04, 1.0, 0.95, 1.0), Season(0.9, 1.0, 1.15, 1.0)
# Who has a data plan and data left uses so much more on so many last days of a month.
MONTH_END, MONTH_END_DAYS = 1.2, 3


@lru_cache(maxsize=1)
def _holidays() -> tuple[tuple[int, int, Season], ...]:
    return tuple(
        (
            number_of(date.fromisoformat(row["FIRST_DAY"])),
            number_of(date.fromisoformat(row["LAST_DAY"])),
            Season(*(float(row[name]) for name in ("VOICE", "SMS", "DATA", "ROAMING"))),
        )
        for row in rows_of("seasons")
    )


@lru_cache(maxsize=2048)
def season_of(day: int) -> Season:
    """Return the season of a day. The weeks of Chinese New Year and of National Day are lines of catalogues/seasons.csv."""
    for first, last, season in _holidays():
        if first <= day <= last:
            return season
    return WEEKEND if weekday(day) >= 5 else WORKING_DAY


def is_month_end(day: int) -> bool:
    """Whether the day is one of the last of its month."""
    civil = date.fromordinal(date(1970, 1, 1).toordinal() + day)
    return number_of(month_start(civil, -1)) - day <= MONTH_END_DAYS
