"""Each column of the night's customer record is what the oracle makes of the clean rows, subscriber by subscriber."""

from pathlib import Path

import pytest

from features.library import CAR, FAMILIES
from tests.night.homes import NIGHT
from tests.oracle import house
from tests.oracle.home import people_of, rows_of
from tests.oracle.person import Row


@pytest.fixture(scope="module")
def expected(after_night: Path) -> dict[str, Row]:
    """The customer record by the oracle: the spine's columns, and all tags."""
    return {who: {**person.spine, **house.tags_of(person)} for who, person in people_of(after_night, NIGHT).items()}


def test_every_column_of_the_customer_record_is_what_the_clean_rows_say(after_night: Path, expected: dict[str, Row]) -> None:
    came = {row["subscriber_id"]: row for row in rows_of(after_night, "dws.car") if row["business_date"] == NIGHT}
    assert set(came) == set(expected)
    wrong = house.differences([column.name for column in CAR.columns], expected, came)
    assert not wrong, house.page(wrong)


def test_the_people_of_the_night_differ_in_most_tags(expected: dict[str, Row]) -> None:
    """Otherwise the test above would compare nothing."""
    tags = [tag.column.name for family in FAMILIES for tag in family.tags]
    same = [tag for tag in tags if len({str(row[tag]) for row in expected.values()}) == 1]
    assert len(same) < len(tags) / 4, same
