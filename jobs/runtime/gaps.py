"""What a read refuses: rows that were not published, not refined, or removed by retention."""

from collections.abc import Iterable
from datetime import date

from expectations.contract import Table
from expectations.errors import ChudianError, teach
from jobs.runtime.loads import Load
from jobs.runtime.publications import Publications


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


def refuse_holes(publications: Publications, table: Table, loads: list[Load]) -> None:
    """Raise NotPublishedError if a load was received but not refined: its date would look as if it had no rows."""
    made = publications.of(table)
    holes = []
    for load in loads:
        refined = made.get(load.place)
        # A refined load may have no rows, for example when nobody held the numbers of its requests. Its partition is published all the
        # same.
        if load.load_id not in refined.loads if refined else load.rows:
            holes.append(load)
    if holes:
        faults = [f"{table.event_date} {load.event_date}, received on {load.known_on}, was not refined" for load in holes]
        nights = ", ".join(sorted({f"{load.known_on}" for load in holes}))
        raise NotPublishedError(teach(f"Table {table.name}", faults, f"run the job that writes it for the night of {nights}."))
