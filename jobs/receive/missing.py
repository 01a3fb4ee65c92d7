"""What a night lacks of a feed: its own delivery, days in between, deliveries that no night has read."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from expectations.errors import FeedError, SlippedError, teach
from expectations.feed import Feed
from features.windows import first_of_month
from jobs.receive.complete import Told, completing_cure, named, strays, told_by_names, waiting_words
from jobs.receive.releases import Listed, waiting
from jobs.receive.weighing import release_cure
from jobs.runtime.job_run import JobRun
from jobs.runtime.loads import loaded_days

# Stands for the scope in a file name if the feed does not declare its scopes.
ANY_SCOPE = "SCOPE"
# More days in a warning are not read.
MOST_DAYS = 14


def due_date(feed: Feed, on: date) -> date | None:
    """Return the newest event date whose delivery is due by the night of `on`; None if the feed has no calendar."""
    if feed.cadence == "daily":
        return on
    if feed.cadence == "monthly":
        return first_of_month(on, 1 if on.day >= feed.due_day else 2)
    return None


def needed_date(feed: Feed, on: date) -> date | None:
    """Return the newest event date that must have been loaded by the night of `on`, given the lateness; None if any load is enough."""
    return due_date(feed, on - timedelta(days=feed.lateness_days))


def is_expected(feed: Feed, day: date | None, on: date) -> bool:
    """Whether a delivery for that day (None: for any) must have arrived by the night of `on`, given `expected_from`.

    If a feed delivers what happened, and only then, perhaps nothing has happened yet.
    """
    if feed.cadence == "on change" and feed.content == "delta":
        return False
    return feed.expected_from is None or (day or on) >= feed.expected_from


def gaps(feed: Feed, loaded: set[date], needed: date) -> list[date]:
    """Return days before the needed date without a load, although older days have one. A full extract has no gaps.

    Old days count too: a tag may look back four months, and an order line is valid until it is cancelled.
    """
    if feed.cadence != "daily" or feed.content != "delta" or not loaded:
        return []
    first = max(min(loaded), feed.expected_from or date.min)
    days = (first + timedelta(days=place) for place in range((needed - first).days))
    return [day for day in days if day not in loaded]


def look_for_missing(run: JobRun, feed: Feed, listed: Sequence[Listed], is_held: bool = False) -> None:
    """Raise FeedError if a delivery that the night needs is missing; other missing deliveries are warnings of the run.

    If the feed slips at its deadline this is a SlippedError, and if the night runs without it, one more warning.

    `listed` has the feed's rows of ops.load, one for every load that a night has examined. `is_held` says that a delivery is held tonight.
    """
    loaded = loaded_days(feed, listed)
    needed = needed_date(feed, run.on)
    missing = _missing_scopes(feed, loaded, needed) if is_expected(feed, needed, run.on) else []
    unseen = _unseen(feed, run, {(row["known_on"], Told(row["data_date"], row["sequence"], row["scope"])) for row in listed})
    unspoken = without_check_file(feed, run)
    wanted = [
        f"expected a delivery{_of(scope)} for {needed or 'any date'} by the night of {run.on}, none was accepted" for scope in missing
    ]
    if not missing or feed.at_deadline == "run without":
        _warn(run, feed, loaded, listed)
        without = [f"{text}; the night runs without it" for text in wanted]
        run.warnings += [f"feed {feed.name}: {fault}" for fault in (*without, *unseen, *unspoken)]
        return
    place = _to_place(feed, run.settings.landing, run.on, needed or run.on, missing[0])
    if unspoken:
        place = f"{completing_cure(feed)}, or {place}"
    cure = f"{'release the one that is held, or ' if is_held else ''}{place}, then run the night again."
    where = f"Feed {feed.name} ({feed.source} {feed.label}, owner {feed.owner})"
    faults = [*wanted, *run.refused, *unspoken, *unseen]
    if feed.at_deadline == "slip":
        raise SlippedError(teach(f"{where} slips", faults, f"nothing; jobs that need it run once it is there. Else {cure}"))
    raise FeedError(teach(where, faults, cure))


def _missing_scopes(feed: Feed, loaded: dict[str, set[date]], needed: date | None) -> list[str]:
    """Return the scopes without the load that the night needs. If the feed declares no scopes, one load of any scope is enough."""
    # A newer full extract has everything that an older one has.
    is_full = feed.cadence == "daily" and feed.content == "full"
    there = {scope for scope, days in loaded.items() if days and (needed is None or needed in days or (is_full and needed < max(days)))}
    return [scope for scope in feed.scopes if scope not in there] if feed.scopes else ([] if there else [""])


def _warn(run: JobRun, feed: Feed, loaded: dict[str, set[date]], listed: Sequence[Listed]) -> None:
    """Warn of deliveries that are due, days in between and deliveries that are held."""
    due, needed = due_date(feed, run.on), needed_date(feed, run.on)
    for scope, days in sorted(loaded.items()) or [("", set())]:
        if due and due not in days and is_expected(feed, due, run.on):
            is_late = due == needed
            late = "has not arrived" if is_late else f"is due; it may be {feed.lateness_days} night(s) late"
            run.warnings.append(f"feed {feed.name}: the delivery{_of(scope)} for {due} {late}")
        holes = gaps(feed, days, needed) if needed else []
        if holes:
            run.warnings.append(f"feed {feed.name}: {len(holes)} day(s) without a delivery{_of(scope)}: {listed_days(holes)}")
    for row in waiting(listed):
        if row["known_on"] < run.since:
            cure = release_cure(feed, row["event_date"], row["scope"])
            run.warnings.append(
                f"feed {feed.name}: the delivery{_of(row['scope'])} for {row['event_date']} is held; if it is right, {cure}"
            )


def listed_days(holes: Sequence[date]) -> str:
    """The days, of many only the newest."""
    shown = ", ".join(map(str, holes[-MOST_DAYS:]))
    return shown if len(holes) <= MOST_DAYS else f"the newest are {shown}"


def _of(scope: str) -> str:
    return f" of scope {scope}" if scope else ""


def without_check_file(feed: Feed, run: JobRun) -> list[str]:
    """Return warnings about files of the night (or range) that belong to no complete delivery."""
    return [waiting_words(feed, name) for name in strays(feed, run.settings.landing, run.since, run.on, run.started_at)]


def _to_place(feed: Feed, landing: Path, on: date, day: date, scope: str) -> str:
    """Return which files to place where, so that the night reads them as the delivery of this scope and data date."""
    if feed.files.have_scopes and not scope:
        scope = ANY_SCOPE
    sequences = [told.sequence for told in told_by_names(feed, landing, on) if (told.data_date, told.scope) == (day, scope)]
    counts = feed.files.count_corrections
    number = max(sequences) + 1 if sequences and counts else 1
    instead = " to replace the present files" if sequences and not counts else ""
    part, check = feed.part_name(day, number, 1, scope), feed.check_name(day, number, scope)
    files = f"{part} and, last, {check}" if check else part
    return f"place {files} in landing/{on}/{feed.name}/{instead}"


def _unseen(feed: Feed, run: JobRun, seen: set[tuple[date, Told]]) -> list[str]:
    """Return a warning about earlier deliveries that are not in ops.load, of many the first and how many; empty if there are none."""
    before = named(feed, run.settings.landing, date.min, run.on - timedelta(days=1), run.started_at)
    unseen = [found for found in before if (found.known_on, found.told) not in seen]
    if not unseen:
        return []
    first, last = unseen[0].known_on, unseen[-1].known_on
    others = f" and {len(unseen) - 1} more up to {last} are" if len(unseen) > 1 else " is"
    # A load takes no range with nights that were loaded otherwise.
    stop = min((night for night, _ in seen if night > first), default=run.on)
    upto = max(found.known_on for found in unseen if found.known_on < stop)
    return [
        f"landing/{first}/{feed.name}/{unseen[0].name}{others} not in ops.load: its night did not run, its receive failed, or it "
        f"came after; chudian load --from {first} --to {upto} takes in {'the first' if upto < last else 'what is missing'}"
    ]
