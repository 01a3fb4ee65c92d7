"""Tags that are too low when a day has not arrived, in their own family and in others that use them."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from features.library import low_of, low_when_days_are_absent
from features.reads import TagsOf, Yesterday
from features.tag import Tags
from tests.features.test_family import USAGE, family, messages


def test_a_tag_of_another_family_that_may_use_a_low_one_is_low_too() -> None:
    first = family("first", **USAGE)
    first.windowed("sum", days=(7,), unit="messages", label="短信条数")(messages)
    second = family("second", first=TagsOf(first))

    @second.derived("string", label="城市", null_means="unknown")
    def home_city() -> Column:
        """City."""
        return F.col("city")

    @second.derived("bigint", unit="messages", label="短信", null_means="unknown")
    def twice(first: Tags) -> Column:
        """Messages, twice."""
        return first["messages_7d"] * 2

    third = family("third", second=TagsOf(second), yesterday=Yesterday())

    @third.derived("bigint", unit="messages", label="昨日", null_means="unknown")
    def before(yesterday: Tags) -> Column:
        """What was four times last night."""
        return yesterday["fourfold"]

    @third.derived("bigint", unit="messages", label="四倍", null_means="unknown")
    def fourfold(second: Tags) -> Column:
        """Messages, four times."""
        return second["twice"] * 2

    assert low_of(first) == {"messages_7d"}
    assert low_of(second) == {"twice"}
    assert low_of(third) == {"before", "fourfold"}
    assert low_of(family("alone", second=TagsOf(family("plain")))) == frozenset()


def test_of_the_tags_that_ship_those_made_of_use_are_low() -> None:
    low = low_when_days_are_absent()
    assert {"is_4g_unused_30d", "data_bytes_30d"} <= low
    assert not {"brand", "bill_fen_1m", "tac"} & low
