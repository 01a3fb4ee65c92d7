"""Held deliveries and who lets them in: `chudian release FEED DATE`."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from expectations.errors import FeedError, teach, unknown
from expectations.feeds import FEEDS
from expectations.tables.ops import OPS_LOAD, OPS_RELEASE
from jobs.runtime.lake import Lake

Listed = Mapping[str, Any]


def released(lake: Lake, feed: str) -> set[str]:
    """Ids of the feed's contents that somebody has released."""
    return {row["load_id"] for row in lake.log(OPS_RELEASE, feed=feed)}


def waiting(listed: Sequence[Listed]) -> list[Listed]:
    """Of a feed's rows of ops.load the deliveries that are held and that no accepted one of their event date has replaced, oldest first."""

    def place(row: Listed) -> tuple[date, date, int]:
        return row["event_date"], row["known_on"], row["sequence"]

    accepted = {row["event_date"]: place(row) for row in sorted(listed, key=place) if row["state"] == "loaded"}
    held = sorted((row for row in listed if row["state"] == "held"), key=place)
    return [row for row in held if place(row) > accepted.get(row["event_date"], (date.min, date.min, 0))]


def release(lake: Lake, feed: str, day: date, at: datetime) -> Listed:
    """Release the newest held delivery of the feed for that data date; what ops.load says of it. FeedError when there is none."""
    if feed not in FEEDS:
        raise FeedError(unknown("feed", feed, FEEDS))
    held = waiting(lake.log(OPS_LOAD, feed=feed))
    of_day = [row for row in held if row["event_date"] == day]
    if not of_day:
        days = ", ".join(sorted({f"{row['event_date']}" for row in held}))
        cure = f"name the data date of a held one: {days}." if days else "nothing, no delivery of this feed waits to be released."
        raise FeedError(teach(f"Feed {feed}", [f"no delivery for {day} is held"], cure))
    newest = of_day[-1]
    record = {"feed": feed, "event_date": day, "load_id": newest["load_id"], "rows_delivered": newest["rows_delivered"], "released_at": at}
    if newest["load_id"] not in released(lake, feed):
        lake.records.append(OPS_RELEASE, [record])
    return newest
