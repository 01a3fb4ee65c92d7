from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.dwd_content_daily import DWD_CONTENT_DAILY
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.dwd_term_daily import DWD_TERM_DAILY
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
    found = CONTENT_TAGS.table.conform(CONTENT_TAGS.compute(D, subscribers, content=content, terms=DWD_TERM_DAILY.empty(spark)))
    assert by_role(found, "video_share_30d", "news_share_30d", "content_requests_30d", "top_category_30d") == {
        "viewer": (150, 250, 20, "news"),
        "equal": (500, 0, 4, "music"),
        "vague": (0, 0, 4, None),
        "silent": (None, None, 0, None),
    }


def test_a_taste_follows_the_last_weeks_and_apps_sites_and_genres_are_named(spark: SparkSession) -> None:
    content = frame(
        spark,
        DWD_CONTENT_DAILY,
        """
        subscriber_id | day        | category | site    | requests | visits
        turns         | 2026-03-31 | news     | news.cn | 2        | 2
        turns         | 2026-03-17 | video    | kankan  | 9        | 3
        turns         | 2026-02-18 | games    | wechat  | 99       | 99
        turns         | 2026-03-31 | unknown  | unknown | 50       | 7
        turns         | 2026-03-02 | video    | tv.cn   | 1        | 1
        plays         | 2026-03-31 | games    | qq      | 5        | 1
        plays         | 2026-03-31 | games    | wechat  | 5        | 1
        plays         | 2026-03-30 | games    | weibo   | 4        | 2
        plays         | 2026-03-30 | games    | zz      | 4        | 4
        plays         | 2026-02-17 | games    | zz      | 9999     | 99
        vague         | 2026-03-01 | unknown  | unknown | 5        | 1
        vague         | 2026-01-01 | unknown  | unknown | 5        | 1
        """,
    )
    terms = frame(
        spark,
        DWD_TERM_DAILY,
        """
        subscriber_id | day        | term | category | searches
        turns         | 2026-03-31 | 玄幻 | reading  | 1
        turns         | 2026-01-01 | 言情 | reading  | 2
        turns         | 2025-12-31 | 都市 | reading  | 9
        turns         | 2026-03-31 | 铃声 | music    | 4
        """,
    )
    subscribers = frame(spark, DWD_SUBSCRIBER, "subscriber_id\nturns\nplays\nvague\nsilent")
    found = CONTENT_TAGS.table.conform(CONTENT_TAGS.compute(D, subscribers, content=content, terms=terms)).persist()
    # Two visits today; 3 visits 14 days ago count 1.5, one 29 days ago 0.238, 99 visits 41 days ago 0.131 each, 42 days ago nothing.
    figures = ("news_preference", "video_preference", "preferred_category")
    assert by_role(found, *figures) == {
        # In thousandths 2000 news, 1738 video and 99 * 131 games.
        "turns": (119, 104, "games"),
        "plays": (0, 0, "games"),
        "vague": (None, None, None),
        "silent": (None, None, None),
    }
    assert by_role(found, "top_apps_30d", "top_sites_30d", "sites_seen_30d", "top_site_share_30d", "content_variety_30d") == {
        "turns": ("kankan", "news.cn,tv.cn", 3, 750, 918),
        "plays": ("qq,wechat,weibo", None, 4, 277, 0),
        "vague": (None, None, 0, None, None),
        "silent": (None, None, 0, None, None),
    }
    assert by_role(found, "content_days_30d", "content_visits_30d") == {
        "turns": (3, 13),
        "plays": (2, 8),
        # The first of March is the thirty-first day back.
        "vague": (0, 0),
        "silent": (0, 0),
    }
    assert by_role(found, "reading_genre_90d", "music_genre_90d", "top_terms_90d", "content_searches_30d") == {
        "turns": ("言情", "铃声", "铃声,言情,玄幻", 5),
        "plays": (None, None, None, 0),
        "vague": (None, None, None, 0),
        "silent": (None, None, None, 0),
    }
