"""The gate of a night: what it records of each tag, what it warns of, and what an operator may accept."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from expectations.errors import ContractError
from expectations.tables.ops import OPS_TAG_PROFILE
from features.library import CAR, FAMILIES
from jobs.register import job_named
from jobs.runtime.job import Job
from jobs.runtime.job_run import JobRun, Runner
from jobs.runtime.lacking import lacking
from jobs.runtime.reads import Snapshot
from jobs.runtime.settings import settings
from jobs.tag.accepted import accept, bad_tags, newest_profiled
from jobs.tag.judging import Verdict
from jobs.tag.profile_tags import told
from jobs.tag.tag_profile import profiles

D = date(2026, 3, 20)
PEOPLE = 400


@pytest.fixture(scope="module")
def runner(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """A home with a customer record of D, without content: half of the people are live, points grow, the brand is null for all."""
    made = Runner(settings({"CHUDIAN_HOME": str(tmp_path_factory.mktemp("gate"))}))
    given = {
        "subscriber_id": F.lpad(F.col("id").cast("string"), 32, "0"),
        "is_live": F.col("id") % 2 == 0,
        "points": F.when(F.col("id") > 0, F.col("id")),
        "state": F.when(F.col("id") < 100, "frozen").when(F.col("id") < 399, "active").otherwise("Li Lei"),
        "county": F.concat(F.lit("99010"), (F.col("id") % 7).cast("string")),
        "entry_date": F.date_sub(F.lit(D), 400),
        "business_date": F.lit(D),
    }

    def call(run: JobRun) -> None:
        run.lacks.add("content")
        known = {name: value.alias(name) for name, value in given.items()}
        nulls = {column.name: F.lit(None).cast(column.type).alias(column.name) for column in CAR.columns}
        run.publish(CAR, spark.range(0, PEOPLE, 1, 4).select(*(known.get(name, null) for name, null in nulls.items())))

    made.run(Job(name="write_car", stage="tag", kind="effect", call=call, writes=(CAR,)), D)
    return made


def gate(runner: Runner) -> tuple[JobRun, dict[str, dict[str, Any]]]:
    """Run the gate; return the run, and the night's rows by tag."""
    run = runner.run(job_named("profile_tags"), D)
    return run, {row["tag"]: row for row in runner.lake.log(OPS_TAG_PROFILE, business_date=D)}


def earlier(runner: Runner, tag: str, nights: int, bins: Mapping[str, int], nulls: int) -> None:
    """Replace what the nights before D recorded by this tag's rows."""
    seen = {"rows": PEOPLE, "seen": PEOPLE, "nulls": nulls, "distinct": len(bins), "bins": json.dumps(bins)}
    said = {"tag": tag, "car_run": "earlier", "usual_nulls": None, "psi": None, "state": "good", "reasons": []}
    rows = [{"business_date": D - timedelta(days=back), **seen, **said} for back in range(1, nights + 1)]
    runner.lake.records.replace(OPS_TAG_PROFILE, rows, f"business_date < DATE '{D}'")


def test_each_column_has_its_figures_and_the_first_night_is_new(runner: Runner) -> None:
    earlier(runner, "points", 0, {}, 0)
    run, rows = gate(runner)
    figures = ("rows", "seen", "nulls", "distinct", "bins", "usual_nulls", "psi", "state")
    groups = {"1": 2, "2": 4, "3": 8, "4": 16, "5": 32, "6": 64, "7": 128, "8": 145}
    assert [rows["points"][name] for name in figures] == [400, 400, 1, None, json.dumps(groups, sort_keys=True), None, None, "new"]
    assert json.loads(rows["is_live"]["bins"]) == {"true": 200, "false": 200}
    assert json.loads(rows["state"]["bins"]) == {"active": 299, "frozen": 100, "other": 1}, "what is no code may be a name"
    assert json.loads(rows["entry_date"]["bins"]) == {"1": 400}
    assert (rows["county"]["distinct"], rows["county"]["bins"]) == (7, "{}"), "text that is no code has no groups"
    # A token is nobody's figure, and a family that was not made is named as a whole.
    content = {tag.column.name for family in FAMILIES if family.name == "content" for tag in family.tags}
    assert content
    assert not rows.keys() & {"subscriber_id", "business_date", *content}
    assert lacking(runner.lake, CAR, D)["content_requests_30d"] == "the tags of content are missing tonight"
    assert (run.warnings, run.told) == ([], f"{len(rows)} tags new")


def test_a_bad_tag_is_a_warning_and_is_lacking_until_it_is_accepted(runner: Runner) -> None:
    earlier(runner, "points", 10, {"0": 350}, 50)
    run, rows = gate(runner)
    why = rows["points"]["reasons"]
    assert (rows["points"]["state"], rows["points"]["usual_nulls"]) == ("bad", 0.125)
    assert why[0] == "0% null, usual 12%"
    assert run.warnings[0] == f"tag points is bad: {'; '.join(why)}"
    assert run.warnings[-1].endswith("chudian tags accept TAG --reason TEXT")
    assert lacking(runner.lake, CAR, D)["points"] == f"tag points is bad tonight: {'; '.join(why)}"
    assert (newest_profiled(runner.lake), bad_tags(runner.lake, D)) == (D, ["points"])
    accept(runner.lake, ["points"], D, "new scheme", "ann", datetime(2026, 3, 21, tzinfo=UTC))
    run, rows = gate(runner)
    assert (rows["points"]["state"], run.warnings) == ("new", [])
    assert "points" not in lacking(runner.lake, CAR, D)


def test_of_very_many_rows_some_row_groups_are_looked_at(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    files = len(runner.lake.files(Snapshot(CAR), D))
    assert files == 4
    monkeypatch.setattr("jobs.tag.tag_profile.ROWS_COUNTED_HERE", PEOPLE // 2)
    found = {(one.rows, one.seen) for one in profiles(runner.lake, D)}
    assert found == {(PEOPLE, PEOPLE // 2)}


@pytest.mark.parametrize(
    ("tags", "reason", "fault"),
    [(["point"], "new scheme", "points"), (["points"], " ", "the reason is empty"), ([], "new scheme", "no tag is named")],
)
def test_what_cannot_be_accepted_is_refused(runner: Runner, tags: list[str], reason: str, fault: str) -> None:
    with pytest.raises(ContractError, match=fault):
        accept(runner.lake, tags, D, reason, "ann", datetime(2026, 3, 21, tzinfo=UTC))


def test_many_tags_that_are_bad_for_one_reason_take_one_line(runner: Runner) -> None:
    less = Verdict("bad", ("the customer record has 5 rows, usual 10",))
    said = told({"other": Verdict("bad", ("40% null, usual 2%",)), **{f"t{n}": less for n in range(12)}, "fine": Verdict("good")})
    assert said[:2] == [
        "tag other is bad: 40% null, usual 2%",
        "12 tags are bad: the customer record has 5 rows, usual 10: t0, t1, t2, t3, t4, t5, t6, t7, t8, t9 and 2 more",
    ]
    assert len(said) == 3
    assert told({"fine": Verdict("good")}) == []
