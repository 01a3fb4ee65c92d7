"""Columns that a layout does not have."""

from expectations.checks import NOT_NULL
from expectations.columns import EXTRACT_DAY, LOAD_ID
from expectations.computed import lacking
from expectations.contract import Column, Table
from expectations.feed import Field
from expectations.forms import INTEGER
from tests.expectations.test_feed import declared, refused

NOTED = Table(
    name="ods.noted",
    owner="tests",
    comment="Points with a remark.",
    key=("points", "load_id"),
    event_date="day",
    columns=(EXTRACT_DAY, Column("note", "string", "A remark."), Column("points", "bigint", "Points.", (NOT_NULL,)), LOAD_ID),
)


def test_a_layout_may_lack_a_column_that_may_be_null_and_no_other() -> None:
    assert declared(Field("POINTS", "points", INTEGER), table=NOTED, computed=(lacking("note"),)).computed == (lacking("note"),)
    told = refused(table=NOTED, computed=(lacking("note"), lacking("points")))
    assert "column points cannot be lacking: table ods.noted needs a value" in told
    assert "note" not in told.replace("ods.noted", "")
