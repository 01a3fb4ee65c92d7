"""Days as whole numbers since 1970-01-01, the form used in lives."""

from datetime import date, timedelta

import numpy as np

NEVER = int(np.iinfo(np.int32).max)
_EPOCH = date(1970, 1, 1)


def number_of(day: date) -> int:
    """Return the day's number."""
    return (day - _EPOCH).days


def dates(numbers: np.ndarray) -> np.ndarray:
    """Return day numbers as datetime64[D]; NEVER becomes not-a-time."""
    return np.where(numbers == NEVER, np.datetime64("NaT"), numbers.astype("datetime64[D]"))


def through(first: date, last: date) -> list[date]:
    """Return every day from first to last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def weekday(number: int) -> int:
    """Return the day of the week, Monday as 0; day 0 was a Thursday."""
    return (number + 3) % 7
