"""Which row of a catalogue holds on a day."""

from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.ods_product import PRODUCT_CATALOG
from features.effective import effective_on, newest_on
from tests.frames import frame

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
    held = {row["product"]: row.product_name for row in effective_on(frame(spark, PRODUCT_CATALOG, ROWS), "product", ON).collect()}
    assert held == {"steady": "one", "renamed": "new", "to_come": "old", "last_day": "one", "followed": "new", "short": "long"}


def test_what_was_withdrawn_is_still_known_to_who_holds_it(spark: SparkSession) -> None:
    rows = newest_on(frame(spark, PRODUCT_CATALOG, ROWS), "product", ON).collect()
    known = {row["product"]: row.product_name for row in rows}
    assert len(known) == len(rows)
    assert known == {
        **{"steady": "one", "renamed": "new", "to_come": "old", "last_day": "one", "followed": "new"},
        **{"withdrawn": "one", "short": "ended"},
    }
