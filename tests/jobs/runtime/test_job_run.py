"""Audit before publish (law 5): what breaks a rule changes nothing that readers see, and holds back no more than what needs it."""

from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from expectations.checks import NOT_NULL, at_least
from expectations.columns import SUBSCRIBER_ID
from expectations.contract import Column, Table
from expectations.tables.ops import OPS_RUN
from jobs.runtime.audit import AuditError
from jobs.runtime.job import Job
from jobs.runtime.job_run import JobRun, Runner
from jobs.runtime.lake import NotPublishedError
from jobs.runtime.reads import Between, Snapshot
from jobs.runtime.sequence import Ended, NightError, run_sequence
from jobs.runtime.settings import settings
from tests.frames import frame, rows

D = date(2026, 3, 4)
POINTS = Column("points", "int", "Points.", (NOT_NULL, at_least(0)))


def table(name: str) -> Table:
    return Table(name=f"mkt.{name}", owner="tests", comment="Points.", key=("subscriber_id",), columns=(SUBSCRIBER_ID, POINTS))


EARNED, DOUBLED, BESIDE = table("earned"), table("doubled"), table("beside")
GOOD = "subscriber_id | points\nloyal | 7\nboundary | 0"
DOUBLE = Job(
    name="double_points",
    stage="tag",
    kind="table",
    call=lambda on, earned: earned.withColumn("points", F.col("points") * 2),
    writes=(DOUBLED,),
    reads={"earned": Snapshot(EARNED)},
)


@pytest.fixture
def runner(spark: SparkSession, tmp_path: Path) -> Runner:
    return Runner(settings({"CHUDIAN_HOME": str(tmp_path)}))


def making(spark: SparkSession, writes: Table, text: str) -> Job:
    """A job that finds these rows, whatever was found before."""

    def call(on: date) -> DataFrame:
        return frame(spark, writes, text).withColumn("business_date", F.lit(on))

    return Job(name=f"make_{writes.path.split('/')[1]}", stage="refine", kind="table", call=call, writes=(writes,))


def published(runner: Runner, table: Table) -> list[tuple]:
    return rows(runner.lake.whole(table), "subscriber_id", "points", "business_date")


def test_rows_that_break_a_rule_leave_what_was_published_and_hold_back_who_reads_it_alone(spark: SparkSession, runner: Runner) -> None:
    earned, beside = making(spark, EARNED, GOOD), making(spark, BESIDE, GOOD)
    run_sequence(runner, [earned, DOUBLE], D, lambda _: None)
    good = [("boundary", 0, D), ("loyal", 7, D)]
    assert published(runner, EARNED) == good
    assert published(runner, DOUBLED) == [("boundary", 0, D), ("loyal", 14, D)]

    broken, ended = making(spark, EARNED, "subscriber_id | points\nloyal | -1\nloyal | 8\njoined | 3"), list[Ended]()
    with pytest.raises(NightError, match="failed: make_earned\n  - kept back: double_points"):
        run_sequence(runner, [broken, DOUBLE, beside], D, ended.append)

    assert {end.job: end.state for end in ended} == {"make_earned": "failed", "double_points": "kept back", "make_beside": "done"}
    assert {end.job: end.told for end in ended}["double_points"] == "waits for make_earned"
    assert published(runner, EARNED) == good
    assert published(runner, DOUBLED) == [("boundary", 0, D), ("loyal", 14, D)]
    assert published(runner, BESIDE) == good
    runs = sorted(runner.lake.log(OPS_RUN), key=lambda run: run["started_at"])
    told = [(run["state"], run["rows"], run["error"]) for run in runs if run["job"] == "make_earned"]
    assert told[0] == ("done", 2, None)
    (state, count, error), *more = told[1:]
    assert (state, count, more) == ("failed", None, [])
    assert "mkt.earned was not published; its last good partition is unchanged" in error
    assert "points: expected at least 0, got 1 row(s) otherwise" in error
    assert "subscriber_id: expected unique, got 1 row(s) otherwise" in error
    assert "loyal" not in error
    assert [run["job"] for run in runs].count("double_points") == 1, "who was kept back did not run"


def test_a_first_night_that_breaks_a_rule_publishes_nothing_and_leaves_no_stage(spark: SparkSession, runner: Runner) -> None:
    with pytest.raises(AuditError, match="points: expected not null, got 1"):
        runner.run(making(spark, EARNED, "subscriber_id | points\nloyal | 7\nnobody |"), D)
    assert published(runner, EARNED) == []
    assert not [path for path in Path(runner.settings.lake).glob("mkt/**/*") if path.is_file()]


def test_the_same_night_twice_leaves_the_same_rows_and_the_night_before_as_it_was(spark: SparkSession, runner: Runner) -> None:
    earned, before = making(spark, EARNED, GOOD), date(2026, 3, 3)
    runner.run(making(spark, EARNED, "subscriber_id | points\nloyal | 6"), before)
    runner.run(earned, D)
    once = published(runner, EARNED)
    runner.run(earned, D)
    assert published(runner, EARNED) == once == [("boundary", 0, D), ("loyal", 6, before), ("loyal", 7, D)]


def test_what_spark_does_for_a_job_carries_the_jobs_name(spark: SparkSession, runner: Runner) -> None:
    told = list[set[str]]()

    def look(_: JobRun) -> None:
        told.append(set(spark.getTags()))

    read = {"earned": Between(EARNED, lambda on: on, lambda on: on)}
    for name in ("look_first", "look_second"):
        runner.run(Job(name=name, stage="report", kind="effect", call=look, writes=(), reads=read), D)
    assert told == [{"look_first"}, {"look_second"}]
    assert spark.getTags() == set()


def test_a_night_whose_rows_were_replaced_by_none_reads_as_not_published(spark: SparkSession, runner: Runner) -> None:
    runner.run(making(spark, EARNED, GOOD), D)
    assert runner.lake.read(Snapshot(EARNED), D).count() == 2
    runner.run(making(spark, EARNED, "subscriber_id | points"), D)
    with pytest.raises(NotPublishedError, match=f"no partition business_date={D}"):
        runner.lake.read(Snapshot(EARNED), D)
