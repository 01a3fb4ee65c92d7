from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.lifecycle import LIFECYCLE_TAGS
from tests.frames import by_role, frame

D = date(2026, 3, 31)


def test_a_loss_has_its_first_day_and_its_reason_and_a_stop_is_none(spark: SparkSession) -> None:
    subscribers = frame(
        spark,
        DWD_SUBSCRIBER,
        """
        subscriber_id | brand   | state            | state_date | retention_date | freeze_date
        active        | gotone  | active           | 2020-01-01 |                |
        stopped       | gotone  | stopped          | 2026-03-01 |                |
        odd           | gotone  | frozen           | 2026-03-01 | 2026-01-01     |
        debt          | gotone  | cancelled_debt   | 2026-03-01 |                |
        forced        | mzone   | cancelled_forced | 2026-03-01 | 2026-01-01     |
        booked        | gotone  | cancelled        | 2026-02-28 |                |
        given         | easyown | transferred      | 2026-03-01 | 2026-02-01     |
        retained      | easyown | retention        | 2026-03-01 | 2026-03-01     |
        frozen        | mzone   | frozen           | 2026-03-10 | 2026-01-25     | 2026-03-10
        recycled      | mzone   | recycled         | 2026-03-31 | 2026-01-15     | 2026-03-01
        undated       | mzone   | recycled         | 2026-03-31 |                |
        cameback      | easyown | cancelled        | 2026-03-31 | 2025-09-11     |
        lapsed        | easyown | cancelled        | 2026-03-31 | 2025-09-12     |
        reused        | gotone  | recycled         | 2026-03-31 |                |
        """,
    )
    found = LIFECYCLE_TAGS.table.conform(LIFECYCLE_TAGS.compute(D, subscribers, yesterday=None))
    march, february, january = date(2026, 3, 1), date(2026, 2, 1), date(2026, 1, 1)
    assert by_role(found, "is_lost", "lost_on", "churn_month", "churn_type") == {
        "active": (False, None, None, None),
        "stopped": (False, None, None, None),
        # Only a prepaid number lapses.
        "odd": (False, None, None, None),
        "debt": (True, date(2026, 3, 1), march, "debt"),
        "forced": (True, date(2026, 3, 1), march, "forced"),
        "booked": (True, date(2026, 2, 28), february, "booked"),
        "given": (True, date(2026, 3, 1), march, "transferred"),
        "retained": (True, date(2026, 3, 1), march, "prepaid_lapse"),
        "frozen": (True, date(2026, 1, 25), january, "prepaid_lapse"),
        "recycled": (True, date(2026, 1, 15), january, "prepaid_lapse"),
        "undated": (True, date(2026, 3, 31), march, "prepaid_lapse"),
        # The retention was 201 days ago, so the subscriber had come back from it; 200 days are one lapse.
        "cameback": (True, date(2026, 3, 31), march, "booked"),
        "lapsed": (True, date(2025, 9, 12), date(2025, 9, 1), "prepaid_lapse"),
        "reused": (True, date(2026, 3, 31), march, None),
    }


def test_a_number_that_is_recycled_keeps_the_reason_and_day_of_its_loss(spark: SparkSession) -> None:
    before = frame(
        spark,
        LIFECYCLE_TAGS.table,
        "subscriber_id | is_lost | lost_on | churn_type\nreused | true | 2026-01-05 | debt\nother | true | 2026-01-05 | debt",
    )
    text = "subscriber_id | brand | state | state_date\nreused | gotone | recycled | 2026-03-31\nother | gotone | transferred | 2026-03-31"
    found = LIFECYCLE_TAGS.compute(D, frame(spark, DWD_SUBSCRIBER, text), yesterday=before)
    assert by_role(found, "lost_on", "churn_month", "churn_type") == {
        "reused": (date(2026, 1, 5), date(2026, 1, 1), "debt"),
        "other": (date(2026, 3, 31), date(2026, 3, 1), "transferred"),
    }
