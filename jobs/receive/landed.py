"""Checks before Spark starts: whether anything has arrived for a night, and which folders and files no job reads."""

from collections.abc import Collection
from datetime import date
from pathlib import Path

from expectations.dates import iso_day
from expectations.errors import FeedError, unknown


def refuse_if_nothing_landed(landing: Path, since: date, on: date) -> None:
    """FeedError when no file arrived on the nights since..on. It says what did arrive and what to do."""
    nights = [night for folder in landing.glob("*") if (night := iso_day(folder.name)) and any(folder.glob("*/*"))]
    if any(since <= night <= on for night in nights):
        return
    asked = f"{on}" if since == on else f"{since} to {on}"
    arrived = f"deliveries are there for {min(nights)} to {max(nights)}" if nights else "no delivery is there at all"
    place = f"place the deliveries in {landing}/{on}/<feed>/ (docs/feeds.md)"
    simulated = (
        f", or in the demo: chudian simulate --live {on}"
        if (landing.parent / "demo").exists() and since == on > max(nights, default=on)
        else ""
    )
    raise FeedError(f"Nothing has landed for {asked}; {arrived}.\n  To mend it: {place}{simulated}.")


def unknown_in(landing: Path, since: date, on: date, feeds: Collection[str]) -> list[str]:
    """Return a message for everything in the landing folders of the nights since..on that is no feed's folder, so that no job reads it."""
    nights = [night for night in sorted(landing.glob("*")) if (day := iso_day(night.name)) and since <= day <= on]
    faults = []
    for path in (path for night in nights for path in sorted(night.glob("*"))):
        place = f"landing/{path.parent.name}/{path.name}"
        if path.name not in feeds:
            faults.append(f"{place} is not received: {unknown('feed', path.name, sorted(feeds))}")
        elif not path.is_dir():
            faults.append(f"{place} is not received: it is a file, expected a folder")
    return faults
