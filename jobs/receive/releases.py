"""Held loads and their release: `chudian release FEED DATE`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from expectations.errors import FeedError, teach, unknown
from expectations.feeds import FEEDS
from expectations.tables.ops import OPS_LOAD, OPS_RELEASE
from jobs.receive.deliveries import deliveries
from jobs.runtime.lake import Lake

Listed = Mapping[str, Any]


def released(lake: Lake, feed: str) -> set[str]:
    """Return the ids of the feed's contents that somebody has released."""
    return {row["load_id"] for row in lake.log(OPS_RELEASE, feed=feed)}


def waiting(listed: Sequence[Listed]) -> list[Listed]:
    """Return the feed's held loads that no newer accepted load has replaced, oldest first. `listed` are its rows of ops.load."""
    accepted = {identity(row): arrival(row) for row in in_order(listed) if row["state"] == "loaded"}
    held = [row for row in in_order(listed) if row["state"] == "held"]
    return [row for row in held if identity(row) not in accepted or arrival(row) > accepted[identity(row)]]


def identity(row: Listed) -> tuple[str, date]:
    """Return scope and event date of a feed's row of ops.load."""
    return row["scope"], row["event_date"]


def arrival(row: Listed) -> tuple[date, date, int]:
    """Return the sort key for rows of ops.load with one identity: the greatest is the newest."""
    return row["known_on"], row["data_date"], row["sequence"]


def in_order(listed: Iterable[Listed]) -> list[Listed]:
    """Return a feed's rows of ops.load, oldest event date first; for one event date the newest is last."""
    return sorted(listed, key=lambda row: (row["event_date"], *arrival(row)))


def release(lake: Lake, feed: str, day: date, at: datetime, scope: str | None = None) -> Listed:
    """Release the newest held load of the feed for that event date, and return its row of ops.load.

    FeedError when none is held, or when several scopes are held and `scope` names none of them.
    """
    if feed not in FEEDS:
        raise FeedError(unknown("feed", feed, FEEDS))
    held = waiting(lake.log(OPS_LOAD, feed=feed))
    of_day = [row for row in held if row["event_date"] == day and scope in (None, row["scope"])]
    of_scope = f" and scope {scope}" if scope is not None else ""
    if not of_day:
        days = ", ".join(sorted({" ".join(filter(None, (f"{row['event_date']}", row["scope"]))) for row in held}))
        cure = f"name the data date of a held one: {days}." if days else "nothing; no delivery of this feed is held."
        raise FeedError(teach(f"Feed {feed}", [f"no delivery for {day}{of_scope} is held"], cure))
    scopes = sorted({row["scope"] for row in of_day})
    if len(scopes) > 1:
        cure = f"name one of them: chudian release {feed} {day} --scope {scopes[0]}"
        raise FeedError(teach(f"Feed {feed}", [f"of {day} deliveries of several scopes are held: {', '.join(scopes)}"], cure))
    newest = of_day[-1]
    record = {"feed": feed, "event_date": day, "load_id": newest["load_id"], "rows_delivered": newest["rows_delivered"], "released_at": at}
    if newest["load_id"] not in released(lake, feed):
        lake.records.append(OPS_RELEASE, [record])
    return newest


def keep_released(lake: Lake) -> None:
    """Release the content that released deliveries have now, after somebody's lines were removed from the landing.

    A delivery of several days has an id for each day, which only receive can tell; it is held again if its night runs again.
    """
    by_id = {row["load_id"]: row for row in lake.log(OPS_RELEASE)}
    listed = [row for row in lake.log(OPS_LOAD) if row["load_id"] in by_id and row["feed"] in FEEDS]
    wanted = {(row["feed"], row["known_on"], row["data_date"], row["sequence"], row["scope"]): by_id[row["load_id"]] for row in listed}
    for feed, night in sorted({place[:2] for place in wanted}):
        for delivery in deliveries(FEEDS[feed], lake.settings.landing, night, night):
            record = wanted.get((feed, night, delivery.data_date, delivery.sequence, delivery.scope))
            if record and delivery.load_id not in by_id:
                lake.records.append(OPS_RELEASE, [{**record, "load_id": delivery.load_id, "rows_delivered": delivery.rows}])
