from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.dwd_number_interval import DWD_NUMBER_INTERVAL
from expectations.tables.dwd_term_daily import DWD_TERM_DAILY
from expectations.tables.ods_wap_log import ODS_WAP_LOG
from jobs.refine.refine_terms import refine_terms
from tests.frames import frame, rows

D = date(2026, 3, 31)


def test_a_keyword_is_counted_once_a_request_for_who_held_the_number_on_the_day(spark: SparkSession) -> None:
    requests = frame(
        spark,
        ODS_WAP_LOG,
        """
        day        | known_on   | number_token | requested_at        | host  | terms
        2026-03-24 | 2026-03-25 | recycled     | 2026-03-24 08:00:00 | so.cn | 小说;电影
        2026-03-25 | 2026-03-25 | recycled     | 2026-03-25 08:00:00 | so.cn | 电影
        2026-03-25 | 2026-03-25 | recycled     | 2026-03-25 08:00:00 | so.cn | 电影
        2026-03-25 | 2026-03-25 | recycled     | 2026-03-25 08:00:01 | so.cn | 电影
        2026-03-25 | 2026-03-25 | recycled     | 2026-03-25 08:00:02 | so.cn |
        2026-03-25 | 2026-03-25 | recycled     | 2026-03-25 08:00:03 | so.cn | 已删的词
        2026-03-25 | 2026-03-25 | nobodys      | 2026-03-25 08:00:04 | so.cn | 电影
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
