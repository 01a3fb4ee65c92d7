"""Upkeep of the tables' files: small ones merged, those that nobody needs any more removed."""

from expectations.contract import Table
from expectations.tables.ops import LOAD, PIN, PUBLICATION, QUARANTINE, RELEASE, RUN
from expectations.tables.vault import QUARANTINE_TEXT
from jobs.runtime.delta import insistently
from jobs.runtime.job import effect_job
from jobs.runtime.night import Night

LOGS = (LOAD, QUARANTINE, RUN, PIN, PUBLICATION, RELEASE, QUARANTINE_TEXT)
# As long as Delta's own default: a reader that opened a table a week ago has ended.
KEPT_HOURS = 7 * 24


@effect_job(schedule="weekly")
def compact_tables(night: Night) -> None:
    """Merge the small files of the logs, to which each run of a job adds one, and vacuum every table. Safe to run at any time."""
    from jobs.register import all_jobs

    written = {table.name: table for job in all_jobs().values() for table in job.writes}
    removed = merged = 0
    for table in LOGS:
        merged += _compacted(night, table)
    for table in (*LOGS, *written.values()):
        handle = night.lake.at(table).opened()
        if handle is not None:
            removed += len(handle.vacuum(retention_hours=KEPT_HOURS, dry_run=False, full=True))
    night.say("compacted", merged=merged, removed=removed)


def _compacted(night: Night, table: Table) -> int:
    """Merge the table's small files partition by partition, and return the number of files merged."""
    files, merged = night.lake.at(table), list[int]()

    def once() -> None:
        handle = files.opened()
        if handle is not None:
            merged.append(handle.optimize.compact()["numFilesRemoved"])

    insistently(files, once)
    return sum(merged)
