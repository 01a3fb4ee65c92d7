"""Counts the events of numbers that nobody held, load by load."""

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from expectations.contract import Table
from expectations.tables.ops import OPS_UNHELD
from jobs.runtime.reads import Arrived

if TYPE_CHECKING:
    from jobs.runtime.job_run import JobRun

_OF_LOAD = ("known_on", "feed", "load_id")


def count_unheld(table: Table, events: str | None = None) -> "Callable[[JobRun], None]":
    """Return what a job does after it published this fact of subscribers: list in ops.unheld what is missing of each load.

    `events` is SQL for the number of events of a row; without it each row is one event. The events that were loaded are known,
    so only those of a holder are counted, without a second join.
    """

    def count(run: "JobRun") -> None:
        from pyspark.sql import functions as F

        number = F.sum(F.expr(events)) if events else F.count("*")
        of_load = (str(table.event_date), *_OF_LOAD)
        found = run.lake.read(Arrived(table), run.on, run.since).groupBy(*of_load).agg(number.alias("events")).collect()
        held = {tuple(row)[:-1]: row.events for row in found}
        loaded: Counter[tuple] = Counter()
        for load in run.lake.arrived(table, run.on, run.since):
            loaded[(load.event_date, load.known_on, load.feed, load.load_id)] += load.rows
        unheld = [
            {
                "table_name": table.name,
                **dict(zip(("event_date", *_OF_LOAD), load, strict=True)),
                "rows_loaded": rows,
                "rows_unheld": rows - held.get(load, 0),
            }
            for load, rows in sorted(loaded.items())
            if rows > held.get(load, 0)
        ]
        own = f"table_name = '{table.name}' AND known_on >= DATE '{run.since}' AND known_on <= DATE '{run.on}'"
        run.lake.records.replace(OPS_UNHELD, unheld, own)
        total = sum(row["rows_unheld"] for row in unheld)
        run.say("unheld", table=table.name, rows=total)
        run.told = f"{run.rows:,} rows" + (f", {total:,} event(s) of numbers that nobody held" if total else "")

    return count
