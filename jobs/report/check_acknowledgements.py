"""Lists that their channels should have acknowledged by now (S12)."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from expectations.channels import CHANNELS
from expectations.tables.fb_customer_state import FB_CUSTOMER_STATE
from jobs.runtime.job import effect_job
from jobs.runtime.job_run import JobRun
from jobs.runtime.reads import Snapshot
from scenarios.calendar import import_day

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# A list that nobody acknowledged is named for so many days.
DAYS_NAMED = 7


@effect_job(state=Snapshot(FB_CUSTOMER_STATE))
def check_acknowledgements(run: JobRun) -> None:
    """Warn of each list of which its channel has reported nothing by the day on which it should have.

    Ask the channel whether it has the list. Its feedback may also be late or refused: see the loads of its feed.
    """
    run.warnings += unacknowledged(run.on, run.read("state"))


def unacknowledged(on: date, state: "DataFrame") -> list[str]:
    """Return a sentence for each list without any report of its channel, by D, the day by which its channel states to report."""
    from pyspark.sql import functions as F

    sent = state.where("is_sent").where(F.col("list_date").between(on - timedelta(days=DAYS_NAMED + max(_days().values())), on))
    lists = sent.groupBy("list_date", "channel", "scenario", "step").agg(
        F.count("*").alias("contacts"), F.count_if("is_answered").alias("answered")
    )
    found = []
    for row in sorted(lists.where("answered = 0").collect()):
        days = _days().get(row.channel)
        by = None if days is None else import_day(row.list_date) + timedelta(days=days)
        if by and on - timedelta(days=DAYS_NAMED) < by <= on:
            name = f"{row.channel}/{row.scenario}/{row.step}"
            found.append(
                f"list {name} of {row.list_date}: the channel reports nothing of its {row.contacts:,} contacts; it was due by {by}"
            )
    return found


def _days() -> dict[str, int]:
    """Return the days after the import within which each channel reports; channels that send no feedback are left out."""
    return {name: channel.feedback.within_days for name, channel in CHANNELS.items() if channel.feedback}
