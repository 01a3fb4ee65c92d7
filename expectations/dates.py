"""How dates are written where people and files write them."""

from datetime import date


def iso_day(text: str) -> date | None:
    """The day written as yyyy-mm-dd; None for any other text, other ISO forms (20260304, 2026-W10-3) among them."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None
