from datetime import date
from typing import Any

from pyspark.sql import SparkSession

from expectations.tables.dwd_number_interval import DWD_NUMBER_INTERVAL
from expectations.tables.ods_subscriber import ODS_SUBSCRIBER
from jobs.refine.resolve_numbers import resolve_numbers
from tests.frames import frame, rows

D = date(2026, 3, 31)


def held(spark: SparkSession, delivered: str) -> dict[tuple[str, str], Any]:
    """(number, holder) -> (from, to) as the night of D reads these extracts."""
    empty = DWD_NUMBER_INTERVAL.empty(spark)
    told = DWD_NUMBER_INTERVAL.conform(resolve_numbers.call(D, held=empty, delivered=frame(spark, ODS_SUBSCRIBER, delivered)))
    found = told.where("valid_to IS NULL OR valid_to > valid_from")
    return {
        (number, holder): (f"{first}", last and f"{last}")
        for number, holder, first, last in rows(found, "number_token", "subscriber_id", "valid_from", "valid_to")
    }


def test_a_recycled_number_is_the_old_holders_to_the_day_before_the_new_one_starts(spark: SparkSession) -> None:
    found = held(
        spark,
        """
        day        | number_token | subscriber_id | number_date | state  | state_date
        2026-03-20 | recycled     | before        | 2020-01-01  | active | 2020-01-01
        2026-03-31 | recycled     | after         | 2026-03-25  | active | 2026-03-25
        2026-03-31 | kept         | loyal         | 2026-03-31  | active | 2020-01-01
        """,
    )
    assert found == {
        ("recycled", "before"): ("2020-01-01", "2026-03-25"),
        ("recycled", "after"): ("2026-03-25", None),
        ("kept", "loyal"): ("2026-03-31", None),
    }


def test_a_number_that_was_changed_is_not_the_former_owners_any_more_though_nobody_took_it(spark: SparkSession) -> None:
    found = held(
        spark,
        """
        day        | number_token | subscriber_id | number_date | state  | state_date
        2026-03-20 | first        | changed       | 2020-01-01  | active | 2020-01-01
        2026-03-31 | second       | changed       | 2026-03-25  | active | 2020-01-01
        """,
    )
    assert found == {("first", "changed"): ("2020-01-01", "2026-03-25"), ("second", "changed"): ("2026-03-25", None)}


def test_a_terminal_state_ends_what_is_held_and_any_other_state_does_not(spark: SparkSession) -> None:
    """A gap lies between who left and who came; the newest extract tells the state."""
    found = held(
        spark,
        """
        day        | number_token | subscriber_id | number_date | state       | state_date
        2026-03-19 | recycled     | gone          | 2020-01-01  | active      | 2020-01-01
        2026-03-20 | recycled     | gone          | 2020-01-01  | cancelled   | 2026-03-10
        2026-03-31 | recycled     | after         | 2026-03-25  | active      | 2026-03-25
        2026-03-31 | moved        | transferred   | 2020-01-01  | transferred | 2026-03-31
        2026-03-31 | barred       | stopped       | 2020-01-01  | stopped     | 2026-03-10
        2026-03-30 | revived      | backagain     | 2020-01-01  | cancelled   | 2026-03-10
        2026-03-31 | revived      | backagain     | 2020-01-01  | active      | 2026-03-31
        2026-03-31 | brief        | sameday       | 2026-03-10  | cancelled   | 2026-03-10
        """,
    )
    assert found == {
        ("recycled", "gone"): ("2020-01-01", "2026-03-10"),
        ("recycled", "after"): ("2026-03-25", None),
        ("moved", "transferred"): ("2020-01-01", "2026-03-31"),
        ("barred", "stopped"): ("2020-01-01", None),
        ("revived", "backagain"): ("2020-01-01", None),
    }


def test_of_two_who_are_said_to_start_on_one_day_one_alone_holds_the_number(spark: SparkSession) -> None:
    found = held(
        spark,
        """
        day        | number_token | subscriber_id | number_date | state  | state_date
        2026-03-31 | claimed      | one           | 2026-03-25  | active | 2026-03-25
        2026-03-31 | claimed      | two           | 2026-03-25  | active | 2026-03-25
        """,
    )
    assert found == {("claimed", "two"): ("2026-03-25", None)}
