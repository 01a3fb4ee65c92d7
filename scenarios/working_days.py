"""Working days of China: weekends, public holidays, and the weekends that are worked in exchange 法定节假日与调休 (P10)."""

from datetime import date, timedelta

from chinese_calendar import get_holiday_detail

_SATURDAY = 5


def is_year_known(year: int) -> bool:
    """Whether the days off of the year are known. The State Council announces them in the November before."""
    try:
        get_holiday_detail(date(year, 7, 1))
    except NotImplementedError:
        return False
    return True


def is_day_off(day: date) -> bool:
    """Whether offices are closed: a public holiday, or a weekend that is not worked. In a year that is not known, every weekend."""
    return get_holiday_detail(day)[0] if is_year_known(day.year) else day.weekday() >= _SATURDAY


def is_public_holiday(day: date) -> bool:
    """Whether the day is off because of a public holiday, its weekend included; false in a year that is not known."""
    return is_day_off(day) and is_year_known(day.year) and get_holiday_detail(day)[1] is not None


def working_day(day: date) -> date:
    """Return the day itself, or the next working day when it is off."""
    return working_day(day + timedelta(days=1)) if is_day_off(day) else day
