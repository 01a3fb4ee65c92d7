from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.dwd_content_daily import DWD_CONTENT_DAILY
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.content import CONTENT_TAGS
from tests.frames import by_role, frame

D = date(2026, 3, 31)


def test_shares_are_of_all_requests_and_the_top_category_is_one_that_tells_something(spark: SparkSession) -> None:
    content = frame(
        spark,
        DWD_CONTENT_DAILY,
        """
        subscriber_id | day        | category | requests | content_bytes
        viewer        | 2026-03-31 | video    | 3        | 900
        viewer        | 2026-03-20 | news     | 5        | 50
        viewer        | 2026-03-20 | unknown  | 12       | 50
        viewer        | 2026-03-01 | games    | 1000     | 50
        equal         | 2026-03-31 | video    | 2        | 1
        equal         | 2026-03-31 | music    | 2        | 1
        vague         | 2026-03-31 | other    | 4        | 1
        """,
    )
    subscribers = frame(
        spark,
        DWD_SUBSCRIBER,
        "subscriber_id | entry_date\nviewer | 2020-01-01\nequal | 2020-01-01\nvague | 2020-01-01\nsilent | 2020-01-01",
    )
    found = CONTENT_TAGS.table.conform(CONTENT_TAGS.compute(D, subscribers, content=content))
    assert by_role(found, "video_share_7d", "video_share_30d", "unknown_share_30d", "content_requests_30d", "top_category_30d") == {
        "viewer": (1000, 150, 600, 20, "news"),
        "equal": (500, 500, 0, 4, "music"),
        "vague": (0, 0, 0, 4, None),
        "silent": (None, None, None, 0, None),
    }
