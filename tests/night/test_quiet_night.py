"""A night on which nobody is due decides about nobody, and that is no failure; a night that never decided is one."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.mkt_candidate import MKT_CANDIDATE
from jobs.register import all_jobs
from jobs.runtime.job import Job
from jobs.runtime.lake import NotPublishedError
from jobs.runtime.reads import Snapshot
from tests.night.homes import runner_of

QUIET = date(2026, 3, 20)
UNDECIDED = date(2026, 3, 21)


def without_rows(name: str, spark: SparkSession) -> Job:
    """A job of the night that finds nothing."""
    job = all_jobs()[name]

    def nothing(on: date) -> DataFrame:
        return job.writes[0].empty(spark)

    return replace(job, call=nothing, reads={})


def test_a_night_that_decided_for_nobody_reads_as_no_rows_and_one_that_never_decided_is_refused(
    spark: SparkSession, tmp_path: Path
) -> None:
    runner = runner_of(tmp_path)
    runner.run(without_rows("find_candidates", spark), QUIET)
    assert runner.lake.read(Snapshot(MKT_CANDIDATE), QUIET).count() == 0
    with pytest.raises(NotPublishedError, match=f"mkt.candidate(.|\n)*no partition business_date={UNDECIDED}"):
        runner.lake.read(Snapshot(MKT_CANDIDATE), UNDECIDED)


def test_a_night_without_subscribers_was_not_published(spark: SparkSession, tmp_path: Path) -> None:
    runner = runner_of(tmp_path)
    with pytest.raises(NotPublishedError, match=r"dwd.subscriber(.|\n)*no partition business_date=2026-03-20(.|\n)*run the job"):
        runner.lake.read(Snapshot(DWD_SUBSCRIBER), QUIET)
