"""Whether anything has landed for a night, asked before Spark is started."""

from datetime import date
from pathlib import Path

from expectations.dates import iso_day
from expectations.errors import FeedError


def refuse_if_nothing_landed(landing: Path, since: date, on: date) -> None:
    """FeedError when no file arrived on the nights since..on; it says what did arrive and what to do."""
    nights = [night for folder in landing.glob("*") if (night := iso_day(folder.name)) and any(folder.glob("*/*"))]
    if any(since <= night <= on for night in nights):
        return
    asked = f"{on}" if since == on else f"{since} to {on}"
    arrived = f"deliveries are there for {min(nights)} to {max(nights)}" if nights else "no delivery is there at all"
    place = f"place the deliveries in {landing}/{on}/<feed>/ (docs/feeds.md)"
    simulated = f", or in the demo: chudian simulate --live {on}" if (landing.parent / "demo").exists() and since == on else ""
    raise FeedError(f"Nothing has landed for {asked}; {arrived}.\n  To mend it: {place}{simulated}.")
