"""Which row of a catalogue holds on a day."""

from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.ods_product import ODS_PRODUCT
from features.effective import Delivery, effective_on, in_force, newest_on
from tests.frames import frame, rows

ON = date(2026, 3, 4)
ROWS = """
    product   | product_name | valid_from | valid_to
    steady    | one          | 2020-01-01 |
    renamed   | old          | 2020-01-01 |
    renamed   | new          | 2026-03-04 |
    to_come   | old          | 2020-01-01 |
    to_come   | new          | 2026-03-05 |
    last_day  | one          | 2020-01-01 | 2026-03-05
    withdrawn | one          | 2020-01-01 | 2026-03-04
    followed  | old          | 2020-01-01 | 2026-03-04
    followed  | new          | 2026-03-04 | 2026-03-05
    short     | long         | 2020-01-01 |
    short     | ended        | 2026-01-01 | 2026-02-01
"""


def test_of_rows_that_overlap_the_newest_holds_and_what_ended_does_not(spark: SparkSession) -> None:
    held = {row["product"]: row.product_name for row in effective_on(frame(spark, ODS_PRODUCT, ROWS), "product", ON).collect()}
    assert held == {"steady": "one", "renamed": "new", "to_come": "old", "last_day": "one", "followed": "new", "short": "long"}


TWICE = """
    day        | known_on   | feed      | product | product_name | valid_from
    2026-03-02 | 2026-03-03 | city      | known   | later        | 2020-01-01
    2026-03-02 | 2026-03-02 | province  | known   | earlier      | 2020-01-01
    2026-03-01 | 2026-03-03 | city      | day     | old          | 2020-01-01
    2026-03-02 | 2026-03-02 | province  | day     | new          | 2020-01-01
    2026-03-02 | 2026-03-02 | city      | equal   | of the city  | 2020-01-01
    2026-03-02 | 2026-03-02 | province  | equal   | of all       | 2020-01-01
"""


def test_of_a_code_that_two_feeds_bring_the_newer_delivery_counts_in_any_order_of_rows(spark: SparkSession) -> None:
    delivered = frame(spark, ODS_PRODUCT, TWICE)
    for given in (delivered, delivered.orderBy("product_name"), delivered.orderBy(delivered.product_name.desc())):
        found = rows(effective_on(given.coalesce(1), "product", ON), "product", "product_name")
        assert found == [("day", "new"), ("equal", "of the city"), ("known", "later")]


def test_what_was_withdrawn_is_still_known_to_who_holds_it(spark: SparkSession) -> None:
    rows = newest_on(frame(spark, ODS_PRODUCT, ROWS), "product", ON).collect()
    known = {row["product"]: row.product_name for row in rows}
    assert len(known) == len(rows)
    assert known == {
        **{"steady": "one", "renamed": "new", "to_come": "old", "last_day": "one", "followed": "new"},
        **{"withdrawn": "one", "short": "ended"},
    }


DELIVERED = """
    day        | known_on   | product   | product_name | valid_from
    2026-03-01 | 2026-03-01 | good      | first        | 2020-01-01
    2026-03-01 | 2026-03-01 | long_bad  | first        | 2020-01-01
    2026-03-01 | 2026-03-01 | withdrawn | first        | 2020-01-01
    2026-03-02 | 2026-03-02 | good      | second       | 2020-01-01
    2026-03-02 | 2026-03-02 | bad       | second       | 2020-01-01
    2026-03-02 | 2026-03-02 | two_rows  | second, old  | 2020-01-01
    2026-03-02 | 2026-03-02 | two_rows  | second, new  | 2026-01-01
    2026-03-03 | 2026-03-03 | good      | third        | 2020-01-01
    2026-03-03 | 2026-03-03 | two_rows  | third, old   | 2020-01-01
    2026-03-03 | 2026-03-03 | repeated  | third        | 2020-01-01
"""


def delivered(*quarantined: set[str | None]) -> list[Delivery]:
    days = [date(2026, 3, day) for day in range(1, len(quarantined) + 1)]
    return [Delivery(day, day, frozenset(codes)) for day, codes in zip(days, quarantined, strict=True)]


def names(spark: SparkSession, *quarantined: set[str | None]) -> set[tuple[str, str]]:
    return set(rows(in_force(frame(spark, ODS_PRODUCT, DELIVERED), "product", delivered(*quarantined)), "product", "product_name"))


def test_the_newest_delivery_alone_is_in_force_where_no_row_is_in_quarantine(spark: SparkSession) -> None:
    assert names(spark, set(), {"long_bad"}, set()) == {("good", "third"), ("two_rows", "third, old"), ("repeated", "third")}


def test_a_row_in_quarantine_stays_in_force_as_it_last_came_and_what_was_withdrawn_is_gone(spark: SparkSession) -> None:
    found = names(spark, set(), {"long_bad"}, {"long_bad", "bad", "two_rows", "repeated", "never_came"})
    newest = {("good", "third"), ("two_rows", "third, old"), ("repeated", "third")}
    assert found == newest | {("long_bad", "first"), ("bad", "second"), ("two_rows", "second, new")}


def test_a_product_that_was_withdrawn_before_its_row_was_bad_is_not_brought_back(spark: SparkSession) -> None:
    assert ("long_bad", "first") not in names(spark, set(), set(), {"long_bad"})


def test_where_a_rows_code_cannot_be_read_everything_absent_stays_in_force(spark: SparkSession) -> None:
    kept = names(spark, set(), {None}, {None}) - names(spark, set(), set(), set())
    assert kept == {("long_bad", "first"), ("withdrawn", "first"), ("bad", "second"), ("two_rows", "second, new")}
