"""Maintenance of table files: small files are merged, unused files removed."""

from expectations import tables
from expectations.contract import Table
from expectations.found import declared_in
from jobs.runtime.delta import insistently
from jobs.runtime.job import effect_job
from jobs.runtime.job_run import JobRun

# Every run adds a file to them.
LOGS = tuple(table for table in declared_in(tables.__name__, tables.__path__, Table) if table.log_of)
# Delta's own default. No reader still uses a table version that it opened a week ago.
KEPT_HOURS = 7 * 24


def all_tables() -> list[Table]:
    """Return every table that a job writes, and every log, each once."""
    from jobs.register import all_jobs

    written = [table for job in all_jobs().values() for table in job.writes]
    return list({table.name: table for table in [*LOGS, *written]}.values())


@effect_job(schedule="weekly")
def compact_tables(run: JobRun) -> None:
    """Merge the small files of the ops tables, which get one per run of a job, and vacuum every table. Safe to run at any time."""
    removed = merged = 0
    for table in LOGS:
        merged += _compacted(run, table)
    for table in all_tables():
        handle = run.lake.at(table).opened()
        if handle is not None:
            removed += len(handle.vacuum(retention_hours=KEPT_HOURS, dry_run=False, full=True))
    run.say("compacted", merged=merged, removed=removed)


def _compacted(run: JobRun, table: Table) -> int:
    """Merge the table's small files partition by partition. Return the number of files merged."""
    files, merged = run.lake.at(table), list[int]()

    def once() -> None:
        handle = files.opened()
        if handle is not None:
            merged.append(handle.optimize.compact()["numFilesRemoved"])

    insistently(files, once)
    return sum(merged)
