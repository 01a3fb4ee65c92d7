from datetime import date
from typing import Any

from pyspark.sql import SparkSession

from expectations.tables.dwd_content_daily import DWD_CONTENT_DAILY
from expectations.tables.dwd_number_interval import DWD_NUMBER_INTERVAL
from expectations.tables.ods_wap_log import ODS_WAP_LOG
from jobs.refine.refine_content import refine_content
from tests.frames import frame, rows

D = date(2026, 3, 31)
HOLDERS = """
    number_token | subscriber_id | valid_from | valid_to
    recycled     | before        | 2020-01-01 | 2026-03-25
    recycled     | after         | 2026-03-25 |
    left         | gone          | 2020-01-01 | 2026-03-25
"""


def refined(spark: SparkSession, requests: str, *columns: str) -> list[tuple[Any, ...]]:
    """These columns of what the night of D makes of the requests, dates as text."""
    found = refine_content.call(D, requests=frame(spark, ODS_WAP_LOG, requests), numbers=frame(spark, DWD_NUMBER_INTERVAL, HOLDERS))
    return [
        tuple(f"{value}" if isinstance(value, date) else value for value in row) for row in rows(DWD_CONTENT_DAILY.conform(found), *columns)
    ]


def test_a_request_is_of_who_held_the_number_on_its_own_day_however_late_it_came(spark: SparkSession) -> None:
    """Each day's bytes tell whose they became: the new holder begins on the 25th, and 24th's log came in on the 25th."""
    found = refined(
        spark,
        """
        day        | known_on   | number_token | host         | bytes_up | bytes_down
        2026-03-23 | 2026-03-23 | recycled     | a.cn         | 1        | 10
        2026-03-24 | 2026-03-25 | recycled     | a.cn         | 2        | 20
        2026-03-25 | 2026-03-25 | recycled     | a.cn         | 3        | 30
        2026-03-26 | 2026-03-26 | recycled     | a.cn         | 4        | 40
        """,
        "day",
        "known_on",
        "subscriber_id",
        "requests",
        "content_bytes",
    )
    assert found == [
        ("2026-03-23", "2026-03-23", "before", 1, 11),
        ("2026-03-24", "2026-03-25", "before", 1, 22),
        ("2026-03-25", "2026-03-25", "after", 1, 33),
        ("2026-03-26", "2026-03-26", "after", 1, 44),
    ]


def test_requests_after_the_end_and_of_a_number_that_nobody_held_are_in_no_row(spark: SparkSession) -> None:
    found = refined(
        spark,
        """
        day        | known_on   | number_token | host | bytes_up | bytes_down
        2026-03-24 | 2026-03-24 | left         | a.cn | 1        | 1
        2026-03-25 | 2026-03-25 | left         | a.cn | 1        | 1
        2026-03-26 | 2026-03-26 | left         | a.cn | 1        | 1
        2026-03-24 | 2026-03-24 | nobodys      | a.cn | 1        | 1
        2019-12-31 | 2026-03-24 | recycled     | a.cn | 1        | 1
        """,
        "day",
        "subscriber_id",
    )
    assert found == [("2026-03-24", "gone")]


def test_requests_are_added_up_by_app_or_registered_domain(spark: SparkSession) -> None:
    found = refined(
        spark,
        """
        day        | known_on   | number_token | requested_at        | host          | app    | bytes_up | bytes_down
        2026-03-25 | 2026-03-25 | recycled     | 2026-03-25 08:00:00 | m.tongjibao.com.cn |        | 1        | 2
        2026-03-25 | 2026-03-25 | recycled     | 2026-03-25 08:00:01 | m.tongjibao.com.cn |        | 1        | 2
        2026-03-25 | 2026-03-25 | recycled     | 2026-03-25 08:00:02 | else.test     | wechat | 1        | 2
        2026-03-25 | 2026-03-25 | recycled     | 2026-03-25 08:00:03 | m.sousuoba.cn |        | 5        | 6
        """,
        "subscriber_id",
        "category",
        "site",
        "requests",
        "content_bytes",
    )
    assert found == [
        ("after", "other", "sousuoba.cn", 1, 11),
        ("after", "other", "tongjibao.com.cn", 2, 6),
        ("after", "unknown", "wechat", 1, 3),
    ]


def test_a_request_that_the_log_has_twice_counts_once(spark: SparkSession) -> None:
    """Another second, host or number of bytes is another request."""
    found = refined(
        spark,
        """
        day        | known_on   | number_token | requested_at        | host   | bytes_up | bytes_down
        2026-03-25 | 2026-03-25 | recycled     | 2026-03-25 08:00:00 | a.cn   | 1        | 2
        2026-03-25 | 2026-03-25 | recycled     | 2026-03-25 08:00:00 | a.cn   | 1        | 2
        2026-03-25 | 2026-03-25 | recycled     | 2026-03-25 08:00:00 | a.cn   | 1        | 2
        2026-03-25 | 2026-03-25 | recycled     | 2026-03-25 08:00:00 | a.cn   | 1        | 3
        2026-03-25 | 2026-03-25 | recycled     | 2026-03-25 08:00:00 | b.a.cn | 1        | 2
        2026-03-25 | 2026-03-25 | recycled     | 2026-03-25 08:00:01 | a.cn   | 1        | 2
        2026-03-24 | 2026-03-25 | recycled     | 2026-03-24 08:00:00 | a.cn   | 1        | 2
        """,
        "day",
        "requests",
        "repeats",
        "content_bytes",
    )
    assert found == [("2026-03-24", 1, 0, 3), ("2026-03-25", 4, 2, 13)]


def test_a_visit_ends_after_half_an_hour_without_a_request_of_the_category(spark: SparkSession) -> None:
    found = refined(
        spark,
        """
        day        | known_on   | number_token | requested_at        | host            | bytes_up | bytes_down
        2026-03-25 | 2026-03-25 | recycled     | 2026-03-25 08:00:00 | m.sousuoba.cn   | 1        | 1
        2026-03-25 | 2026-03-25 | recycled     | 2026-03-25 08:30:00 | tongjibao.com.cn | 1       | 1
        2026-03-25 | 2026-03-25 | recycled     | 2026-03-25 08:50:00 | a.test          | 1        | 1
        2026-03-25 | 2026-03-25 | recycled     | 2026-03-25 09:00:01 | m.sousuoba.cn   | 1        | 1
        2026-03-25 | 2026-03-25 | recycled     | 2026-03-25 09:10:00 | m.sousuoba.cn   | 1        | 1
        """,
        "category",
        "site",
        "requests",
        "visits",
    )
    assert found == [("other", "sousuoba.cn", 3, 2), ("other", "tongjibao.com.cn", 1, 0), ("unknown", "unknown", 1, 1)]


def test_content_is_added_up_load_by_load(spark: SparkSession) -> None:
    """Another feed, and a scope that came in the same night, have rows of their own."""
    found = refined(
        spark,
        """
        day        | known_on   | feed  | load_id | number_token | host | bytes_up | bytes_down
        2026-03-25 | 2026-03-25 | north | one     | recycled     | a.cn | 1        | 0
        2026-03-25 | 2026-03-25 | north | one     | recycled     | a.cn | 1        | 1
        2026-03-25 | 2026-03-25 | north | other   | recycled     | a.cn | 4        | 0
        2026-03-25 | 2026-03-25 | south | third   | recycled     | a.cn | 8        | 0
        """,
        "feed",
        "load_id",
        "content_bytes",
    )
    assert found == [("north", "one", 3), ("north", "other", 4), ("south", "third", 8)]
