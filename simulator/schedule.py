"""What is delivered when: which full extracts exist, which usage is late, which bill month is corrected."""

from datetime import date, timedelta

from simulator.day import BILLING_DAY
from simulator.province import Province, month_start

# Days before the night whose usage arrives late, and by how many days: one in the last month, one just before the cut-off at D-42.
LATE_USAGE = {9: 1, 21: 2, 43: 3, 77: 1, 120: 2}
_CORRECTION_DAY = BILLING_DAY + 20


def has_full(province: Province, day: date) -> bool:
    """Whether S1 and S5 of the day are delivered: weekly, daily in the last days, and daily after the night."""
    back = (province.night - day).days
    return day >= province.first_day and (back < province.full_days or back % 7 == 0)


def has_events(province: Province, day: date) -> bool:
    """Whether events of service, platforms and the like are delivered for the day."""
    return day >= max(province.first_day, province.night - timedelta(days=province.event_days - 1))


def has_locations(province: Province, day: date) -> bool:
    """Whether locations of the day are delivered."""
    return day >= max(province.first_day, province.night - timedelta(days=province.location_days - 1))


def usage_known_on(province: Province, day: date) -> date:
    """Return when the usage of a day arrives; never after the night for a day of the history."""
    return day + timedelta(days=LATE_USAGE.get((province.night - day).days, 0))


def corrected_month(province: Province) -> date | None:
    """Return the month whose bill is delivered twice, one that bill tags still read; None if the history has no bill of it."""
    month = month_start(province.last_settled_month, 2)
    return month if month >= province.first_bill_month else None


def bill_due(province: Province, day: date) -> tuple[date, int] | None:
    """Return the billed month and sequence that arrive on a day, if any."""
    month = month_start(day, 1)
    if month < province.first_bill_month:
        return None
    if day.day == BILLING_DAY:
        return month, 1
    return (month, 2) if day.day == _CORRECTION_DAY and month == corrected_month(province) else None
