"""Retention: partitions older than their table keeps are removed, and recorded as empty so that nobody takes them for days without rows."""

from datetime import date, timedelta
from typing import Any

from expectations.contract import Table
from expectations.errors import ChudianError, teach
from expectations.feeds import FEEDS
from expectations.tables.ops import OPS_LOAD
from jobs.maintain.compact_tables import all_tables
from jobs.receive.releases import in_order
from jobs.runtime.delta import File, covers
from jobs.runtime.job import effect_job
from jobs.runtime.job_run import JobRun
from jobs.runtime.loads import DELIVERIES_BACK
from jobs.runtime.publications import RETENTION

# A date so many days after the newest delivery is a misprint: it would remove partitions that are still kept.
MOST_AHEAD = 31


class RetentionError(ChudianError):
    """The date is far after everything that was received."""


@effect_job(schedule="weekly", name=RETENTION)
def drop_old_partitions(run: JobRun) -> None:
    """Remove partitions that are older than their table's `kept_days`. Their files go with the next vacuum, seven days later.

    What a night may still read as the newest full extract, or as the last good row of a catalogue, is kept however old it is. Later reads
    of what was removed fail by name. The landing keeps the extracts. RetentionError, and nothing is removed, when the date is far after
    the newest delivery.
    """
    newest = max((row["known_on"] for row in run.lake.log(OPS_LOAD)), default=run.on)
    if run.on > newest + timedelta(days=MOST_AHEAD):
        fault = f"expected a date up to {newest + timedelta(days=MOST_AHEAD)}, because the newest delivery is of the night of {newest}"
        raise RetentionError(
            teach(f"Retention on {run.on}", [fault], "check the date. After a long pause run a night that receives first.")
        )
    dropped = {table.name: _dropped(run, table) for table in all_tables() if table.kept_days}
    told = ", ".join(f"{name}: {count}" for name, count in sorted(dropped.items()) if count)
    run.told = f"partitions removed: {told}" if told else "no partition is old enough"


def dated_by(table: Table) -> str:
    """Return the partition column that gives a partition's age."""
    return table.event_date or next(name for name in ("business_date", "known_on") if name in table.partitions)


def _dropped(run: JobRun, table: Table) -> int:
    """Remove the table's old partitions and record them. Return their number."""
    by, last = dated_by(table), run.on - timedelta(days=(table.kept_days or 0) + 1)
    said = {"chudian.run": run.run_id, "chudian.job": run.job.name, "chudian.business_date": f"{run.on}"}
    places: dict[tuple, File] = {}
    for feed in sorted({file.partition.get("feed", "") for file in run.lake.at(table).present()}):
        last_of = min(last, _in_force_since(run, feed, by, last) - timedelta(days=1)) if feed else last
        covered = [(by, "<=", f"{last_of}"), *([("feed", "=", feed)] if feed else [])]
        old = [file for file in run.lake.at(table).present() if covers(covered, file.partition)]
        if old:
            run.lake.at(table).commit([], covered, said)
        places |= {tuple(sorted(file.partition.items())): file for file in old}
    if table.kind != "log":
        run.lake.publications.record(table, [_record(run, table, file) for file in places.values()])
    return len(places)


def _in_force_since(run: JobRun, feed: str, by: str, last: date) -> date:
    """Return the first day (event date or night, as `by` says) that a night after `last` may read of a feed with full extracts.

    It reads the newest extract of each scope; of a catalogue also those before it, for rows that are in quarantine.
    """
    if feed not in FEEDS or FEEDS[feed].content != "full":
        return date.max
    loads = [row for row in in_order(run.lake.log(OPS_LOAD, feed=feed)) if row["state"] == "loaded" and row["known_on"] <= last]
    back = DELIVERIES_BACK if FEEDS[feed].code else 0
    scopes = {row["scope"] for row in loads}
    read = [row for scope in scopes for row in [row for row in loads if row["scope"] == scope][-back - 1 :]]
    return min((row["known_on" if by == "known_on" else "event_date"] for row in read), default=date.max)


def _record(run: JobRun, table: Table, of: File) -> dict[str, Any]:
    """Return the record of an empty partition."""
    made = {"job": run.job.name, "run_id": run.run_id, "rows": 0}
    if table.kind == "snapshot":
        night: date = of.partition["business_date"]
        return made | {"business_date": night, "lacks": []}
    place = {"event_date": of.partition[str(table.event_date)], "known_on": of.partition["known_on"], "feed": of.partition["feed"]}
    return made | place | {"business_date": run.on, "loads": []}
