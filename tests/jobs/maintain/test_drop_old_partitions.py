"""Partitions are kept as long as their table says; reading an older one fails by name, and does not look like a day without rows."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from expectations.columns import SUBSCRIBER_ID
from expectations.contract import Table
from expectations.errors import ContractError
from expectations.tables.ops import OPS_LOAD, OPS_QUARANTINE
from jobs.maintain.drop_old_partitions import RetentionError, drop_old_partitions
from jobs.register import scheduled
from jobs.runtime.job import Job
from jobs.runtime.job_run import Runner
from jobs.runtime.lake import Lake, NotPublishedError
from jobs.runtime.reads import Snapshot
from jobs.runtime.settings import settings
from tests.frames import frame

D = date(2026, 6, 30)
KEPT = Table(name="dwd.kept", owner="tests", comment="K.", key=("subscriber_id",), columns=(SUBSCRIBER_ID,), kept_days=130)


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(settings({"CHUDIAN_HOME": str(tmp_path)}))


def quarantined(known_on: date) -> dict[str, object]:
    return {"feed": "org", "known_on": known_on, "load_id": "a", "file": "f", "line": 1, "reasons": ["odd"], "code": None}


def test_the_nights_that_a_log_keeps_stay_and_older_ones_go(runner: Runner) -> None:
    days = [D - timedelta(days=back) for back in (0, 400, 401, 500)]
    runner.lake.records.append(OPS_QUARANTINE, [quarantined(day) for day in days])
    assert runner.run(drop_old_partitions, D).told == "partitions removed: ops.quarantine: 2"
    assert sorted(row["known_on"] for row in Lake(runner.settings).log(OPS_QUARANTINE)) == [days[1], days[0]]
    assert runner.run(drop_old_partitions, D).told == "no partition is old enough"


def test_a_date_far_after_the_newest_delivery_removes_nothing(runner: Runner) -> None:
    runner.lake.records.append(OPS_QUARANTINE, [quarantined(D)])
    load = dict.fromkeys((column.name for column in OPS_LOAD.columns), 0) | {"known_on": D, "data_date": D, "event_date": D}
    texts = {column.name: "a" for column in OPS_LOAD.columns if column.type == "string"}
    times = {column.name: datetime(2026, 6, 30, tzinfo=UTC) for column in OPS_LOAD.columns if column.type == "timestamp"}
    lists = {column.name: [] for column in OPS_LOAD.columns if column.type.startswith("array")}
    runner.lake.records.append(OPS_LOAD, [load | texts | times | lists])
    with pytest.raises(RetentionError, match="expected a date up to 2026-07-31, because the newest delivery is of the night of 2026-06-30"):
        runner.run(drop_old_partitions, date(2062, 6, 30))
    assert len(Lake(runner.settings).log(OPS_QUARANTINE)) == 1
    assert runner.run(drop_old_partitions, date(2026, 7, 31)).told == "no partition is old enough"


@pytest.mark.parametrize("table", [KEPT, replace(KEPT, columns=(SUBSCRIBER_ID,), may_be_empty=True)], ids=["with rows", "may be empty"])
def test_a_snapshot_that_is_no_longer_kept_is_not_published(
    spark: SparkSession, runner: Runner, monkeypatch: pytest.MonkeyPatch, table: Table
) -> None:
    def make(on: date) -> object:
        text = f"subscriber_id | business_date\nloyal | {on}"
        return frame(spark, table, text)

    job = Job(name="make", stage="refine", kind="table", call=make, writes=(table,), runbook="Make.")
    monkeypatch.setattr("jobs.register.all_jobs", lambda: {"make": job})
    old, kept = D - timedelta(days=131), D - timedelta(days=130)
    for night in (old, kept, D):
        runner.run(job, night)
    assert runner.run(drop_old_partitions, D).told == "partitions removed: dwd.kept: 1"
    assert runner.lake.read(Snapshot(table), kept).count() == 1
    with pytest.raises(NotPublishedError, match=f"no partition business_date={old}"):
        runner.lake.read(Snapshot(table), old)


def test_it_is_a_weekly_job_and_no_table_is_kept_shorter_than_it_is_read() -> None:
    assert drop_old_partitions in scheduled("weekly")
    with pytest.raises(ContractError, match="kept_days is 129, expected at least 130"):
        replace(KEPT, columns=(SUBSCRIBER_ID,), kept_days=129)
