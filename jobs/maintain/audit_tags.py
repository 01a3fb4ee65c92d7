"""Tags computed again from facts, compared value by value with what a night published (law 9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from expectations.errors import ChudianError, teach
from features.family import Family
from features.library import CAR, FAMILIES
from jobs.past import Past
from jobs.plan import jobs_of
from jobs.runtime.job import Job, Order, by_name, effect_job
from jobs.runtime.job_run import JobRun
from jobs.runtime.lake import Lake

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


class DifferenceError(ChudianError):
    """A published tag is not what the facts give."""


@dataclass(frozen=True)
class Difference:
    """A tag of a night whose published values differ from those made of the facts."""

    table: str
    on: date
    tag: str
    subscribers: int

    def __str__(self) -> str:
        return f"{self.table}, business_date={self.on}, tag {self.tag}: {self.subscribers:,} subscribers differ"


@effect_job(schedule="weekly")
def audit_tags(run: JobRun) -> None:
    """Compute all tags of the newest night again, from the facts that it knew, and compare every value with what was published.

    DifferenceError names table, partition and tag. Look for a change of code since that night. Otherwise `chudian audit <date> --repair`
    makes the sums and the tags again.
    """
    night = newest_night(run.lake, run.on)
    if night is None:
        run.told = "no night has a customer record"
        return
    found = differences(run.lake, night)
    run.told = f"{len(FAMILIES)} families of {night} are what the facts give"
    if found:
        cure = f"chudian audit {night} --repair makes them again. A change of code since that night is another reason."
        raise DifferenceError(teach(f"Tags of {night}", map(str, found), cure))


def newest_night(lake: Lake, on: date) -> date | None:
    """Return the newest night up to `on` that has a customer record."""
    made = [publication.business_date for publication in lake.publications.of(CAR).values() if not publication.is_dropped]
    return max((night for night in made if night <= on), default=None)


def differences(lake: Lake, on: date, families: Iterable[Family] = FAMILIES) -> list[Difference]:
    """Return the tags of a night whose published values differ from those made of the facts. Families that were not published have none.

    A family that reads other families of these is made of their values as made here. So a wrong figure is found in every tag made of it.
    """
    past, chosen = Past(lake), list(families)
    read = {name for family in chosen for name in family.stands_on - {family.name}}
    found: list[Difference] = []
    # A family uses more families than any that it reads, so it is made after them.
    for family in sorted(chosen, key=lambda one: len(one.stands_on)):
        if made := lake.publications.snapshot(family.table, on):
            # What the night had to do without is left out here too.
            again = past.tags(family, [on], without=made.lacks)
            again = past.instead(family, again) if family.name in read else again
            found += _of_family(lake.snapshots(family.table, [on]), again, family, on)
    return found


def _of_family(published: "DataFrame", made: "DataFrame", family: Family, on: date) -> list[Difference]:
    from pyspark.sql import functions as F

    names = [tag.column.name for tag in family.tags]
    again = made.select("subscriber_id", *(F.col(name).alias(f"_{name}") for name in names), F.lit(True).alias("_made"))
    joined = published.select("subscriber_id", *names, F.lit(True).alias("_published")).join(again, "subscriber_id", "full")
    is_both = F.col("_made") & F.col("_published")
    counts = {"subscriber_id": F.count_if(is_both.isNull())}
    counts |= {name: F.count_if(is_both & ~F.col(name).eqNullSafe(F.col(f"_{name}"))) for name in names}
    (row,) = joined.agg(*(count.alias(name) for name, count in counts.items())).collect()
    return [Difference(family.table.name, on, name, row[name]) for name in counts if row[name]]


def repairing(families: Iterable[str]) -> list[Job]:
    """Return the jobs that make these families again, in order: their sums, their tags, and the customer record with its profiles.

    Scores, labels and lists of that night are not made again: channels may have them already.
    """
    from jobs.tag.profile_tags import profile_tags
    from jobs.tag.write_car import write_car

    wanted = set(families)
    jobs = [*(job for family in FAMILIES if family.name in wanted for job in jobs_of(family)), write_car, profile_tags]
    return Order(by_name(jobs)).sorted()
