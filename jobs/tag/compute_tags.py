"""One table job per tag family in features/library.py, and one for each of the sums that it keeps."""

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.family import Family
from features.library import FAMILIES
from features.moment import Moment
from features.reads import Lookup, Rows, TagsOf
from features.sums import Sums
from jobs.runtime.job import Job, table_job
from jobs.runtime.reads import IfMade, Known, Latest, NightBefore, NotArrived, Read, Snapshot, State, moved

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def sums_job(kept: Sums) -> Job:
    """Return the job that advances sums a family keeps."""
    read = moved(kept)
    runbook = (
        f"Advance sums over {kept.rows.table.name}: add the days that entered a window, subtract those that left. They are made again from"
        f" all days when the night before did not run or was made of other loads. Ask {kept.owner} when an audit refuses them."
    )
    name = f"advance_{kept.table.name.split('.')[1]}"
    reads: dict[str, Any] = {"held": State(kept.table, of=read), "rows": read}
    return table_job(writes=kept.table, name=name, runbook=runbook, **reads)(lambda on, held, rows: kept.advanced(held, rows, on))


def tags_job(family: Family) -> Job:
    """Return the job that makes a family's table."""
    # Beside the rows of a fact: the days that have not arrived, and the sums that are kept.
    facts = {name: read.table for name, read in family.reads.items() if isinstance(read, Rows) and read.table.event_date}
    days = {name: f"{name}_not_arrived" for name in facts}
    kept = {name: f"{name}_sums" for name in family.sums}

    def compute(on: date, subscribers: "DataFrame", **read: Any) -> "DataFrame":
        absent = {name: read.pop(of) for name, of in days.items()}
        sums = {name: read.pop(of) for name, of in kept.items()}
        rows = {name: None for name in family.reads if name not in read}
        return family.compute_at(Moment({on: absent}), subscribers, sums, **read, **rows)

    reads: dict[str, Any] = {"subscribers": Snapshot(DWD_SUBSCRIBER)}
    reads |= {name: read for name in family.reads if (read := read_of(family, name))}
    reads |= {of: NotArrived(facts[name], partial(family.days, name)) for name, of in days.items()}
    reads |= {of: Snapshot(family.sums[name].table) for name, of in kept.items()}
    runbook = f"Tags {family.label} out of {', '.join(family.sources)}. Ask {family.owner} when an audit refuses them."
    return table_job(writes=family.table, name=f"compute_{family.name}_tags", runbook=runbook, **reads)(compute)


def read_of(family: Family, name: str) -> Read | None:
    """Return the job's read for a read of the family; None for a fact of which only kept sums are used."""
    read = family.reads[name]
    if isinstance(read, Rows):
        if read.table.event_date is None:
            return Snapshot(read.table)
        return Known(read.table, partial(family.days_scanned, name)) if family.scans(name) else None
    if isinstance(read, Lookup):
        return Latest(read.table)
    if isinstance(read, TagsOf):
        # If the other family is missing, its tags are null; if one of them cannot be null, this family waits.
        return IfMade(read.family.table) if family.can_do_without(name) else Snapshot(read.family.table)
    return NightBefore(family.table, read.nights)


SUM_JOBS = tuple(sums_job(kept) for family in FAMILIES for kept in family.sums.values())
TAG_JOBS = tuple(tags_job(family) for family in FAMILIES)
