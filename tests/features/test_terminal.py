"""T3: what a handset can do, how long it is in use, and whether it fits the plan."""

from datetime import date
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.ods_terminal import ODS_TERMINAL
from features.product import PRODUCT_TAGS
from features.terminal import TERMINAL_TAGS
from features.usage import USAGE_TAGS
from tests.frames import by_role, frame

D = date(2026, 3, 31)


def tags(subscribers: DataFrame, catalogue: DataFrame, on: date = D, **frames: Any) -> DataFrame:
    """The family's table; reads that are not named were not made tonight."""
    return TERMINAL_TAGS.compute(on, subscribers, catalogue=catalogue, **({"usage": None, "product": None, "yesterday": None} | frames))


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
    found = TERMINAL_TAGS.table.conform(tags(subscribers, catalogue))
    assert by_role(found, "is_smartphone", "network_generation", "terminal_os", "is_terminal_known") == {
        "smart": (True, 4, "Android", True),
        "plain": (False, 2, None, True),
        "odd": (None, None, None, False),
        "bare": (None, None, None, False),
    }


def test_a_4g_handset_that_used_data_but_no_4g_is_told_from_one_without_data_and_from_an_older_one(spark: SparkSession) -> None:
    subscribers = frame(
        spark, DWD_SUBSCRIBER, "subscriber_id | tac\nold_plan | 1\nuses_4g | 1\nno_data | 1\nno_usage | 1\nold_phone | 2\nodd | 9"
    )
    catalogue = frame(spark, ODS_TERMINAL, "tac | terminal_model | network\n1 | L1 | 4G\n2 | L0 | 3G")
    usage = frame(
        spark,
        USAGE_TAGS.table,
        """
        subscriber_id | data_bytes_30d | bytes_4g_30d
        old_plan      | 1              | 0
        uses_4g       | 9              | 1
        no_data       | 0              | 0
        old_phone     | 9              | 0
        odd           | 9              | 0
        """,
    )
    found = by_role(tags(subscribers, catalogue, usage=usage), "is_4g_unused_30d")
    assert found == {"old_plan": True, "uses_4g": False, "no_data": None, "no_usage": None, "old_phone": False, "odd": None}
    without = tags(subscribers, catalogue)
    assert set(by_role(without, "is_4g_unused_30d").values()) == {None}


def test_a_change_of_the_handset_is_dated_by_the_night_that_sees_it_and_kept(spark: SparkSession) -> None:
    catalogue = frame(
        spark,
        ODS_TERMINAL,
        """
        tac | terminal_model | network | price_band
        1   | L0             | 2G      | low
        2   | L1             | 4G      | high
        """,
    )
    subscribers = frame(
        spark,
        DWD_SUBSCRIBER,
        """
        subscriber_id | tac | entry_date | imei_token | entry_imei_token
        first         | 2   | 2025-03-31 | one        | one
        changes       | 2   | 2020-01-01 | two        | one
        stays         | 2   | 2020-01-01 | two        | one
        changed       | 1   | 2020-01-01 | two        |
        old           | 1   | 2020-01-01 | two        |
        appears       | 1   | 2020-01-01 | two        |
        unseen        | 1   | 2020-01-01 | two        |
        vanishes      |     | 2020-01-01 |            | one
        """,
    )
    yesterday = frame(
        spark,
        TERMINAL_TAGS.table,
        """
        subscriber_id | tac | network | handset_since | handset_changed_on | previous_network
        first         | 2   | 4G      | 2025-03-31    |                    |
        changes       | 1   | 2G      | 2025-06-01    |                    |
        stays         | 2   | 4G      | 2026-02-28    |                    |
        changed       | 1   | 2G      | 2026-03-02    | 2026-03-02         | 3G
        old           | 1   | 2G      | 2026-03-01    | 2026-03-01         |
        appears       |     |         |               |                    |
        vanishes      | 1   | 2G      | 2026-01-01    | 2026-03-30         | 2G
        """,
    )
    found = TERMINAL_TAGS.table.conform(tags(subscribers, catalogue, yesterday=yesterday))
    change = ("handset_changed_on", "is_handset_changed_30d", "previous_network", "is_network_upgraded")
    assert by_role(found, *change) == {
        "first": (None, False, None, None),
        "changes": (D, True, "2G", True),
        "stays": (None, False, None, None),
        "changed": (date(2026, 3, 2), True, "3G", False),
        "old": (date(2026, 3, 1), False, None, None),
        "appears": (None, False, None, None),
        "unseen": (None, False, None, None),
        "vanishes": (date(2026, 3, 30), None, "2G", None),
    }
    assert by_role(found, "is_entry_handset", "handset_since", "handset_months", "price_band_rank") == {
        "first": (True, date(2025, 3, 31), 12, 3),
        "changes": (False, D, 0, 3),
        "stays": (False, date(2026, 2, 28), 1, 3),
        "changed": (None, date(2026, 3, 2), 0, 1),
        "old": (None, date(2026, 3, 1), 0, 1),
        "appears": (None, D, 0, 1),
        "unseen": (None, D, 0, 1),
        "vanishes": (None, None, None, None),
    }


def test_a_handset_and_a_plan_that_do_not_fit_are_found_and_an_unknown_handset_is_not_judged(spark: SparkSession) -> None:
    subscribers = frame(spark, DWD_SUBSCRIBER, "subscriber_id | tac\nsmall | 2\nlarge | 2\nplain | 1\nnone | 2\nodd | 9\nunmade | 2")
    catalogue = frame(
        spark,
        ODS_TERMINAL,
        """
        tac | terminal_model | network | is_smartphone | has_gprs
        1   | L0             | 2G      | false         | false
        2   | L1             | 4G      | true          | true
        """,
    )
    product = frame(
        spark,
        PRODUCT_TAGS.table,
        """
        subscriber_id | holds_data_plan | held_data_plan_bytes | base_plan_allowance_bytes
        small         | true            | 524287999            | 0
        large         | false           | 0                    | 524288000
        plain         | true            | 1                    | 0
        none          | false           | 0                    | 0
        odd           | false           | 0                    | 0
        """,
    )
    usage = frame(spark, USAGE_TAGS.table, "subscriber_id | data_bytes_30d\nsmall | 0\nlarge | 1\nplain | 0\nodd | 0")
    found = tags(subscribers, catalogue, product=product, usage=usage)
    fits = ("is_4g_plan_small", "is_smart_without_plan", "is_plan_without_gprs", "is_smart_unused_30d")
    assert by_role(found, *fits) == {
        "small": (True, False, False, True),
        "large": (False, False, False, False),
        "plain": (False, False, True, False),
        "none": (True, True, False, None),
        "odd": (None, None, None, None),
        "unmade": (None, None, False, None),
    }
