import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from expectations.checks import NOT_NULL, Check, Statistics, at_least, at_most, between, matches, one_of
from expectations.row_checks import before, given_when, part_of

AT_MOST = at_most(5)
TRICKY = ("it's", "a\\b", "\\'", 'say "hi"', "50%", "第一档", "a\nb", "")


def broken(spark: SparkSession, check: Check, type: str, *values: object) -> list[object]:
    """The values that break the check, by the SQL that the audit runs. By Arrow they are the same."""
    rows = spark.createDataFrame([(value,) for value in values], f"held {type}").selectExpr("held", f"{check.broken('held')} AS is_broken")
    found = rows.collect()
    assert all(row.is_broken is not None for row in found), "a rule is broken or kept, never unknown"
    kind = {"int": pa.int32(), "bigint": pa.int64(), "string": pa.string()}[type]
    by_arrow = check.breaking(pa.array(values, kind), {})
    assert by_arrow is not None
    assert by_arrow.to_pylist() == [row.is_broken for row in found]
    return [row.held for row in found if row.is_broken]


@pytest.mark.parametrize(
    ("check", "kept", "wrong"),
    [
        (between(0, 5), (0, 5), (-1, 6)),
        (at_least(0), (0, 10**12), (-1,)),
        (AT_MOST, (-(10**12), 5), (6,)),
    ],
    ids=["both ends", "low end", "high end"],
)
def test_the_ends_of_a_range_belong_to_it_and_an_open_end_has_no_limit(
    spark: SparkSession, check: Check, kept: tuple[int, ...], wrong: tuple[int, ...]
) -> None:
    assert broken(spark, check, "bigint", *kept, *wrong) == list(wrong)


@pytest.mark.parametrize("code", TRICKY, ids=repr)
def test_a_listed_code_is_the_very_text_whatever_quotes_and_backslashes_it_holds(spark: SparkSession, code: str) -> None:
    assert broken(spark, one_of(code, "other"), "string", code, "other", code + "x") == [code + "x"]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\u0085", "\u2028", " "], ids=repr)
def test_a_pattern_binds_the_whole_text_whatever_ends_its_line(spark: SparkSession, end: str) -> None:
    assert broken(spark, matches("[0-9]{4}"), "string", "0571", "0571" + end) == ["0571" + end]


@pytest.mark.parametrize(
    ("pattern", "kept", "wrong"),
    [(r"\d{4}", "0571", "571"), ("(?!.*9)[0-9]+", "0571", "0591"), (r"[^']+", "its", "it's"), (r"a\\b", "a\\b", "ab"), ("a|b", "b", "bb")],
)
def test_a_pattern_reaches_spark_as_it_was_written(spark: SparkSession, pattern: str, kept: str, wrong: str) -> None:
    assert broken(spark, matches(pattern), "string", kept, wrong) == [wrong]


@pytest.mark.parametrize(
    ("check", "type"),
    [(between(0, 5), "int"), (at_least(0), "int"), (AT_MOST, "int"), (one_of("a"), "string"), (matches("a"), "string")],
    ids=lambda part: part if isinstance(part, str) else part.rule,
)
def test_null_passes_every_rule_but_not_null(spark: SparkSession, check: Check, type: str) -> None:
    assert broken(spark, check, type, None) == []
    assert broken(spark, NOT_NULL, type, None) == [None]


def test_a_rule_in_words_says_what_a_reader_would() -> None:
    rules = [check.rule for check in (NOT_NULL, between(0, 5), at_least(1), AT_MOST, one_of("a", "b"), matches("a"))]
    assert rules == ["not null", "between 0 and 5", "at least 1", "at most 5", "one of a, b", "matches a"]


def test_as_a_warning_it_is_the_same_rule_and_holds_nothing_back() -> None:
    warned = between(0, 5).as_warning
    assert (warned.severity, warned.broken("held")) == ("warn", between(0, 5).broken("held"))


@pytest.mark.parametrize(
    ("part", "first", "second", "is_broken"),
    [(6, 2, 4, False), (7, 2, 4, True), (1, None, 0, False), (None, 0, 0, False), (1, 2**63 - 1, 2**63 - 1, False)],
    ids=["equal", "above", "a part of the whole is null", "null", "the whole is too large to add"],
)
def test_a_part_is_held_against_the_sum_of_its_whole_in_the_same_row(
    spark: SparkSession, part: int | None, first: int | None, second: int | None, is_broken: bool
) -> None:
    check = part_of("first", "second")
    row = spark.createDataFrame([(part, first, second)], "part bigint, first bigint, second bigint")
    assert row.selectExpr(check.broken("part")).collect()[0][0] is is_broken
    whole = {"first": pa.array([first], pa.int64()), "second": pa.array([second], pa.int64())}
    assert check.breaking(pa.array([part], pa.int64()), whole).to_pylist() == [is_broken]
    assert (check.rule, check.others) == ("at most first + second", ("first", "second"))


ALL_NULL, EMPTY = Statistics(rows=3, nulls=3), Statistics(rows=0, nulls=0)


@pytest.mark.parametrize(
    ("check", "proven", "unproven"),
    [
        (NOT_NULL, [Statistics(3, 0, 1, 2), Statistics(3, 0), EMPTY], [Statistics(3, 1, 1, 2), Statistics(3, None, 1, 2), ALL_NULL]),
        (
            between(0, 5),
            [Statistics(3, 1, 0, 5), Statistics(3, None, 2, 2), ALL_NULL, EMPTY],
            [Statistics(3, 0, -1, 5), Statistics(3, 0, 0, 6), Statistics(3, 0, 0, None), Statistics(3, 0, None, 5), Statistics(3, None)],
        ),
        (at_least(0), [Statistics(3, 0, 0, 10**12)], [Statistics(3, 0, -1, 0), Statistics(3, 0, 0.0, 1.0)]),
        (at_most(5), [Statistics(3, 0, -(10**12), 5)], [Statistics(3, 0, 0, 6)]),
        (
            one_of("a", "c"),
            [ALL_NULL, EMPTY],
            [Statistics(3, 0, "a", "c"), Statistics(3, 0, "b", "b"), Statistics(3, 0)],
        ),
        (matches("a"), [ALL_NULL, EMPTY], [Statistics(3, 0, "a", "a")]),
        (part_of("whole"), [ALL_NULL, EMPTY], [Statistics(3, 0, 0, 0)]),
    ],
    ids=lambda part: part.rule if isinstance(part, Check) else "",
)
def test_statistics_prove_a_rule_only_where_no_row_can_break_it(check: Check, proven: list[Statistics], unproven: list[Statistics]) -> None:
    assert [seen for seen in proven if not check.proven(seen)] == []
    assert [seen for seen in unproven if check.proven(seen)] == []


@pytest.mark.parametrize(
    ("check", "value", "other", "is_broken"),
    [
        (before("other"), "2026-03-03", "2026-03-04", False),
        (before("other"), "2026-03-04", "2026-03-04", True),
        (before("other"), None, "2026-03-04", False),
        (before("other"), "2026-03-05", None, False),
        (given_when("other", "rejected"), None, "rejected", True),
        (given_when("other", "rejected"), "E1", "rejected", False),
        (given_when("other", "rejected"), None, "accepted", False),
        (given_when("other", "rejected"), None, None, False),
    ],
    ids=["before", "the same day", "no date", "nothing to compare with", "lacking", "given", "another code", "no code"],
)
def test_a_rule_may_compare_with_another_column_of_the_row(
    spark: SparkSession, check: Check, value: str | None, other: str | None, is_broken: bool
) -> None:
    row = spark.createDataFrame([(value, other)], "held string, other string").selectExpr(f"{check.broken('held')} AS is_broken")
    assert row.collect()[0].is_broken is is_broken
    assert check.others == ("other",)
