"""What a read refuses: rows that were not published, not refined, or removed by retention."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from expectations.contract import Table
from expectations.errors import ChudianError, teach
from jobs.runtime.loads import Load, newest
from jobs.runtime.publications import Publications
from jobs.runtime.reads import Arrived, Latest

if TYPE_CHECKING:
    from jobs.runtime.job import Job
    from jobs.runtime.lake import Lake

# A table that is new in a home may have years of loads before it.
DAYS_CAUGHT_UP = 31


class NotPublishedError(ChudianError):
    """A table or partition that a job needs has not been published."""


def kept(publications: Publications, fact: Table, loads: list[Load]) -> list[Load]:
    """Return the loads. NotPublishedError if retention has removed one: it would look like a delivery without rows."""
    gone = dropped(publications, fact, loads)
    if gone:
        faults = [f"{fact.event_date} {day} was removed, because the table keeps {fact.kept_days} days" for day in gone]
        raise NotPublishedError(teach(f"Table {fact.name}", faults, "the landing may still have it: receive it again first."))
    return loads


def dropped(publications: Publications, fact: Table, loads: Iterable[Load]) -> list[date]:
    """Return the event dates of these loads that retention has removed."""
    made = publications.of(fact) if fact.kept_days else {}
    return sorted({load.event_date for load in loads if load.place in made and made[load.place].is_dropped})


def holes(publications: Publications, table: Table, loads: Iterable[Load]) -> list[Load]:
    """Return the loads that were received and not refined into the table."""
    made = publications.of(table)
    found = []
    for load in loads:
        refined = made.get(load.place)
        # A refined load may have no rows, for example when nobody held the numbers of its requests. Its partition is published all the
        # same.
        if load.load_id not in refined.loads if refined else load.rows:
            found.append(load)
    return found


def to_refine(lake: "Lake", job: "Job", on: date) -> dict[date, str]:
    """Return the nights before `on` whose loads the job has to refine tonight, oldest first, and why.

    It could not refine them because what it needed was late: the night of a missing S1 knows no holders. Or a delivery of `on` corrects a
    full extract (`Latest`) that they were refined with.
    """
    loads = _loads_before(lake, job, on)
    if not loads:
        return {}
    why = dict.fromkeys(_outdated(lake, job, on, {load.known_on for load in loads}), "a full extract that it reads was corrected")
    why |= dict.fromkeys((load.known_on for load in holes(lake.publications, job.writes[0], loads)), "it could not be refined that night")
    return dict(sorted(why.items()))


def _outdated(lake: "Lake", job: "Job", on: date, nights: set[date]) -> set[date]:
    """Return those of the nights that read a full extract which a delivery of `on` corrects."""
    looked_up = [read.table for read in job.reads.values() if isinstance(read, Latest)]
    changed = {(table, load.identity) for table in looked_up for load in lake.loads(table, on) if load.known_on == on}
    if not changed:
        return set()
    read = {night: {(table, load.identity) for table in looked_up for load in lake.latest(table, night)} for night in nights}
    return {night for night, loads in read.items() if loads & changed}


def _loads_before(lake: "Lake", job: "Job", on: date) -> list[Load]:
    """Return the loads of the last nights before `on` that the job refines and that are still kept; none if it refines no loads."""
    reads = [read.table for read in job.reads.values() if isinstance(read, Arrived)]
    if job.kind != "table" or not job.writes[0].follows or not reads:
        return []
    table, first = job.writes[0], on - timedelta(days=DAYS_CAUGHT_UP)
    loads = newest((load for load in lake.loads(reads[0], on) if first <= load.known_on < on), lambda load: load.known_on)
    gone = {*dropped(lake.publications, table, loads), *dropped(lake.publications, reads[0], loads)}
    return [load for load in loads if load.event_date not in gone]


def refuse_holes(publications: Publications, table: Table, loads: list[Load]) -> None:
    """Raise NotPublishedError if a load was received but not refined: its date would look as if it had no rows."""
    lacking = holes(publications, table, loads)
    if lacking:
        faults = [f"{table.event_date} {load.event_date}, received on {load.known_on}, was not refined" for load in lacking]
        nights = ", ".join(sorted({f"{load.known_on}" for load in lacking}))
        raise NotPublishedError(teach(f"Table {table.name}", faults, f"run the job that writes it for the night of {nights}."))
