"""The state of customer x scenario takes over what nights decided: each night once, and all of them again when one ran again."""

from datetime import date, timedelta
from pathlib import Path

from pyspark.sql import SparkSession

from expectations.tables.fb_customer_state import FB_CUSTOMER_STATE
from expectations.tables.mkt_decision import MKT_DECISION
from jobs.decide.advance_customer_state import HEARD, advance_customer_state
from jobs.runtime.job import Job
from jobs.runtime.job_run import JobRun, Runner
from jobs.runtime.reads import Also
from jobs.runtime.settings import settings

FIRST = date(2026, 3, 1)
DECISIONS = advance_customer_state.reads["decisions"]


def decide(runner: Runner, spark: SparkSession, on: date) -> None:
    """Decide about nobody; which night it was is all that is asked."""
    job = Job(name="decide", stage="decide", kind="table", call=lambda _: MKT_DECISION.empty(spark), writes=(MKT_DECISION,))
    runner.run(job, on)


def advance(runner: Runner, spark: SparkSession, on: date) -> tuple[list[int], bool]:
    """The days of March whose decisions the night takes over, and whether it goes on from the night before."""
    assert isinstance(DECISIONS, Also)

    def call(run: JobRun) -> None:
        run.publish(FB_CUSTOMER_STATE, FB_CUSTOMER_STATE.empty(spark))

    change, goes_on = runner.lake.change(HEARD, on)
    runner.run(Job(name="advance", stage="decide", kind="effect", call=call, writes=(FB_CUSTOMER_STATE,), reads={"feedback": HEARD}), on)
    return sorted(night.event_date.day for night in change.entered if night.of == MKT_DECISION.name), goes_on


def test_a_night_takes_over_the_decisions_of_the_night_before_and_all_again_when_one_ran_again(spark: SparkSession, tmp_path: Path) -> None:
    runner = Runner(settings({"CHUDIAN_HOME": str(tmp_path)}))
    found = []
    for days in range(4):
        found.append(advance(runner, spark, FIRST + timedelta(days=days)))
        decide(runner, spark, FIRST + timedelta(days=days))
    decide(runner, spark, FIRST + timedelta(days=1))
    found.append(advance(runner, spark, FIRST + timedelta(days=4)))
    assert found == [([], False), ([1], True), ([2], True), ([3], True), ([1, 2, 3, 4], False)]
