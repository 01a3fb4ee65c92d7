"""One table job per tag family: a family becomes a job by standing in features/library.py."""

from datetime import date
from typing import TYPE_CHECKING

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.family import Family
from features.library import FAMILIES
from jobs.runtime.job import Job, table_job
from jobs.runtime.reads import Known, Latest, Read, Snapshot

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def _job_of(family: Family) -> Job:
    def compute(on: date, subscribers: "DataFrame", source: "DataFrame | None" = None, **lookups: "DataFrame") -> "DataFrame":
        return family.compute(on, subscribers if source is None else source, subscribers, **lookups)

    reads: dict[str, Read] = {"subscribers": Snapshot(DWD_SUBSCRIBER)}
    if family.source.kind == "fact":
        reads["source"] = Known(family.source, family.needs)
    elif family.source.name != DWD_SUBSCRIBER.name:
        reads["source"] = Snapshot(family.source)
    reads |= {table.name.split(".")[1]: Latest(table) for table in family.lookups.values()}
    runbook = f"Tags {family.label} out of {family.source.name}. Ask {family.owner} when an audit refuses them."
    return table_job(writes=family.table, name=f"compute_{family.name}_tags", runbook=runbook, **reads)(compute)


TAG_JOBS = tuple(_job_of(family) for family in FAMILIES)
