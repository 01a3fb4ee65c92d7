"""Whose number several live subscriptions have."""

from pyspark.sql import SparkSession

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.holders import numbers_held_twice, with_shared_numbers
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


def test_every_live_holder_of_a_number_that_several_have_is_marked_and_nobody_else(spark: SparkSession) -> None:
    people = frame(spark, DWD_SUBSCRIBER, PEOPLE)
    marked = by_role(with_shared_numbers(people.select("subscriber_id"), people), "shares_number")
    assert {who for who, shares in marked.items() if shares} == {
        *("older", "newer", "a_same_day", "b_same_day", "c_earlier", "dated", "undated"),
    }
    assert len(marked) == 10


def test_all_holders_are_named_the_newest_first(spark: SparkSession) -> None:
    found = numbers_held_twice(frame(spark, DWD_SUBSCRIBER, PEOPLE)).collect()
    assert sorted([role(token) for token in row.holders] for row in found) == [
        ["b_same_day", "a_same_day", "c_earlier"],
        ["dated", "undated"],
        ["newer", "older"],
    ]
