"""Publishing a table: one write, one commit that says what made it, and a record of what was published."""

import json
from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from expectations.checks import NOT_NULL, at_least, one_of
from expectations.columns import LOAD_ID, SUBSCRIBER_ID
from expectations.contract import Column, Table
from expectations.errors import ChudianError, ContractError
from expectations.tables.ops import OPS_LOAD
from jobs.runtime.audit import AuditError
from jobs.runtime.job import Job
from jobs.runtime.job_run import JobRun, Runner
from jobs.runtime.lake import Lake
from jobs.runtime.loads import Load
from jobs.runtime.place import folders_in
from jobs.runtime.records import RecordError
from jobs.runtime.settings import settings
from jobs.runtime.writing import run_folder, write
from tests.frames import frame, rows

D, BEFORE = date(2026, 3, 4), date(2026, 3, 3)
USED = Table(
    name="ods.used",
    owner="tests",
    comment="A fact.",
    key=("subscriber_id", "load_id"),
    event_date="day",
    columns=(
        Column("day", "date", "Day.", (NOT_NULL,)),
        SUBSCRIBER_ID,
        Column("bytes", "bigint", "Bytes.", (NOT_NULL, at_least(0))),
        LOAD_ID,
    ),
)
HELD = Table(
    name="dwd.held",
    owner="tests",
    comment="A snapshot.",
    key=("subscriber_id",),
    columns=(SUBSCRIBER_ID, Column("plan", "string", "Plan.", (one_of("a", "b"),), null_means="none")),
    may_be_empty=True,
)
USE = """
day        | subscriber_id | bytes | load_id | known_on   | feed
2026-03-03 | loyal         | 5     | late    | 2026-03-04 | one
2026-03-04 | loyal         | 7     | due     | 2026-03-04 | one
2026-03-04 | joined        | 0     | due     | 2026-03-04 | one
"""
LISTED = {
    "feed": "org",
    "known_on": D,
    "event_date": D,
    "sequence": 1,
    "load_id": "a",
    "state": "loaded",
    "files": 1,
    "rows_loaded": 7,
    "rows_quarantined": 0,
}
LATE, DUE = Load(BEFORE, D, BEFORE, 1, "late", "one", rows=1), Load(D, D, D, 1, "due", "one", rows=2)


@pytest.fixture
def runner(spark: SparkSession, tmp_path: Path) -> Runner:
    return Runner(settings({"CHUDIAN_HOME": str(tmp_path)}))


def receiving(spark: SparkSession, text: str, *loads: Load, feed: str = "one") -> Job:
    def call(run: JobRun) -> None:
        run.publish(USED, frame(spark, USED, text), loads=loads)

    return Job(name="receive_used", stage="receive", kind="effect", call=call, writes=(USED,), feed=feed)


def holding(spark: SparkSession, text: str, on: date = D) -> Job:
    def call(_: date) -> DataFrame:
        return frame(spark, HELD, text).withColumn("business_date", F.lit(on))

    return Job(name="hold", stage="refine", kind="table", call=call, writes=(HELD,))


def test_a_fact_is_recorded_by_event_date_and_night_with_rows_and_loads(spark: SparkSession, runner: Runner) -> None:
    runner.run(receiving(spark, USE, LATE, DUE), D)
    made = runner.lake.publications.of(USED)
    late, due = (BEFORE, D, "one"), (D, D, "one")
    assert {key: (found.rows, found.loads) for key, found in made.items()} == {late: (1, ("late",)), due: (2, ("due",))}
    runner.run(receiving(spark, USE.replace("2026-03-03 | loyal         | 5     | late    | 2026-03-04 | one\n", ""), DUE), D)
    made = runner.lake.publications.of(USED)
    assert {key: (found.rows, found.loads) for key, found in made.items()} == {late: (0, ()), due: (2, ("due",))}
    assert rows(runner.lake.whole(USED), "day", "bytes") == [(D, 0), (D, 7)]


def test_a_night_that_made_a_table_without_rows_is_told_from_one_that_made_none(spark: SparkSession, runner: Runner) -> None:
    runner.run(holding(spark, "subscriber_id | plan"), D)
    made = runner.lake.publications.snapshot(HELD, D)
    assert made is not None
    assert made.rows == 0
    assert runner.lake.publications.snapshot(HELD, BEFORE) is None


def test_the_commit_says_which_run_job_night_and_loads_it_is_of_and_what_the_files_hold(spark: SparkSession, runner: Runner) -> None:
    run = runner.run(receiving(spark, USE, LATE, DUE), D)
    *_, log = sorted(Path(runner.lake.location(USED)).glob("_delta_log/*.json"))
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    (told,) = [line["commitInfo"] for line in lines if "commitInfo" in line]
    assert {name.removeprefix("chudian."): value for name, value in told.items() if name.startswith("chudian.")} == {
        "run": run.run_id,
        "job": "receive_used",
        "business_date": f"{D}",
        "loads": "due,late",
    }
    added = [line["add"] for line in lines if "add" in line]
    statistics = [json.loads(add["stats"]) for add in added]
    assert sum(found["numRecords"] for found in statistics) == 3
    of_late = next(found for add, found in zip(added, statistics, strict=True) if add["partitionValues"]["day"] == f"{BEFORE}")
    assert (of_late["minValues"]["bytes"], of_late["maxValues"]["bytes"], of_late["nullCount"]["bytes"]) == (5, 5, 0)


def test_what_a_killed_run_left_is_removed_by_the_next_of_the_same_job_and_night_alone(spark: SparkSession, runner: Runner) -> None:
    run = f"{runner.lake.location(HELD)}/night={D}"
    for job in ("hold", "another_job"):
        left = Path(runner.lake.location(HELD)) / run_folder(HELD, D, job, "killed") / f"business_date={D}"
        left.mkdir(parents=True)
        (left / "part-0.parquet").write_bytes(b"half")
    committed = [runner.run(holding(spark, f"subscriber_id | plan\nloyal | {plan}"), D).run_id for plan in ("a", "a", "b")]
    # Files of a run that was committed once stay for who reads them still; VACUUM removes them.
    assert folders_in(run) == sorted(["run=another_job.killed", *(f"run=hold.{run_id}" for run_id in committed)])
    assert rows(runner.lake.whole(HELD), "subscriber_id", "plan") == [("loyal", "b")]


@pytest.mark.parametrize(
    ("job", "fault"),
    [
        (lambda spark: holding(spark, "subscriber_id | plan\nloyal | a", BEFORE), "rows of another business date than 2026-03-04"),
        (
            lambda spark: receiving(spark, USE.replace("7     | due     | 2026-03-04", "7     | due     | 2026-03-05"), LATE, DUE),
            "rows known on 2026-03-05",
        ),
        (lambda spark: receiving(spark, USE, LATE, DUE, feed="two"), "rows of feed one, the job is of two"),
    ],
    ids=["snapshot", "fact", "feed"],
)
def test_rows_of_another_night_or_feed_are_refused_and_leave_no_file(spark: SparkSession, runner: Runner, job: object, fault: str) -> None:
    with pytest.raises(ContractError, match=fault):
        runner.run(job(spark), D)  # type: ignore[operator]
    assert not list(Path(runner.settings.lake).glob("*/*/night=*/run=*"))


def test_what_fails_after_the_commit_leaves_the_files_that_the_log_names(
    spark: SparkSession, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "a file")

    monkeypatch.setattr("jobs.runtime.publications.Publications.record", full)
    with pytest.raises(ChudianError, match=r"met OSError, an error that chudian does not know: a file \(No space left on device\)"):
        runner.run(holding(spark, "subscriber_id | plan\nloyal | a"), D)
    assert rows(runner.lake.whole(HELD), "subscriber_id", "plan") == [("loyal", "a")]
    assert runner.lake.publications.snapshot(HELD, D) is None, "nobody reads what is not on record"


def test_a_row_without_its_day_is_found_by_the_audit_before_it_is_committed(spark: SparkSession, runner: Runner) -> None:
    with pytest.raises(AuditError, match=r"day: expected not null, got 1 row\(s\) otherwise"):
        runner.run(receiving(spark, USE.replace("2026-03-03 | loyal ", "           | loyal "), DUE), D)
    assert runner.lake.at(USED).present() == ()


LOADED = Table(
    name="ods.loaded",
    owner="tests",
    comment="A fact with the load of each row.",
    key=("subscriber_id", "load_id"),
    event_date="day",
    columns=(*USED.columns[:2], LOAD_ID),
)


def test_of_two_loads_of_one_night_and_day_the_chosen_alone_is_read_whatever_the_record_says(spark: SparkSession, runner: Runner) -> None:
    """As after a kill between the commit and its record; and where the other load is chosen for another night."""
    text = """
    day        | subscriber_id | load_id | known_on   | feed
    2026-03-04 | loyal         | first   | 2026-03-04 | one
    2026-03-04 | loyal         | second  | 2026-03-04 | one
    2026-03-04 | joined        | second  | 2026-03-04 | one
    """
    lake = runner.lake
    folder = run_folder(LOADED, D, "receive", "killed")
    for name in ("apart", "together"):
        came = frame(spark, LOADED, text).repartition(1)
        draft = write(lake, LOADED, came, D, f"{folder}{name}")
        lake.at(LOADED).commit(draft.files, [("known_on", "=", f"{D}")], {})
        for load_id, expected in (("first", [("loyal",)]), ("second", [("joined",), ("loyal",)])):
            assert rows(lake.of_loads(LOADED, [Load(D, D, D, 1, load_id, "one")]), "subscriber_id") == expected


def test_a_table_that_another_made_and_filled_in_between_keeps_its_rows(tmp_path: Path) -> None:
    one, other = (Lake(settings({"CHUDIAN_HOME": str(tmp_path)})) for _ in range(2))
    assert one.at(OPS_LOAD).opened() is None
    other.records.append(OPS_LOAD, [LISTED])
    one.at(OPS_LOAD).create()
    one.records.append(OPS_LOAD, [{**LISTED, "sequence": 2}])
    assert len(Lake(one.settings).log(OPS_LOAD)) == 2
    with pytest.raises(ValueError, match="covers everything"):
        one.at(OPS_LOAD).commit([], [], {})


def test_a_broken_file_of_the_records_is_named(tmp_path: Path) -> None:
    lake = Lake(settings({"CHUDIAN_HOME": str(tmp_path)}))
    lake.records.append(OPS_LOAD, [LISTED])
    (file,) = (tmp_path / "lake" / "ops" / "load").glob("feed=org/*.parquet")
    file.write_bytes(file.read_bytes()[:40])
    with pytest.raises(RecordError, match=rf"{file.name} cannot be read") as refusal:
        lake.log(OPS_LOAD)
    assert "bring the file back from a backup" in str(refusal.value)


def test_replacing_rows_of_an_ops_table_takes_a_column_that_was_declared_later(tmp_path: Path) -> None:
    columns = (Column("day", "date", "D.", (NOT_NULL,)), Column("n", "int", "N."), Column("words", "string", "W."))
    old, grown = (Table(name="ops.noted", owner="tests", comment="N.", key=(), log_of=("day",), columns=columns[:n]) for n in (2, 3))
    Lake(settings({"CHUDIAN_HOME": str(tmp_path)})).records.append(old, [{"day": D, "n": 1}, {"day": BEFORE, "n": 1}])
    lake = Lake(settings({"CHUDIAN_HOME": str(tmp_path)}))
    lake.records.replace(grown, [{"day": D, "n": 2, "words": "later"}], f"day = DATE '{D}'")
    assert sorted((row["day"], row["n"], row["words"]) for row in lake.log(grown)) == [(BEFORE, 1, None), (D, 2, "later")]


def test_two_jobs_that_commit_to_one_table_at_once_both_get_through(spark: SparkSession, tmp_path: Path) -> None:
    """Of two commits delta-rs refuses the later; it looks at the table again and commits."""
    from jobs.runtime.delta import DeltaFiles, Written

    one, other = (DeltaFiles(HELD, f"{tmp_path}/held") for _ in range(2))
    one.create()
    assert one.present() == other.present() == ()
    for files, day in ((one, BEFORE), (other, D)):
        written = Written(f"night={day}/run=x.1/business_date={day}/part-0.parquet", 1, 1, {"business_date": f"{day}"})
        files.commit([written], [("business_date", "=", f"{day}")], {})
    assert {file.partition["business_date"] for file in one.present()} == {BEFORE, D}


def test_a_table_that_another_version_partitioned_otherwise_is_refused_by_name(tmp_path: Path) -> None:
    from jobs.runtime.delta import DeltaFiles, LayoutError

    columns = (*HELD.columns[:2], Column("day", "date", "Day.", (NOT_NULL,)), LOAD_ID)
    fact = Table(name="dwd.held", owner="tests", comment="A fact.", key=("subscriber_id",), columns=columns, event_date="day")
    DeltaFiles(HELD, f"{tmp_path}/held").create()
    with pytest.raises(LayoutError) as refusal:
        DeltaFiles(fact, f"{tmp_path}/held").commit([], [("day", "=", f"{D}")], {})
    assert f"Table dwd.held in {tmp_path}/held:" in str(refusal.value)
    assert "expected partitions day, known_on, feed, came business_date: another version" in str(refusal.value)
