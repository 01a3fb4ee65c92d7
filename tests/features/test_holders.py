"""Who is taken for the holder of a number that several live subscriptions have."""

from pyspark.sql import SparkSession

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.holders import numbers_held_twice, with_older_holders
from tests.frames import by_role, frame, role

PEOPLE = """
    subscriber_id | number_token | state     | number_date
    alone         | 1            | active    | 2020-01-01
    older         | 2            | active    | 2020-01-01
    newer         | 2            | stopped   | 2026-03-01
    a_same_day    | 3            | active    | 2026-03-01
    b_same_day    | 3            | active    | 2026-03-01
    c_earlier     | 3            | frozen    | 2021-01-01
    follower      | 4            | active    | 2020-01-01
    left          | 4            | cancelled | 2026-03-01
    undated       | 5            | active    |
    dated         | 5            | active    | 2020-01-01
"""


def test_of_several_live_holders_of_a_number_the_newest_counts_and_of_one_day_the_greater_token(spark: SparkSession) -> None:
    people = frame(spark, DWD_SUBSCRIBER, PEOPLE)
    marked = by_role(with_older_holders(people.select("subscriber_id"), people), "is_older_holder")
    assert {who for who, is_older in marked.items() if is_older} == {"older", "a_same_day", "c_earlier", "undated"}
    assert len(marked) == 10


def test_all_holders_are_named_the_newest_first(spark: SparkSession) -> None:
    found = numbers_held_twice(frame(spark, DWD_SUBSCRIBER, PEOPLE)).collect()
    assert sorted([role(token) for token in row.holders] for row in found) == [
        ["b_same_day", "a_same_day", "c_earlier"],
        ["dated", "undated"],
        ["newer", "older"],
    ]
