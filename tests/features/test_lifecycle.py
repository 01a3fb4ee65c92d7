from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.ods_terminal import ODS_TERMINAL
from features.lifecycle import LIFECYCLE_TAGS
from features.terminal import TERMINAL_TAGS
from tests.frames import by_role, frame

D = date(2026, 3, 31)


def test_the_stage_follows_the_state_first_and_then_the_tenure(spark: SparkSession) -> None:
    subscribers = frame(
        spark,
        DWD_SUBSCRIBER,
        """
        subscriber_id | brand   | vip_level | state       | entry_date | state_date | number_date
        today         | easyown | none      | active      | 2026-03-31 | 2026-03-31 | 2026-03-31
        ninety        | mzone   | none      | active      | 2025-12-31 | 2025-12-31 | 2025-12-31
        ninetyone     | gotone  | silver    | active      | 2025-12-30 | 2025-12-30 | 2025-12-30
        year          | gotone  | gold      | active      | 2025-03-31 | 2025-03-31 | 2026-03-30
        loyal         | gotone  | diamond   | active      | 2025-03-30 | 2025-03-30 | 2025-03-30
        frozen        | easyown | none      | frozen      | 2020-01-01 | 2026-03-01 | 2020-01-01
        gone          | gotone  | gold      | transferred | 2026-01-01 | 2026-03-01 | 2026-01-01
        """,
    )
    found = LIFECYCLE_TAGS.table.conform(LIFECYCLE_TAGS.compute(D, subscribers))
    assert by_role(
        found, "lifecycle_stage", "tenure_days", "is_live", "is_prepaid", "is_high_value", "days_in_state", "days_with_number"
    ) == {
        "today": ("new", 0, True, True, False, 0, 0),
        "ninety": ("new", 90, True, True, False, 90, 90),
        "ninetyone": ("growing", 91, True, False, True, 91, 91),
        "year": ("growing", 365, True, False, True, 365, 1),
        "loyal": ("mature", 366, True, False, True, 366, 366),
        "frozen": ("declining", 2281, True, True, False, 30, 2281),
        "gone": ("left", 59, False, False, True, 30, 89),
    }


def test_age_and_bundle_are_null_where_nothing_is_stated_and_a_bundle_counts_on_its_last_day(spark: SparkSession) -> None:
    subscribers = frame(
        spark,
        DWD_SUBSCRIBER,
        """
        subscriber_id | birth_year | bundle_end_date
        bound         | 1986       | 2026-04-30
        lastday       | 2026       | 2026-03-31
        ended         | 1900       | 2026-03-30
        silent        |            |
        """,
    )
    found = by_role(LIFECYCLE_TAGS.compute(D, subscribers), "age_years", "bundle_days_left")
    assert found == {"bound": (40, 30), "lastday": (0, 0), "ended": (126, None), "silent": (None, None)}


def test_a_handset_outside_the_catalogue_is_unknown_and_not_a_plain_phone(spark: SparkSession) -> None:
    subscribers = frame(spark, DWD_SUBSCRIBER, "subscriber_id | tac\nsmart | 86000001\nplain | 86000002\nodd | 99999999\nbare |")
    catalogue = frame(
        spark,
        ODS_TERMINAL,
        """
        tac      | terminal_brand | terminal_model | terminal_os | is_smartphone | network | has_gprs
        86000001 | Lumo           | L1             | Android     | true          | 4G      | true
        86000002 | Lumo           | L0             |             | false         | 2G      | false
        """,
    )
    found = TERMINAL_TAGS.table.conform(TERMINAL_TAGS.compute(D, subscribers, catalogue=catalogue))
    assert by_role(found, "is_smartphone", "network_generation", "terminal_os", "is_terminal_known") == {
        "smart": (True, 4, "Android", True),
        "plain": (False, 2, None, True),
        "odd": (None, None, None, False),
        "bare": (None, None, None, False),
    }
