"""Most nights open no wave: they decide for nobody, and that is no failure."""

from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from expectations.tables.dwd_subscriber import SUBSCRIBER
from expectations.tables.mkt_decision import DECISION
from jobs.runtime.lake import Lake, NotPublishedError
from jobs.runtime.reads import Snapshot
from tests.night.homes import settings_of

QUIET = date(2026, 3, 20)


def test_a_night_without_decisions_reads_as_one(spark: SparkSession, tmp_path: Path) -> None:
    lake = Lake(spark, settings_of(tmp_path))
    lake.publish(DECISION, DECISION.empty(spark), f"business_date = DATE'{QUIET}'")
    assert lake.read(Snapshot(DECISION), QUIET).count() == 0


def test_a_night_without_subscribers_was_not_published(spark: SparkSession, tmp_path: Path) -> None:
    lake = Lake(spark, settings_of(tmp_path))
    lake.publish(SUBSCRIBER, SUBSCRIBER.empty(spark), f"business_date = DATE'{QUIET}'")
    with pytest.raises(NotPublishedError, match=r"dwd.subscriber(.|\n)*no partition business_date=2026-03-20(.|\n)*run the job"):
        lake.read(Snapshot(SUBSCRIBER), QUIET)
