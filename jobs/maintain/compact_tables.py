"""Upkeep of the tables' files: small ones merged, those that nobody needs any more removed."""

from expectations.contract import Table
from expectations.tables.ops import LOAD, PIN, PUBLICATION, QUARANTINE, RELEASE, RUN
from jobs.runtime.job import effect_job
from jobs.runtime.night import Night

OPS = (LOAD, QUARANTINE, RELEASE, RUN, PIN, PUBLICATION)
# As long as Delta's own default: a reader that opened a table a week ago has ended.
KEPT_HOURS = 7 * 24


@effect_job(schedule="weekly")
def compact_tables(night: Night) -> None:
    """Merge the small files of the ops tables, each run of a job having written one, and vacuum every table. Safe to run at any time."""
    from jobs.register import all_jobs

    written = {table.name: table for job in all_jobs().values() for table in job.writes}
    removed = merged = 0
    for table in OPS:
        merged += _compacted(night, table)
    for table in (*OPS, *written.values()):
        handle = night.lake.at(table).opened()
        if handle is not None:
            removed += len(handle.vacuum(retention_hours=KEPT_HOURS, dry_run=False, full=True))
    night.say("compacted", merged=merged, removed=removed)


def _compacted(night: Night, table: Table) -> int:
    """Merge the table's small files partition by partition; how many became one with others."""
    handle = night.lake.at(table).opened()
    return int(handle.optimize.compact()["numFilesRemoved"]) if handle is not None else 0
