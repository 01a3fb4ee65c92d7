from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.dwd_number_interval import DWD_NUMBER_INTERVAL
from expectations.tables.dwd_term_daily import DWD_TERM_DAILY
from expectations.tables.ods_wap_log import ODS_WAP_LOG
from jobs.refine.refine_terms import refine_terms
from tests.frames import frame, rows

D = date(2026, 3, 31)


def test_a_keyword_is_counted_for_who_held_the_number_on_the_day_of_the_search(spark: SparkSession) -> None:
    requests = frame(
        spark,
        ODS_WAP_LOG,
        """
        day        | known_on   | number_token | terms
        2026-03-24 | 2026-03-25 | recycled     | 小说;电影
        2026-03-25 | 2026-03-25 | recycled     | 电影
        2026-03-25 | 2026-03-25 | recycled     | 电影
        2026-03-25 | 2026-03-25 | recycled     |
        2026-03-25 | 2026-03-25 | recycled     | 已删的词
        2026-03-25 | 2026-03-25 | nobodys      | 电影
        """,
    )
    numbers = frame(
        spark,
        DWD_NUMBER_INTERVAL,
        """
        number_token | subscriber_id | valid_from | valid_to
        recycled     | before        | 2020-01-01 | 2026-03-25
        recycled     | after         | 2026-03-25 |
        """,
    )
    found = DWD_TERM_DAILY.conform(refine_terms.call(D, requests=requests, numbers=numbers))
    assert rows(found, "subscriber_id", "term", "category", "searches") == [
        ("after", "电影", "video", 2),
        ("before", "小说", "reading", 1),
        ("before", "电影", "video", 1),
    ]
