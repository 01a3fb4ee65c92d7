"""From which tables and partitions a night makes a tag, and how much it reads for it."""

from dataclasses import dataclass
from datetime import date

from expectations.errors import ContractError, unknown
from expectations.tables.ops import OPS_LOAD
from features.family import AnyTag, Family
from features.library import FAMILIES, families_by_tag
from features.tag import Derived
from features.tag import NotArrived as NotCome
from jobs.runtime.gaps import NotPublishedError
from jobs.runtime.job import Job
from jobs.runtime.lake import Lake
from jobs.runtime.reads import Moved, NotArrived, State
from jobs.runtime.reads import Read as JobRead


@dataclass(frozen=True)
class Opened:
    """What a job opens of a table on a night."""

    job: str
    table: str
    how: str
    partitions: tuple[str, ...]
    files: int
    rows: int
    size: int


def family_of(tag: str) -> tuple[Family, AnyTag]:
    """Return a tag and its family. ContractError names the nearest tags when there is none of that name."""
    found = {one.column.name: (family, one) for family in FAMILIES for one in family.tags}
    if tag not in found:
        raise ContractError(f"{unknown('tag', tag, found)}\n  To find a tag by its words: chudian tags --find WORDS")
    return found[tag]


def families_before(family: Family, tag: AnyTag) -> list[Family]:
    """Return the other families that the tag may use, each after those that it uses itself."""
    names = families_by_tag()[tag.column.name] - {family.name}
    return sorted((one for one in FAMILIES if one.name in names), key=lambda one: (len(one.stands_on), one.name))


def form_of(family: Family, tag: AnyTag) -> str:
    """Say in a sentence how a night makes the tag."""
    if isinstance(tag, NotCome):
        table = family.reads[tag.of].table  # type: ignore[union-attr]
        return f"number of days of the window for which no delivery of {table.name} is known on D"
    if isinstance(tag, Derived):
        beside = sorted(tag.takes)
        return "derived from columns of its row" + (f", and from {', '.join(beside)}" if beside else "")
    table = family.reads[tag.of].table  # type: ignore[union-attr]
    if tag.window is None:
        return f"{tag.aggregate} over the rows of {table.name} that hold on D"
    kept = family.sums.get(tag.of)
    if kept and tag in kept.tags:
        return f"{tag.aggregate} over {table.name}, kept in {kept.table.name}: a night adds what entered the window and subtracts what left"
    by = f" by {tag.way.by}" if tag.way.by else ""
    return f"{tag.aggregate}{by} over {table.name}: a night reads all days of the window"


def jobs_of(family: Family) -> list[Job]:
    """Return the jobs that make the family's table: those of its sums, and its own."""
    from jobs.tag.compute_tags import SUM_JOBS, TAG_JOBS

    tables = {family.table.name, *(kept.table.name for kept in family.sums.values())}
    return [job for job in (*SUM_JOBS, *TAG_JOBS) if job.writes[0].name in tables]


def opened(lake: Lake, jobs: list[Job], on: date) -> list[Opened]:
    """Return what the jobs open on a night, by job and read. What is not published yet is listed with no files."""
    found = []
    for job in jobs:
        for read in job.reads.values():
            if not isinstance(read, NotArrived):
                found.append(_opened(lake, job, read, on))
    return found


def _opened(lake: Lake, job: Job, read: JobRead, on: date) -> Opened:
    how = {Moved: "days that moved", State: "night before"}.get(type(read), type(read).__name__.lower())
    try:
        files = lake.files(read, on)
    except NotPublishedError:
        return Opened(job.name, read.table.name, f"{how}: not published yet", (), 0, 0, 0)
    column = read.table.event_date or "business_date"
    days = sorted({f"{file.partition[column]}" for file in files})
    rows, size = sum(file.rows for file in files), sum(file.size for file in files)
    return Opened(job.name, read.table.name, how, tuple(days), len(files), rows, size)


def newest_date(lake: Lake) -> date | None:
    """Return the newest night that received a delivery; None when there is none."""
    return max((row["known_on"] for row in lake.log(OPS_LOAD)), default=None)
