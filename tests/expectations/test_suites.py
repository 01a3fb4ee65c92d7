"""Great Expectations judges a table by its one-row summary; here it also judges the rows themselves, and must say the same."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from expectations.checks import NOT_NULL, Check, at_least, at_most, between, matches, one_of
from expectations.contract import BUSINESS_DATE, Column, Table
from expectations.errors import ContractError
from expectations.row_checks import part_of
from expectations.suites import DUPLICATES, ROWS, rules, summary_suite
from jobs.runtime.audit import AuditError, Verdict, judge, refuse_if_failed
from jobs.runtime.lake import Lake
from jobs.runtime.settings import settings
from jobs.runtime.writing import run_folder, write
from jobs.runtime.writing import summary as engine_summary

Summary = Callable[[Table, DataFrame], dict[str, Any]]
D = date(2026, 3, 4)
AT_MOST = at_most(5)


@dataclass(frozen=True)
class Sample:
    """A check with three values that keep it and three that hold one or more that break it."""

    name: str
    type: str
    check: Check
    keeps: tuple[Any, Any, Any]
    breaks: tuple[Any, Any, Any]
    null_keeps: bool = True


SAMPLES = (
    Sample("present", "string", NOT_NULL, ("a", "", " "), ("a", "b", None), null_keeps=False),
    Sample("low_end", "int", at_least(0), (0, 7, None), (0, None, -1)),
    Sample("high_end", "int", AT_MOST, (-7, 5, None), (5, None, 6)),
    Sample("both_ends", "bigint", between(-5, 5), (-5, 5, None), (-6, None, 0)),
    Sample("both_ends_passed", "bigint", between(-5, 5), (-5, 5, 0), (6, 0, 0)),
    Sample("fraction", "double", between(0, 1), (0.0, 1.0, None), (0.5, 1.0000001, None)),
    Sample("code", "string", one_of("a", "b"), ("a", "b", None), ("a", "A", None)),
    Sample("odd_code", "string", one_of("it's", "a\\b"), ("it's", "a\\b", None), ("its", "ab", None)),
    Sample("blank_code", "string", one_of("a"), ("a", "a", None), ("a", "", None)),
    Sample("pattern", "string", matches(r"\d{4}"), ("0571", "0574", None), ("0571", "05711", None)),
    Sample("two_patterns", "string", matches("b|bc"), ("b", "bc", None), ("b", "abc", None)),
    Sample("pattern_to_the_end", "string", matches("a"), ("a", "a", None), ("a", "a\r", None)),
    Sample("odd_pattern", "string", matches(r"[^'\\]+"), ("its", "ab", None), ("it's", "a\\b", None)),
    Sample("part", "bigint", part_of("both_ends", "low_end"), (-5, -7, None), (-5, None, 10)),
    Sample("warned", "int", at_least(0).as_warning, (0, 7, None), (-1, None, 0)),
)
DATA = ("keeps", "breaks", "null alone", "no rows")
TABLE = Table(
    name="mkt.samples",
    owner="tests",
    comment="A column a sample.",
    key=(),
    columns=tuple(Column(sample.name, sample.type, "Sample.", (sample.check,)) for sample in SAMPLES),
)
WHO = Table(
    name="dwd.who",
    owner="tests",
    comment="A key of two columns.",
    key=("who", "day"),
    columns=(Column("who", "string", "Who.", (NOT_NULL,)), Column("day", "int", "Day.", (NOT_NULL,))),
)


@pytest.fixture(scope="module")
def summary(reports: Path) -> Summary:
    """The one row as a publication makes it: out of the files it wrote and what was observed on the way."""
    lake = Lake(settings({"CHUDIAN_HOME": str(reports)}))
    runs = count()

    def summed_up(table: Table, frame: DataFrame) -> dict[str, Any]:
        return engine_summary(lake, write(lake, table, frame, D, run_folder(table, D, "tests", f"{next(runs)}")))

    return summed_up


def natively(frame: DataFrame, *expectations: Any) -> list[bool]:
    """What Great Expectations says of the rows on Spark, in the expectations' order."""
    import great_expectations as gx

    context: Any = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    batch = context.data_sources.add_spark("rows").add_dataframe_asset("rows").add_batch_definition_whole_dataframe("all")
    suite = gx.ExpectationSuite("native", expectations=list(expectations))
    # Verdicts alone: looking for the rows that break a rule would cost a Spark job each.
    result = batch.get_batch(batch_parameters={"dataframe": frame}).validate(suite, result_format="BOOLEAN_ONLY")
    assert not [single.exception_info for single in result.results if single.exception_info.get("raised_exception")]
    told = {(single.expectation_config.kwargs.get("column"), single.expectation_config.type): single.success for single in result.results}
    return [bool(told[getattr(expectation, "column", None), expectation.configuration.type]) for expectation in expectations]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reports")


@pytest.fixture(scope="module", params=DATA)
def said(
    request: pytest.FixtureRequest, spark: SparkSession, reports: Path, summary: Summary
) -> tuple[str, dict[str, Verdict], dict[str, bool]]:
    """The data judged, our verdicts and the native ones, each by sample."""
    columns: dict[str, list[tuple[Any, ...]]] = {
        "keeps": [sample.keeps for sample in SAMPLES],
        "breaks": [sample.breaks for sample in SAMPLES],
        "null alone": [(None,)] * len(SAMPLES),
        "no rows": [()] * len(SAMPLES),
    }
    frame = spark.createDataFrame([(*row, D) for row in zip(*columns[request.param], strict=True)], TABLE.ddl)
    ours = {verdict.column: verdict for verdict in judge(TABLE, summary(TABLE, frame), D, reports)}
    natives = natively(frame, *(sample.check.native(sample.name) for sample in SAMPLES))
    return request.param, ours, {sample.name: kept for sample, kept in zip(SAMPLES, natives, strict=True)}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_the_summary_gets_the_verdict_that_the_rows_get(said: tuple[str, dict[str, Verdict], dict[str, bool]], sample: Sample) -> None:
    data, ours, natives = said
    expected = {"keeps": True, "breaks": False, "null alone": sample.null_keeps, "no rows": True}[data]
    assert (ours[sample.name].kept, natives[sample.name]) == (expected, expected)


@pytest.mark.parametrize(
    ("rows", "unique"),
    [
        ([("loyal", 1), ("loyal", 2), ("gone", 1)], True),
        ([("loyal", 1), ("gone", 1), ("loyal", 1)], False),
        ([], True),
    ],
    ids=["unique together", "one pair twice", "no rows"],
)
def test_a_key_gets_the_verdict_that_the_rows_get(
    spark: SparkSession, reports: Path, summary: Summary, rows: list[tuple[str, int]], unique: bool
) -> None:
    import great_expectations.expectations as gxe

    frame = spark.createDataFrame([(*row, D) for row in rows], WHO.ddl)
    ours = {verdict.rule: verdict for verdict in judge(WHO, summary(WHO, frame), D, reports)}
    natives = natively(frame, gxe.ExpectCompoundColumnsToBeUnique(column_list=list(WHO.audited_key)))
    assert (ours["unique"].kept, natives) == (unique, [unique])


def test_a_null_in_a_key_breaks_the_table_by_its_own_rule(spark: SparkSession, reports: Path, summary: Summary) -> None:
    frame = spark.createDataFrame([(None, 1, D), (None, 1, D)], WHO.ddl)
    verdicts = judge(WHO, summary(WHO, frame), D, reports)
    assert {(v.column, v.rule): v.count for v in verdicts if not v.kept} == {("who", "not null"): 2, ("who, day", "unique"): 1}


def test_a_verdict_counts_the_rows_that_break_the_rule_and_only_fail_holds_the_table_back(
    spark: SparkSession, reports: Path, summary: Summary
) -> None:
    low = Column("low", "int", "Fails.", (at_least(0),))
    odd = Column("odd", "int", "Warns.", (at_least(0).as_warning,))
    table = Table(name="mkt.severity", owner="tests", comment="Two severities.", key=(), columns=(low, odd))
    warned = spark.createDataFrame([(0, -1, D), (1, -2, D), (None, 3, D)], table.ddl)
    verdicts = judge(table, summary(table, warned), D, reports)
    assert verdicts == [Verdict("low", "at least 0", "fail", True, 0), Verdict("odd", "at least 0", "warn", False, 2), *verdicts[2:]]
    refuse_if_failed(table, verdicts)
    failed = spark.createDataFrame([(-1, -1, D), (-2, 1, D)], table.ddl)
    with pytest.raises(AuditError) as refusal:
        refuse_if_failed(table, judge(table, summary(table, failed), D, reports))
    told = str(refusal.value)
    assert "Table mkt.severity was not published; its last good partition is unchanged" in told
    assert "low: expected at least 0, got 2 row(s) otherwise" in told
    assert "odd" not in told


def test_a_table_with_too_few_rows_is_refused_though_every_row_is_right(spark: SparkSession, reports: Path, summary: Summary) -> None:
    table = Table(name="dwd.few", owner="tests", comment="Two rows.", key=("who",), columns=(WHO.column("who"),), at_least_rows=2)
    for rows, kept in ((["loyal"], False), (["loyal", "joined"], True)):
        frame = spark.createDataFrame([(who, D) for who in rows], table.ddl)
        found = {verdict.rule: verdict for verdict in judge(table, summary(table, frame), D, reports)}
        assert (found["at least 2 rows"].kept, found["at least 2 rows"].count) == (kept, len(rows))


def test_every_expectation_says_table_column_and_rule_as_data_docs_show_them() -> None:
    expectations = summary_suite(WHO).expectations
    assert [expectation.meta for expectation in expectations] == [
        {"table": "dwd.who", "column": column, "rule": rule}
        for column, rule in (("who", "not null"), ("day", "not null"), (BUSINESS_DATE.name, "not null"), ("who, day", "unique"))
    ]
    assert expectations[0].description == "dwd.who.who: not null (rows that break it: 0)"
    assert [rule.summary for rule in rules(WHO)][-1] == DUPLICATES


def test_the_profile_has_nulls_where_null_may_stand_and_means_of_numbers_and_flags(spark: SparkSession, summary: Summary) -> None:
    columns = (Column("fen", "bigint", "Fen."), Column("is_live", "boolean", "Live."), Column("city", "string", "City."))
    table = Table(name="dwd.profile", owner="tests", comment="Profile.", key=(), columns=columns)
    found = summary(table, spark.createDataFrame([(4, True, "0571", D), (None, False, None, D)], table.ddl))
    assert found == {
        ROWS: 2,
        "business_date__not_null": 0,
        "fen__nulls": 1,
        "fen__mean": 4.0,
        "is_live__nulls": 0,
        "is_live__mean": 0.5,
        "city__nulls": 1,
    }


def test_a_check_that_would_hide_another_in_the_summary_is_refused_at_declaration() -> None:
    with pytest.raises(ContractError, match="two checks of the kind 'between'"):
        Table(
            name="dwd.hidden",
            owner="tests",
            comment="Hidden.",
            key=(),
            columns=(Column("fen", "int", "Fen.", (at_least(0), AT_MOST.as_warning)),),
        )
