"""A job that goes on without a table: it waits, says what it lacks, and is held back by what it cannot do without."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from expectations.errors import ChudianError
from expectations.tables.ops import OPS_RUN
from jobs.runtime.job import Job, Order
from jobs.runtime.job_run import JobRun, Runner
from jobs.runtime.lake import NotPublishedError
from jobs.runtime.reads import IfMade, InForce, Known, NightBefore, Snapshot
from jobs.runtime.sequence import Ended, NightError, run_sequence
from jobs.runtime.settings import settings
from tests.frames import by_role
from tests.jobs.runtime.test_job_run import DOUBLED, EARNED, GOOD, making, table

D = date(2026, 3, 4)
EXTRA, LAST = table("extra"), table("last")


def together(on: date, earned: DataFrame, extra: DataFrame | None) -> DataFrame:
    """The points earned and, where there are some, the extra ones."""
    if extra is None:
        return earned
    more = extra.select("subscriber_id", F.col("points").alias("more"))
    return earned.join(more, "subscriber_id").withColumn("points", F.col("points") + F.col("more")).drop("more")


ADD = Job(
    name="add_points",
    stage="tag",
    kind="table",
    call=together,
    writes=(DOUBLED,),
    reads={"earned": Snapshot(EARNED), "extra": IfMade(EXTRA)},
)


@pytest.fixture
def runner(spark: SparkSession, tmp_path: Path) -> Runner:
    return Runner(settings({"CHUDIAN_HOME": str(tmp_path)}))


def lacking_of(runner: Runner) -> frozenset[str]:
    return runner.lake.published(DOUBLED, D).lacks


def failing(job: Job) -> Job:
    def fail(on: date) -> DataFrame:
        raise ChudianError("no points tonight")

    return Job(name=job.name, stage=job.stage, kind="table", call=fail, writes=job.writes)


def test_a_job_that_goes_on_without_a_table_names_it_in_its_publication_and_its_warnings(spark: SparkSession, runner: Runner) -> None:
    earned, extra, ended = making(spark, EARNED, GOOD), making(spark, EXTRA, GOOD), list[Ended]()
    with pytest.raises(NightError, match="failed: make_extra"):
        run_sequence(runner, [earned, failing(extra), ADD], D, ended.append)
    assert {end.job: end.state for end in ended} == {"make_earned": "done", "make_extra": "failed", "add_points": "done"}
    assert ended[-1].job == "add_points", "it waited for both"
    assert by_role(runner.lake.whole(DOUBLED), "points") == {"loyal": 7, "boundary": 0}
    (run,) = [run for run in runner.lake.log(OPS_RUN) if run["job"] == "add_points"]
    assert run["warnings"] == [f"goes on without extra: mkt.extra has no partition business_date={D}"]
    assert lacking_of(runner) == {"extra"}

    run_sequence(runner, [earned, extra, ADD], D, lambda _: None)
    assert by_role(runner.lake.whole(DOUBLED), "points") == {"loyal": 14, "boundary": 0}
    assert lacking_of(runner) == frozenset(), "the newest publication counts"


def test_what_a_table_was_made_without_is_lacking_in_what_is_made_of_it_until_it_is_made_again(spark: SparkSession, runner: Runner) -> None:
    """A family that goes on without another is part of the customer record: nobody must take its nulls for knowledge."""
    extra = making(spark, EXTRA, GOOD)
    last = Job(name="last", stage="tag", kind="table", call=lambda on, doubled: doubled, writes=(LAST,), reads={"doubled": IfMade(DOUBLED)})
    with pytest.raises(NightError):
        run_sequence(runner, [making(spark, EARNED, GOOD), failing(extra), ADD, last], D, lambda _: None)
    assert runner.lake.published(LAST, D).lacks == {"extra"}
    run_sequence(runner, [extra, last], D, lambda _: None)
    assert runner.lake.published(LAST, D).lacks == {"extra"}, "what was made without it is still there"
    run_sequence(runner, [ADD, last], D, lambda _: None)
    assert runner.lake.published(LAST, D).lacks == frozenset()


def test_what_an_earlier_run_of_the_night_made_is_read_when_a_later_one_fails(spark: SparkSession, runner: Runner) -> None:
    earned, extra = making(spark, EARNED, GOOD), making(spark, EXTRA, GOOD)
    run_sequence(runner, [earned, extra, ADD], D, lambda _: None)
    with pytest.raises(NightError, match="failed: make_extra"):
        run_sequence(runner, [earned, failing(extra), ADD], D, lambda _: None)
    assert by_role(runner.lake.whole(DOUBLED), "points") == {"loyal": 14, "boundary": 0}
    assert lacking_of(runner) == frozenset()


def test_what_a_job_cannot_do_without_holds_it_back_and_who_runs_it_alone_is_told(spark: SparkSession, runner: Runner) -> None:
    earned, extra, ended = making(spark, EARNED, GOOD), making(spark, EXTRA, GOOD), list[Ended]()
    with pytest.raises(NightError, match="failed: make_earned\n  - kept back: add_points"):
        run_sequence(runner, [failing(earned), extra, ADD], D, ended.append)
    with pytest.raises(NotPublishedError, match=f"Table mkt.earned(.|\n)*no partition business_date={D}"):
        runner.run(ADD, D)
    with pytest.raises(NotPublishedError, match=r"Table mkt\.doubled"):
        lacking_of(runner)


def test_the_order_tells_what_a_job_waits_for_from_what_it_needs() -> None:
    jobs = [Job(name=t.name, stage="refine", kind="table", call=print, writes=(t,)) for t in (EARNED, EXTRA)]
    order = Order({job.name: job for job in (*jobs, ADD)})
    assert (order.before["add_points"], order.needs["add_points"]) == ({"mkt.earned", "mkt.extra"}, {"mkt.earned"})
    assert order.held_back("add_points", ["mkt.extra"]) == []
    assert order.held_back("add_points", ["mkt.earned", "mkt.extra"]) == ["mkt.earned"]


@pytest.mark.parametrize(("back", "found"), [(1, True), (3, True), (4, False)])
def test_the_night_before_is_the_newest_of_so_many_nights_and_none_on_a_first_night(
    spark: SparkSession, runner: Runner, back: int, found: bool
) -> None:
    made = D - timedelta(days=back)
    runner.run(making(spark, EARNED, GOOD), made - timedelta(days=1))
    runner.run(making(spark, EARNED, GOOD), made)
    runner.run(making(spark, EARNED, GOOD), D)
    nights = list[list[date]]()

    def look(run: JobRun) -> None:
        frame = run.read("before")
        nights.append([] if frame is None else [row.business_date for row in frame.select("business_date").distinct().collect()])

    runner.run(Job(name="look", stage="report", kind="effect", call=look, writes=(), reads={"before": NightBefore(EARNED, 3)}), D)
    assert nights == [[made] if found else []]


def test_a_fact_that_a_job_can_do_without_tonight_is_waited_for_and_holds_nothing_back() -> None:
    writer = Job(name=EXTRA.name, stage="refine", kind="table", call=print, writes=(EXTRA,))
    reader = Job(name="reads", stage="tag", kind="table", call=print, writes=(DOUBLED,), reads={"extra": Known(EXTRA, is_needed=False)})
    order = Order({job.name: job for job in (writer, reader)})
    assert (order.before["reads"], order.needs["reads"]) == ({"mkt.extra"}, frozenset())
    told = replace(reader, reads={"extra": InForce(EXTRA, is_needed=False)})
    assert Order({job.name: job for job in (writer, told)}).needs["reads"] == frozenset()
