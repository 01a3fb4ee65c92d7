"""Partitions are kept as long as their table says; reading an older one fails by name, and does not look like a day without rows."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from expectations.columns import SUBSCRIBER_ID
from expectations.contract import Table
from expectations.errors import ContractError
from expectations.tables.ods_no_call import ODS_NO_CALL
from expectations.tables.ops import OPS_LOAD, OPS_QUARANTINE
from features.library import FAMILIES
from jobs.maintain.drop_old_partitions import RetentionError, drop_old_partitions
from jobs.register import scheduled
from jobs.runtime.job import Job
from jobs.runtime.job_run import JobRun, Runner
from jobs.runtime.lake import Lake, NotPublishedError
from jobs.runtime.reads import Latest, Snapshot
from jobs.runtime.settings import settings
from tests.frames import frame

D = date(2026, 6, 30)
KEPT = Table(name="dwd.kept", owner="tests", comment="K.", key=("subscriber_id",), columns=(SUBSCRIBER_ID,), kept_days=130)


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(settings({"CHUDIAN_HOME": str(tmp_path)}))


def quarantined(known_on: date) -> dict[str, object]:
    return {"feed": "boss_usage", "known_on": known_on, "load_id": "a", "file": "f", "line": 1, "reasons": ["odd"], "code": None}


def loaded(feed: str, day: date, load_id: str = "a") -> dict[str, object]:
    counts = dict.fromkeys(("files", "rows_delivered", "rows_loaded", "rows_quarantined", "rows_forgotten"), 1)
    dates = {"known_on": day, "event_date": day, "data_date": day}
    return {"feed": feed, "scope": "", "sequence": 1, "load_id": load_id, "state": "loaded", "reason": None} | counts | dates


def test_the_nights_that_a_log_keeps_stay_and_older_ones_go(runner: Runner) -> None:
    days = [D - timedelta(days=back) for back in (0, 400, 401, 500)]
    runner.lake.records.append(OPS_QUARANTINE, [quarantined(day) for day in days])
    assert runner.run(drop_old_partitions, D).told == "partitions removed: ops.quarantine: 2"
    assert sorted(row["known_on"] for row in Lake(runner.settings).log(OPS_QUARANTINE)) == [days[1], days[0]]
    assert runner.run(drop_old_partitions, D).told == "no partition is old enough"


def test_a_date_far_after_the_newest_delivery_removes_nothing(runner: Runner) -> None:
    runner.lake.records.append(OPS_QUARANTINE, [quarantined(D)])
    runner.lake.records.append(OPS_LOAD, [loaded("boss_usage", D)])
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
    with pytest.raises(ContractError, match="kept_days is 129, expected at least 130, or 3 for a state"):
        replace(KEPT, columns=(SUBSCRIBER_ID,), kept_days=129)
    assert {kept.table.kept_days for family in FAMILIES for kept in family.sums.values()} == {3}


def test_quarantined_rows_of_catalogues_stay_while_an_older_delivery_may_be_in_force(runner: Runner) -> None:
    days = [D - timedelta(days=back) for back in (640, 600, 500, 10)]
    runner.lake.records.append(OPS_LOAD, [loaded("org", day) for day in days])
    runner.lake.records.append(OPS_QUARANTINE, [quarantined(day) | {"feed": "org"} for day in days])
    assert runner.run(drop_old_partitions, D).told == "no partition is old enough"
    many = [D - timedelta(days=back) for back in range(430, 400, -1)]
    runner.lake.records.append(OPS_LOAD, [loaded("org", day) for day in many])
    assert runner.run(drop_old_partitions, D).told == "partitions removed: ops.quarantine: 2", "30 deliveries before the newest are read"


def test_the_newest_full_extract_stays_and_a_read_of_an_older_one_fails_by_name(spark: SparkSession, runner: Runner) -> None:
    days = [D - timedelta(days=back) for back in (300, 200)]

    def receive(run: JobRun) -> None:
        text = "day | known_on | feed | load_id | number_token | scope\n" + "\n".join(
            f"{day} | {day} | no_call | {day} | one | all" for day in days
        )
        run.publish(ODS_NO_CALL, frame(spark, ODS_NO_CALL, text))

    runner.lake.records.append(OPS_LOAD, [loaded("boss_usage", D), *(loaded("no_call", day, f"{day}") for day in days)])
    job = Job(name="receive", stage="receive", kind="effect", call=receive, writes=(ODS_NO_CALL,), feed="no_call", runbook="R.")
    runner.run(job, days[1], days[0])
    assert runner.run(drop_old_partitions, D).told == "partitions removed: ods.no_call: 1"
    assert runner.lake.read(Latest(ODS_NO_CALL), D).count() == 1
    with pytest.raises(NotPublishedError, match=f"day {days[0]} was removed, because the table keeps 130 days"):
        runner.lake.read(Latest(ODS_NO_CALL), days[0])
