"""Relations of a delivery to other feeds: whether it covers enough of their keys."""

from datetime import timedelta
from typing import TYPE_CHECKING

from expectations.feed import Feed
from expectations.relations import Covers
from jobs.receive.weighing import Outcome, hold, load_of
from jobs.runtime.job_run import JobRun
from jobs.runtime.reads import Latest

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def hold_uncovering(run: JobRun, feed: Feed, outcomes: list[Outcome], rows: "DataFrame", released: set[str]) -> None:
    """Hold deliveries that cover too little of another table, or warn of them. `rows` are the parsed rows, `released` ids of contents.

    A bulk load compares nothing: the other tables are loaded in the same pass.
    """
    if run.is_bulk:
        return
    for of in feed.covers:
        if not run.lake.latest(of.table, run.on - timedelta(days=1)):
            continue
        for outcome in outcomes:
            if outcome.state == "loaded" and outcome.delivery.load_id not in released:
                _compare(run, feed, of, outcome, rows)


def _compare(run: JobRun, feed: Feed, of: Covers, outcome: Outcome, rows: "DataFrame") -> None:
    from pyspark.sql import functions as F

    known_on, load_id = load_of(outcome.delivery)
    is_good = (F.col("known_on") == F.lit(known_on)) & (F.col("load_id") == load_id) & (F.size("reasons") == 0)
    there = rows.where(is_good).select(*of.by).distinct().withColumn("is_there", F.lit(True))
    keys = run.lake.read(Latest(of.table), run.on - timedelta(days=1)).select(*of.by).distinct()
    every, found = keys.join(there, list(of.by), "left").agg(F.count("*"), F.count("is_there")).collect()[0]
    if found * 1000 >= every * of.at_least_per_mille:
        return
    fault = f"has rows for {found} of the {every} keys of {of.table.name} of the night before, expected {of.at_least_per_mille} per mille"
    if of.otherwise == "hold":
        hold(outcome, fault)
    else:
        run.warnings.append(f"feed {feed.name}: {outcome.delivery.label} {fault}")
