from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.ods_platform_usage import ODS_PLATFORM_USAGE
from features.platform import PLATFORM_TAGS
from tests.frames import by_role, frame

D = date(2026, 3, 31)


def test_an_app_is_held_tried_cancelled_used_or_silent(spark: SparkSession) -> None:
    subscribers = frame(spark, DWD_SUBSCRIBER, "subscriber_id\nreader\nsilent\nyoung\nrenewed\ntrying\nnobody")
    orders = frame(
        spark,
        DWD_SUBSCRIPTION_INTERVAL,
        """
        order_id | subscriber_id | product | product_kind | order_source | valid_from | valid_to   | monthly_fee_fen
        r1       | reader        | reading | app          | trial        | 2025-11-01 | 2025-11-16 | 500
        r2       | reader        | reading | app          | paid         | 2025-11-16 |            | 500
        r3       | reader        | mm      | app          | bundled      | 2025-01-01 | 2026-01-01 | 400
        r4       | reader        | video   | app          | trial        | 2026-02-01 | 2026-02-16 | 600
        r5       | reader        | dp005   | data_plan    | paid         | 2026-03-01 |            | 700
        s1       | silent        | music   | app          | paid         | 2026-03-01 |            | 300
        y1       | young         | music   | app          | paid         | 2026-03-02 |            | 300
        w1       | renewed       | music   | app          | paid         | 2025-10-01 | 2025-12-31 | 300
        w2       | renewed       | music   | app          | paid         | 2026-01-01 | 2026-03-31 | 300
        w3       | renewed       | games   | app          | paid         | 2026-04-01 |            | 500
        w4       | renewed       | games   | app          | paid         | 2026-03-05 | 2026-03-05 | 500
        b1       | trying        | games   | app          | paid         | 2026-01-10 |            | 500
        t1       | trying        | video   | app          | trial        | 2026-03-20 |            | 600
        t2       | trying        | mail139 | app          | paid         | 2026-01-01 |            | 200
        """,
    )
    use = frame(
        spark,
        ODS_PLATFORM_USAGE,
        """
        subscriber_id | day        | product | actions | trial_end
        reader        | 2026-03-02 | reading | 3       |
        reader        | 2026-03-01 | reading | 1       |
        reader        | 2026-03-31 | reading | 0       |
        reader        | 2026-01-01 | reading | 1       |
        reader        | 2026-03-30 | video   | 9       | 2026-02-15
        silent        | 2026-02-28 | music   | 2       |
        trying        | 2026-03-20 | video   | 0       | 2026-04-03
        trying        | 2025-12-31 | mail139 | 5       |
        trying        | 2026-01-10 | games   | 1       |
        """,
    )
    found = PLATFORM_TAGS.table.conform(PLATFORM_TAGS.compute(D, subscribers, use=use, orders=orders)).persist()
    assert by_role(found, "reading_app_status", "mm_app_status", "video_app_status", "music_app_status", "games_app_status") == {
        "reader": ("paid", "cancelled", "tried", None, None),
        "silent": (None, None, None, "paid", None),
        "young": (None, None, None, "paid", None),
        "renewed": (None, None, None, "cancelled", None),
        "trying": (None, None, "trial", None, "paid"),
        "nobody": (None, None, None, None, None),
    }
    assert by_role(found, "music_app_idle_months", "mail139_app_idle_months") == {
        "reader": (None, None),
        "silent": (1, None),
        "young": (None, None),
        "renewed": (None, None),
        "trying": (None, 3),
        "nobody": (None, None),
    }
    figures = ("reading_app_days_30d", "reading_app_idle_months", "app_actions_30d", "apps_used_30d", "top_app_30d")
    assert by_role(found, *figures) == {
        "reader": (1, 0, 12, 2, "reading"),
        "silent": (0, None, 0, 0, None),
        "young": (0, None, 0, 0, None),
        "renewed": (0, None, 0, 0, None),
        "trying": (0, None, 0, 0, None),
        "nobody": (0, None, 0, 0, None),
    }
    # Used on the last day of February but paid for since March: silent. Paid since the 2nd: too young to say.
    assert by_role(found, "music_app_silent", "mail139_app_silent", "games_app_silent", "silent_apps") == {
        "reader": (None, None, None, 0),
        "silent": (True, None, None, 1),
        "young": (False, None, None, 0),
        "renewed": (False, None, None, 0),
        # The game was used on its first day, the mailbox on the day before its own.
        "trying": (None, True, False, 1),
        "nobody": (None, None, None, 0),
    }
    counts = ("new_services_90d", "services_cancelled_90d", "paid_apps_fee_fen", "trials_converted", "trials_not_converted")
    assert by_role(found, *counts) == {
        "reader": (1, 1, 500, 1, 1),
        "silent": (1, 0, 300, 0, 0),
        "young": (1, 0, 300, 0, 0),
        # The order of December ended 90 days ago, the one of April has not begun, that of the fifth never did.
        "renewed": (1, 1, 0, 0, 0),
        "trying": (3, 0, 700, 0, 0),
        "nobody": (0, 0, 0, 0, 0),
    }
    assert by_role(found, "is_in_trial", "trial_days_left") == {
        "reader": (False, None),
        "silent": (False, None),
        "young": (False, None),
        "renewed": (False, None),
        "trying": (True, 3),
        "nobody": (False, None),
    }
