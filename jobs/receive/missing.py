"""What a night expects of a feed and does not find: its own delivery, days in between, deliveries that no night has looked at."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from pathlib import Path

from expectations.errors import FeedError, teach
from expectations.feed import Feed
from features.windows import first_of_month
from jobs.receive.deliveries import dates_and_sequences, named, strays
from jobs.receive.releases import Listed, waiting
from jobs.receive.weighing import release_cure
from jobs.runtime.job_run import JobRun


def due_date(feed: Feed, on: date) -> date | None:
    """The newest event date whose delivery is due by the night of `on`; None when there is no calendar for it."""
    if feed.cadence == "daily":
        return on
    if feed.cadence == "monthly":
        return first_of_month(on, 1 if on.day >= feed.due_day else 2)
    return None


def needed_date(feed: Feed, on: date) -> date | None:
    """The newest event date that must have been loaded by the night of `on`, its lateness allowed; None when any load will do."""
    return due_date(feed, on - timedelta(days=feed.lateness_days))


def gaps(feed: Feed, loaded: set[date], needed: date) -> list[date]:
    """Days before the needed date without a load, though older ones have one; a full extract has no gaps.

    However old: a tag may look back four months, and an order line holds until it is cancelled.
    """
    if feed.cadence != "daily" or feed.content != "delta" or not loaded:
        return []
    first = min(loaded)
    days = (first + timedelta(days=place) for place in range((needed - first).days))
    return [day for day in days if day not in loaded]


def look_for_missing(run: JobRun, feed: Feed, listed: Sequence[Listed], held: Collection[date] = ()) -> None:
    """FeedError when the night's own delivery is missing; what is missing from earlier nights is a warning of the run.

    `listed` has the feed's rows of ops.load, one for every delivery that a night has looked at before; `held` are the data dates of those
    that tonight holds.
    """
    seen = {(row["known_on"], row["event_date"], row["sequence"]) for row in listed}
    unseen = _unseen(feed, run, seen)
    unspoken = without_check_file(feed, run)
    needed = needed_date(feed, run.on)
    loaded = {load.event_date for load in run.lake.loads(feed.table, run.on)}
    if needed in loaded or (needed is None and loaded):
        due = due_date(feed, run.on)
        if due and due not in loaded:
            run.warnings.append(f"feed {feed.name}: the delivery for {due} is due; it may be {feed.lateness_days} night(s) late")
        holes = gaps(feed, loaded, needed) if needed else []
        run.warnings += [f"feed {feed.name}: {len(holes)} day(s) without a delivery: {', '.join(map(str, holes))}"] if holes else []
        before = [row["event_date"] for row in waiting(listed) if row["known_on"] < run.since]
        run.warnings += [f"feed {feed.name}: the delivery for {day} is held; if it is right, {release_cure(feed, day)}" for day in before]
        run.warnings += [f"feed {feed.name}: {fault}" for fault in (*unseen, *unspoken)]
        return
    faults = [f"expected a delivery for {needed or 'any date'} by the night of {run.on}, none was accepted", *run.refused, *unspoken]
    place = _to_place(feed, run.settings.landing, run.on, needed or run.on)
    if unspoken:
        place = f"place the check file of what lies there, if it is whole, or {place}"
    cure = f"{'release the one that is held, or ' if held else ''}{place}, then run the night again."
    raise FeedError(teach(f"Feed {feed.name} ({feed.source} {feed.label}, owner {feed.owner})", [*faults, *unseen], cure))


def without_check_file(feed: Feed, run: JobRun) -> list[str]:
    """What lies in the feed's folders of the night (or range) without a check file: on its way, or wrongly named."""
    return [f"no check file speaks of {name}" for name in strays(feed, run.settings.landing, run.since, run.on)]


def _to_place(feed: Feed, landing: Path, on: date, day: date) -> str:
    """Which files to place where, so that the night takes them for the delivery of this data date."""
    sequences = [sequence for data_date, sequence in dates_and_sequences(feed, landing, on) if data_date == day]
    counts = feed.files.count_corrections
    number = max(sequences) + 1 if sequences and counts else 1
    instead = " in place of those that are there" if sequences and not counts else ""
    return f"place {feed.part_name(day, number, 1)} and, last, {feed.check_name(day, number)} in landing/{on}/{feed.name}/{instead}"


def _unseen(feed: Feed, run: JobRun, seen: set[tuple[date, date, int]]) -> list[str]:
    """Earlier deliveries that no receive has listed: a night that never ran or failed, or a file placed after its night."""
    before = named(feed, run.settings.landing, date.min, run.on - timedelta(days=1))
    return [
        f"landing/{found.known_on}/{feed.name}/{found.check.name} is not in ops.load: its night did not run, its receive failed, or it "
        f"came after; chudian load --from {found.known_on} --to {found.known_on} takes it in"
        for found in before
        if (found.known_on, found.data_date, found.sequence) not in seen
    ]
