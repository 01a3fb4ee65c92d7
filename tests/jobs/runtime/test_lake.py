"""What the lake tells a reader of a load that was received but never refined; and that every reader of Delta sees the same rows."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from expectations.checks import NOT_NULL
from expectations.columns import SUBSCRIBER_ID
from expectations.contract import Column, Table
from expectations.tables.dwd_content_daily import DWD_CONTENT_DAILY
from expectations.tables.ops import OPS_LOAD
from jobs.runtime.delta import schema_of
from jobs.runtime.job import Job
from jobs.runtime.job_run import Runner
from jobs.runtime.lake import Lake, NotPublishedError
from jobs.runtime.reads import Known
from jobs.runtime.settings import settings
from tests.frames import frame, rows

NIGHT = date(2026, 3, 4)
WHEN = datetime(2026, 3, 5, 1, 31, tzinfo=UTC)
CAME = {"feed": "wap_log", "scope": "", "known_on": NIGHT, "event_date": NIGHT, "data_date": NIGHT, "sequence": 1}
COUNTED = {"load_id": "a", "state": "loaded", "files": 1, "rows_loaded": 50, "rows_quarantined": 0}
REFINED = {
    "business_date": NIGHT,
    "event_date": NIGHT,
    "known_on": NIGHT,
    "feed": "wap_log",
    "rows": 0,
    "job": "refine_content",
    "published_at": WHEN,
}


@pytest.fixture
def read(spark: SparkSession, tmp_path: Path) -> Callable[..., int]:
    """Rows of the night's content after these publications, none of which had a row."""

    def rows(*published: dict[str, object]) -> int:
        lake = Lake(settings({"CHUDIAN_HOME": f"{tmp_path}"}))
        lake.records.append(OPS_LOAD, [{**CAME, **COUNTED}])
        lake.publications.record(DWD_CONTENT_DAILY, [{**REFINED, "run_id": f"r{n}", **more} for n, more in enumerate(published)])
        return lake.read(Known(DWD_CONTENT_DAILY, lambda _: [NIGHT]), NIGHT).count()

    return rows


def test_a_load_of_which_refining_keeps_no_row_holds_nobody_up(read: Callable[..., int]) -> None:
    """Requests of numbers that nobody held; a bulk load that covers the night will do as well."""
    assert read({"loads": ["a"], "business_date": date(2026, 3, 9)}) == 0


@pytest.mark.parametrize(
    "published",
    [[], [{"loads": ["b"]}], [{"loads": ["a"], "known_on": date(2026, 3, 5)}]],
    ids=["never refined", "received anew since", "another night"],
)
def test_a_load_that_was_not_refined_is_named_with_its_night(read: Callable[..., int], published: list[dict[str, object]]) -> None:
    with pytest.raises(NotPublishedError, match=f"run the job that writes it for the night of {NIGHT}"):
        read(*published)


SEEN = Table(
    name="dwd.seen",
    owner="tests",
    comment="One column of each type.",
    key=("subscriber_id",),
    columns=(
        SUBSCRIBER_ID,
        Column("count", "int", "Whole, short."),
        Column("bytes", "bigint", "Whole, long."),
        Column("share", "double", "Fraction."),
        Column("is_live", "boolean", "Flag."),
        Column("since", "date", "Day."),
        Column("at", "timestamp", "Moment."),
        Column("codes", "array<string>", "Set."),
        Column("parts", "array<struct<name:string,days:array<date>,fen:bigint>>", "Rows."),
    ),
)
ROWS = """
subscriber_id | count | bytes         | share | is_live | since      | at                  | codes
full          | 1     | 9007199254741 | 0.25  | true    | 2026-03-01 | 2026-03-01T23:59:59 | a;b
empty         |       |               |       |         |            |                     |
"""


def publishing(spark: SparkSession, text: str, on: date) -> Job:
    from pyspark.sql import functions as F

    def call(on: date) -> object:
        return frame(spark, SEEN, text).withColumn("business_date", F.lit(on))

    return Job(name="see", stage="refine", kind="table", call=call, writes=(SEEN,))


@pytest.mark.parametrize("folder", ["home", "#chudian?x {a} 中文"], ids=["plain", "odd signs"])
def test_spark_and_delta_rs_and_the_lake_see_the_same_rows(spark: SparkSession, tmp_path: Path, folder: str) -> None:
    runner = Runner(settings({"CHUDIAN_HOME": str(tmp_path / folder)}))
    for on, text in ((date(2026, 3, 3), ROWS), (NIGHT, ROWS), (NIGHT, ROWS.replace("9007199254741", "8"))):
        runner.run(publishing(spark, text, on), on)
    ours = rows(runner.lake.whole(SEEN))
    assert {row[2] for row in ours if row[0] == "full"} == {9007199254741, 8}
    handle = runner.lake.at(SEEN).opened()
    assert handle is not None
    assert handle.schema() == schema_of(SEEN)
    names = [column.name for column in SEEN.columns]
    by_delta_rs = pa.table(handle.scan()).select(names)
    assert sorted(by_delta_rs.column("bytes").to_pylist(), key=str) == sorted((row[2] for row in ours), key=str)
    if folder == "home":  # Spark's own Delta reader takes some signs for a glob
        assert rows(spark.read.format("delta").load(runner.lake.location(SEEN)), *names) == ours


def test_delta_tables_can_be_compacted_vacuumed_and_read_on(spark: SparkSession, tmp_path: Path) -> None:
    runner = Runner(settings({"CHUDIAN_HOME": str(tmp_path)}))
    for on in (date(2026, 3, 3), NIGHT, NIGHT):
        runner.run(publishing(spark, ROWS, on), on)
    before, files = rows(runner.lake.whole(SEEN)), runner.lake.at(SEEN)
    handle = files.opened()
    assert handle is not None
    handle.optimize.compact()
    assert len(handle.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False, full=True)) > 0
    runner.run(publishing(spark, ROWS, date(2026, 3, 5)), date(2026, 3, 5))
    assert rows(runner.lake.whole(SEEN).where(f"business_date <= DATE'{NIGHT}'")) == before
    assert runner.lake.whole(SEEN).count() == len(before) + 2


def test_a_column_that_was_declared_later_reads_as_null_in_older_files(spark: SparkSession, tmp_path: Path) -> None:
    runner = Runner(settings({"CHUDIAN_HOME": str(tmp_path)}))
    runner.run(publishing(spark, ROWS, NIGHT), NIGHT)
    grown = Table(
        name="dwd.seen",
        owner="tests",
        comment="Grown.",
        key=("subscriber_id",),
        columns=(*SEEN.columns[:-1], Column("more", "int", "New.")),
    )
    assert rows(Lake(runner.settings).whole(grown), "subscriber_id", "more") == [("empty", None), ("full", None)]


def test_an_ops_table_reads_a_column_that_is_newer_than_its_files_as_null(tmp_path: Path) -> None:
    lake = Lake(settings({"CHUDIAN_HOME": str(tmp_path)}))
    columns = (Column("day", "date", "D.", (NOT_NULL,)), Column("n", "int", "N."), Column("words", "string", "W."))
    old, grown = (Table(name="ops.noted", owner="tests", comment="N.", key=(), log_of=("day",), columns=columns[:n]) for n in (2, 3))
    lake.records.append(old, [{"day": NIGHT, "n": 1}])
    later = Lake(lake.settings)
    later.records.append(grown, [{"day": NIGHT, "n": 2, "words": "later"}])
    told = sorted((row["n"], row["words"]) for row in later.log(grown))
    assert told == [(1, None), (2, "later")]
    assert isinstance(later.records.read(grown), pa.Table)
