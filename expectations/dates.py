"""How people and files write dates."""

from calendar import month_name, monthrange
from datetime import date

# The zone of business dates and of all stored times.
ZONE = "Asia/Shanghai"


def iso_day(text: str) -> date | None:
    """Return the day written as yyyy-mm-dd. None for any other text, including other ISO forms (20260304, 2026-W10-3)."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def why_no_day(text: str) -> str:
    """Return why a text of the form yyyy-mm-dd is no day of the calendar."""
    year, month, _ = map(int, text.split("-"))
    if year < 1:
        return "there is no year 0"
    if not 1 <= month <= 12:
        return "the months of a year are 01 to 12"
    return f"{month_name[month]} {year} has {monthrange(year, month)[1]} days"
