"""One table job per tag family: every family in features/library.py has one."""

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.family import Family
from features.library import FAMILIES
from features.reads import Lookup, Rows, TagsOf
from jobs.runtime.job import Job, table_job
from jobs.runtime.reads import IfMade, Known, Latest, NightBefore, NotArrived, Read, Snapshot

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def _job_of(family: Family) -> Job:
    # The days of a fact that have not arrived are read beside its rows.
    days = {name: f"{name}_not_arrived" for name in family.reads if isinstance(read_of(family, name), Known)}

    def compute(on: date, subscribers: "DataFrame", **read: Any) -> "DataFrame":
        absent = {name: read.pop(of) for name, of in days.items()}
        return family.compute(on, subscribers, absent, **read)

    reads: dict[str, Any] = {"subscribers": Snapshot(DWD_SUBSCRIBER), **{name: read_of(family, name) for name in family.reads}}
    reads |= {of: NotArrived(reads[name].table, reads[name].dates) for name, of in days.items()}
    runbook = f"Tags {family.label} out of {', '.join(family.sources)}. Ask {family.owner} when an audit refuses them."
    return table_job(writes=family.table, name=f"compute_{family.name}_tags", runbook=runbook, **reads)(compute)


def read_of(family: Family, name: str) -> Read:
    """Return the job's read for a read of the family."""
    read = family.reads[name]
    if isinstance(read, Rows):
        return Snapshot(read.table) if read.table.event_date is None else Known(read.table, partial(family.days, name))
    if isinstance(read, Lookup):
        return Latest(read.table)
    if isinstance(read, TagsOf):
        # If the other family is missing, its tags are null; if one of them cannot be null, this family waits.
        return IfMade(read.family.table) if family.can_do_without(name) else Snapshot(read.family.table)
    return NightBefore(family.table, read.nights)


TAG_JOBS = tuple(_job_of(family) for family in FAMILIES)
