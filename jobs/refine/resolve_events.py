"""Gives number-only events to subscribers: one job for each table that `resolved` declares."""

from datetime import date
from typing import TYPE_CHECKING

from expectations import tables
from expectations.contract import Table
from expectations.found import declared_in
from expectations.resolved import is_resolved
from expectations.tables.dwd_number_interval import DWD_NUMBER_INTERVAL
from features.holders import held_at
from jobs.refine.unheld import count_unheld
from jobs.runtime.job import Job, table_job
from jobs.runtime.reads import Arrived, Snapshot

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def job_of(table: Table, events: Table) -> Job:
    """Return the job that makes `table` of the events."""

    def resolve(on: date, events: "DataFrame", numbers: "DataFrame") -> "DataFrame":
        return held_at(events, numbers, str(table.event_date)).select(*(column.name for column in table.columns))

    return table_job(
        writes=table,
        name=f"resolve_{table.name.partition('.')[2]}",
        runbook=f"Give each row of {events.name} to the subscriber who held its number that day. ops.unheld counts the rows of nobody.",
        then=count_unheld(table),
        events=Arrived(events),
        numbers=Snapshot(DWD_NUMBER_INTERVAL),
    )(resolve)


_DECLARED = declared_in(tables.__name__, tables.__path__, Table)
RESOLVE_JOBS = tuple(job_of(table, table.follows) for table in _DECLARED if table.follows and is_resolved(table))
