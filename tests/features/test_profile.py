from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.profile import PROFILE_TAGS
from tests.frames import by_role, frame

D = date(2026, 3, 31)


def test_the_tier_is_the_card_and_without_one_the_points_from_3900(spark: SparkSession) -> None:
    subscribers = frame(
        spark,
        DWD_SUBSCRIBER,
        """
        subscriber_id | brand   | vip_level | points
        carded        | gotone  | silver    | 10
        border        | gotone  | none      | 3900
        below         | gotone  | none      | 3899
        prepaid       | easyown | none      | 5000
        wrongcard     | mzone   | gold      | 0
        unscored      | gotone  | none      |
        """,
    )
    found = PROFILE_TAGS.table.conform(PROFILE_TAGS.compute(D, subscribers))
    assert by_role(found, "card_level", "customer_tier", "points_to_honoured") == {
        "carded": ("silver", "silver", None),
        "border": ("none", "honoured", None),
        "below": ("none", "ordinary", 1),
        "prepaid": (None, "honoured", None),
        "wrongcard": (None, "ordinary", 3900),
        "unscored": ("none", "ordinary", None),
    }


def test_fields_of_the_other_kind_of_brand_are_null(spark: SparkSession) -> None:
    subscribers = frame(
        spark,
        DWD_SUBSCRIBER,
        """
        subscriber_id | brand   | state         | retention_date | freeze_date | cancel_booked_date
        retained      | easyown | retention     | 2026-03-01     |             | 2026-04-02
        active        | mzone   | active        | 2025-03-01     | 2025-04-15  |
        booked        | gotone  | cancel_booked | 2026-03-01     | 2026-03-02  | 2026-04-02
        overdue       | gotone  | cancel_booked |                |             | 2026-03-30
        """,
    )
    found = by_role(
        PROFILE_TAGS.compute(D, subscribers), "is_in_retention", "retention_since", "frozen_since", "cancels_on", "days_to_cancellation"
    )
    assert found == {
        "retained": (True, date(2026, 3, 1), None, None, None),
        "active": (False, date(2025, 3, 1), date(2025, 4, 15), None, None),
        "booked": (None, None, None, date(2026, 4, 2), 2),
        "overdue": (None, None, None, date(2026, 3, 30), None),
    }


def test_clubs_entry_and_age_are_null_where_nothing_is_stated(spark: SparkSession) -> None:
    subscribers = frame(
        spark,
        DWD_SUBSCRIBER,
        """
        subscriber_id | is_company | clubs              | manager_id | entry_channel   | entry_date | birth_year
        senior        | false      | music_senior;gamer | M1         | crm             | 2020-04-01 | 2002
        member        | false      | music              |            | web_hall        | 2020-03-31 | 2001
        plain         | true       |                    |            | account_manager | 2020-03-30 | 1966
        unknown       |            |                    |            |                 | 2026-03-31 |
        """,
    )
    found = PROFILE_TAGS.compute(D, subscribers)
    assert by_role(found, "is_music_club_senior", "is_music_club_member", "is_gamer_club_member", "has_manager") == {
        "senior": (True, True, True, True),
        "member": (False, True, False, False),
        "plain": (False, False, False, False),
        "unknown": (None, None, None, None),
    }
    assert by_role(found, "entry_channel_kind", "days_to_anniversary", "age_band") == {
        "senior": ("shop", 1, "18_24"),
        "member": ("electronic", 0, "25_34"),
        "plain": ("manager", 364, "60_and_over"),
        "unknown": (None, None, None),
    }
