import pytest
from pyspark.sql import SparkSession

from expectations.checks import IS_TOKEN, NOT_NULL, at_least, between, one_of
from expectations.contract import LOAD_ID, Column, Table
from expectations.errors import ContractError
from expectations.row_checks import part_of

WHO = Column("who", "string", "Who it is.", (NOT_NULL,))
FEN = Column("fen", "bigint", "The operator's \"fen\", a \\ and a 'quote'.", (at_least(0),))
CODES = Column("codes", "array<string>", "Codes.")
BILLS = Table(name="dwd.bills", owner="tests", comment="Bills.", key=("who",), columns=(WHO, FEN, CODES))


def refused(**declared: object) -> str:
    """What a declaration like that of the bills, with these parts otherwise, is refused with."""
    parts = {"name": "dwd.bills", "owner": "tests", "comment": "Bills.", "key": ("who",), "columns": (WHO, FEN)} | declared
    with pytest.raises(ContractError) as refusal:
        Table(**parts)  # type: ignore[arg-type]
    return str(refusal.value)


def test_every_fault_of_a_declaration_is_told_at_once() -> None:
    told = refused(name="warehouse.bills", key=("who", "month"), event_date="day", columns=(WHO, WHO, FEN))
    assert "a fact needs the column load_id" in told
    assert "Table warehouse.bills" in told
    assert "column who is declared twice" in told
    assert "key or partition column month is not declared" in told
    assert "key or partition column day is not declared" in told
    assert "layer 'warehouse' is not one of ods, dwd," in told
    assert "To mend it: correct the declaration" in told


def test_a_key_that_may_be_null_is_refused_since_nulls_are_neither_equal_nor_different() -> None:
    assert "key column fen may be null" in refused(key=("who", "fen"))


def test_two_checks_of_one_kind_on_a_column_are_refused_since_one_would_hide_the_other() -> None:
    twice = Column("fen", "bigint", "Fen.", (between(0, 10), between(0, 5).as_warning))
    assert "column fen has two checks of the kind 'between'" in refused(columns=(WHO, twice))


def test_a_rule_that_compares_with_a_column_nobody_declares_is_refused() -> None:
    part = Column("part_fen", "bigint", "Part.", (part_of("fen", "yuan"),))
    told = refused(columns=(WHO, FEN, part))
    assert "column part_fen is compared with yuan, which is not declared" in told
    assert "compared with fen" not in told


def test_in_a_table_derived_of_customers_rows_a_rule_about_values_warns_and_nothing_else_does() -> None:
    token = Column("token", "string", "Token.", (NOT_NULL, IS_TOKEN))
    columns = (token, FEN, Column("code", "string", "Code.", (NOT_NULL, one_of("a"))))

    def failing(layer: str) -> dict[str, list[str]]:
        table = Table(name=f"{layer}.bills", owner="tests", comment="Bills.", key=(), columns=columns)
        return {column.name: [check.rule for check in column.checks if check.severity == "fail"] for column in table.columns}

    derived = {"token": [NOT_NULL.rule, IS_TOKEN.rule], "fen": [], "code": [NOT_NULL.rule], "business_date": [NOT_NULL.rule]}
    assert [failing(layer) for layer in ("dwd", "tag")] == [derived] * 2
    assert failing("mkt") == derived | {"fen": ["at least 0"], "code": [NOT_NULL.rule, "one of a"]}


def test_a_column_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(ContractError, match=r"Table dwd\.bills has no column yuan; it has who, fen, codes, business_date"):
        BILLS.column("yuan")


def test_a_fact_lies_by_event_date_night_and_feed_a_snapshot_by_business_date_a_log_by_its_own_column() -> None:
    day = Column("day", "date", "Day.", (NOT_NULL,))
    fact = Table(name="dwd.use", owner="tests", comment="Use.", key=("who", "load_id"), columns=(day, WHO, LOAD_ID), event_date="day")
    assert fact.grain == ("who",)
    log = Table(name="ops.runs", owner="tests", comment="Runs.", key=("who",), columns=(WHO, day), log_of=("day",))
    found = {table.kind: (table.partitions, [column.name for column in table.columns]) for table in (fact, BILLS, log)}
    assert found == {
        "fact": (("day", "known_on", "feed"), ["day", "who", "load_id", "known_on", "feed"]),
        "snapshot": (("business_date",), ["who", "fen", "codes", "business_date"]),
        "log": (("day",), ["who", "day"]),
    }


def test_uniqueness_is_asked_of_the_key_within_its_partition_each_column_once() -> None:
    day = Column("day", "date", "Day.", (NOT_NULL,))
    fact = Table(name="dwd.use", owner="tests", comment="Use.", key=("day", "who"), columns=(day, WHO, LOAD_ID), event_date="day")
    assert fact.audited_key == ("day", "known_on", "feed", "who")
    assert BILLS.audited_key == ("business_date", "who")


def test_an_empty_frame_has_the_declared_types_and_the_comments_with_their_quotes(spark: SparkSession) -> None:
    empty = BILLS.empty(spark)
    assert empty.dtypes == [("who", "string"), ("fen", "bigint"), ("codes", "array<string>"), ("business_date", "date")]
    assert empty.schema["fen"].metadata == {"comment": FEN.comment}


def test_conform_restores_the_declared_order_and_keeps_the_rows(spark: SparkSession) -> None:
    shuffled = spark.sql("SELECT DATE'2026-03-04' AS business_date, array('a') AS codes, 5L AS fen, 'loyal' AS who")
    kept = BILLS.conform(shuffled)
    assert kept.columns == ["who", "fen", "codes", "business_date"]
    assert [(row.who, row.fen, row.codes) for row in kept.collect()] == [("loyal", 5, ["a"])]


def test_conform_names_every_missing_unknown_doubled_and_mistyped_column_at_once(spark: SparkSession) -> None:
    wrong = spark.sql("SELECT 'loyal' AS who, 'again' AS who, array(1) AS codes, '2026-03-04' AS business_date, 1 AS yuan")
    with pytest.raises(ContractError) as refusal:
        BILLS.conform(wrong)
    told = str(refusal.value)
    assert "Frame for table dwd.bills" in told
    assert "column who is there twice" in told
    assert "column fen (bigint) is missing" in told
    assert "column yuan (int) is not in the contract" in told
    assert "column codes should be array<string>, is array<int>" in told
    assert "column business_date should be date, is string" in told


@pytest.mark.parametrize("sql", ["CAST(5 AS INT)", "CAST(5 AS DECIMAL(18,0))", "'5'"], ids=["int", "decimal", "string"])
def test_conform_never_casts_even_where_nothing_would_be_lost(spark: SparkSession, sql: str) -> None:
    near = spark.sql(f"SELECT 'loyal' AS who, {sql} AS fen, array('a') AS codes, DATE'2026-03-04' AS business_date")
    with pytest.raises(ContractError, match="column fen should be bigint, is"):
        BILLS.conform(near)
