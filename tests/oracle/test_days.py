"""The families' tags are the oracle's on days made by hand: month ends, leap days, entry day, missing days, and people who look back."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from expectations.contract import Table
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.family import Family
from features.library import FAMILIES
from features.moment import Moment
from features.reads import Lookup, Rows, TagsOf
from tests.oracle import house
from tests.oracle.made import PEOPLE, TERMINALS, person_of
from tests.oracle.person import Person, Row, month

# Month ends, leap days and the days after them, an ordinary day, and the day on which a segment's month begins.
NIGHTS = (
    *(date(2024, 2, 29), date(2024, 3, 1), date(2026, 1, 31), date(2026, 2, 28)),
    *(date(2026, 3, 31), date(2026, 4, 6), date(2028, 2, 29), date(2028, 3, 31)),
)


def absent_on(on: date) -> dict[str, frozenset[date]]:
    """Days that have not come, of every second night: D and days of closed months."""
    if on.day % 2:
        return {}
    missing = frozenset({on, month(on, 1)[1], month(on, 2)[0] + timedelta(days=12), *([month(on, 3)[0]] if on.month == 4 else [])})
    daily = (
        "ods.usage",
        "dwd.content_daily",
        "dwd.term_daily",
        "dwd.location",
        "dwd.channel_visit",
        "ods.service_event",
        "ods.platform_usage",
    )
    # Content and its terms come in one feed.
    return dict.fromkeys(daily, missing)


@pytest.fixture(scope="module")
def people() -> dict[tuple[str, date], Person]:
    """Everybody of every night, with the oracle's tags."""
    made = [person_of(on, number, absent_on(on)) for on in NIGHTS for number in range(PEOPLE)]
    for who in made:
        house.tags_of(who)
    return {(who.spine["subscriber_id"], who.on): who for who in made}


def framed(spark: SparkSession, table: Table, rows: Iterable[tuple[date, Mapping[str, Any]]]) -> DataFrame:
    """Rows, each of the night that sees it, as a frame of several nights; columns that are not given are null."""
    # A snapshot has the night as a column of its own.
    is_snapshot = "business_date" in {column.name for column in table.columns}
    values = [
        (*({"business_date": on, **row}.get(column.name) for column in table.columns), *(() if is_snapshot else (on,))) for on, row in rows
    ]
    return spark.createDataFrame(values, table.ddl if is_snapshot else f"{table.ddl}, business_date DATE")


def read(spark: SparkSession, family: Family, name: str, people: Iterable[Person]) -> DataFrame:
    """The frame of a read: of other families the oracle's tags."""
    of = family.reads[name]
    if isinstance(of, Rows):
        return framed(spark, of.table, [(who.on, row) for who in people for row in who.all(of.table.name)])
    if isinstance(of, Lookup):
        return framed(spark, of.table, [(on, {"tac": tac, **row}) for on in NIGHTS for tac, row in TERMINALS.items()])
    if isinstance(of, TagsOf):
        return framed(spark, of.family.table, [(who.on, {**who.tags, **token(who)}) for who in people])
    before = [(who.on, {**who.before[family.name], **token(who)}) for who in people if family.name in who.before]
    return framed(spark, family.table, before)


def token(who: Person) -> Row:
    return {"subscriber_id": who.spine["subscriber_id"]}


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_the_tags_are_those_of_the_oracle_on_every_day(spark: SparkSession, people: dict[tuple[str, date], Person], family: Family) -> None:
    everybody = people.values()
    reads = {name: of.table.name for name, of in family.reads.items() if isinstance(of, Rows)}
    absent = {on: {name: absent_on(on).get(table, frozenset()) for name, table in reads.items()} for on in NIGHTS}
    frames = {name: read(spark, family, name, everybody) for name in family.reads}
    found = family.compute_at(Moment(absent), framed(spark, DWD_SUBSCRIBER, [(who.on, who.spine) for who in everybody]), **frames)
    came = {f"{row['subscriber_id']} {row['business_date']}": row for row in found.toArrow().to_pylist()}
    expected = {f"{subscriber} {on}": who.tags for (subscriber, on), who in people.items()}
    assert set(came) == set(expected)
    tags = [tag.column.name for tag in family.tags]
    wrong = house.differences(tags, expected, came)
    assert not wrong, house.page(wrong)
    same = [tag for tag in tags if len({str(row[tag]) for row in expected.values()}) == 1]
    assert same == [], "these tags are the same for everybody, so nothing was compared"


def test_every_tag_has_an_oracle_and_the_oracle_no_other(people: dict[tuple[str, date], Person]) -> None:
    declared = {tag.column.name for family in FAMILIES for tag in family.tags}
    known = {tag for who in people.values() for tag in who.tags}
    assert (declared - known, known - declared) == (set(), set())
