"""Families and groups: who is a member, and how many of the others are here, have left, or hold a data plan."""

from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.dwd_family_member import DWD_FAMILY_MEMBER
from expectations.tables.dwd_group_member import DWD_GROUP_MEMBER
from expectations.tables.dwd_number_interval import DWD_NUMBER_INTERVAL
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.ods_family_tie import ODS_FAMILY_TIE
from expectations.tables.ods_group_tie import ODS_GROUP_TIE
from jobs.refine.refine_circles import refine_families, refine_groups
from tests.frames import frame, rows

D = date(2026, 3, 31)
PEOPLE = """
    subscriber_id | state
    father        | active
    mother        | stopped
    son           | active
    daughter      | cancelled
    lodger        | active
    uncle         | recycled
"""
ORDERS = """
    subscriber_id | product_kind | allowance_bytes | valid_from | valid_to
    father        | data_plan    | 1073741824      | 2026-01-01 |
    mother        | data_plan    | 536870912       | 2026-01-01 | 2026-04-01
    mother        | data_plan    | 536870911       | 2026-03-31 |
    son           | data_plan    | 2147483648      | 2026-01-01 | 2026-03-31
    son           | top_up_pack  | 2147483648      | 2026-01-01 |
    daughter      | data_plan    | 2147483648      | 2026-01-01 |
    lodger        | data_plan    |                 | 2026-01-01 |
"""
NUMBERS = """
    number_token | subscriber_id | valid_from | valid_to
    one          | mother        | 2020-01-01 |
    two          | grandson      | 2015-01-01 | 2024-01-01
    two          | daughter      | 2024-01-01 | 2026-03-01
    three        | uncle         | 2015-01-01 | 2026-03-01
    three        | son           | 2026-03-01 |
    four         | daughter      | 2015-01-01 | 2025-01-01
    five         | lodger        | 2020-01-01 |
"""
# daughter's tie began when she had the number that nobody has now; that of number four began after she had given it up.
FAMILIES = """
    subscriber_id | number_token | kind          | valid_from | valid_to
    father        | one          | family_home   | 2026-01-01 | 2026-04-01
    father        | two          | family_home   | 2025-01-01 |
    father        | three        | family_home   | 2025-06-01 |
    father        | four         | family_home   | 2025-06-01 |
    father        | five         | family_home   | 2026-01-01 | 2026-03-31
    father        | five         | family_number | 2026-03-31 |
    mother        | five         | family_number | 2026-04-01 |
    uncle         | one          | family_home   | 2026-02-01 |
    mother        | five         | family_home   | 2026-03-01 |
"""


def test_a_family_is_its_main_account_and_the_last_holders_of_its_numbers(spark: SparkSession) -> None:
    found = refine_families.call(
        D,
        ties=frame(spark, ODS_FAMILY_TIE, FAMILIES),
        numbers=frame(spark, DWD_NUMBER_INTERVAL, NUMBERS),
        subscribers=frame(spark, DWD_SUBSCRIBER, PEOPLE),
        orders=frame(spark, DWD_SUBSCRIPTION_INTERVAL, ORDERS),
    )
    columns = ("subscriber_id", "kind", "main_subscriber_id", "is_main", "joined_on", "live_members", "left_members")
    assert rows(DWD_FAMILY_MEMBER.conform(found), *columns, "others_with_plan", "others_with_much_data") == [
        ("daughter", "family_home", "father", False, date(2025, 1, 1), 3, 1, 2, 1),
        ("father", "family_home", "father", True, date(2025, 1, 1), 3, 1, 1, 0),
        ("father", "family_number", "father", True, date(2026, 3, 31), 2, 0, 1, 0),
        ("lodger", "family_home", "mother", False, date(2026, 3, 1), 2, 0, 1, 0),
        ("lodger", "family_number", "father", False, date(2026, 3, 31), 2, 0, 1, 1),
        # Of two accounts the one that she pays for.
        ("mother", "family_home", "mother", True, date(2026, 3, 1), 2, 0, 1, 0),
        ("son", "family_home", "father", False, date(2025, 6, 1), 3, 1, 2, 1),
        ("uncle", "family_home", "uncle", True, date(2026, 2, 1), 1, 1, 1, 0),
    ]


def test_a_member_of_two_groups_is_in_the_one_joined_last_and_counts_in_both(spark: SparkSession) -> None:
    ties = frame(
        spark,
        ODS_GROUP_TIE,
        """
        group_id | subscriber_id | group_role | manager_id | valid_from
        g1       | father        | leader     | m1         | 2020-01-01
        g1       | son           | member     | m1         | 2021-01-01
        g1       | uncle         | member     | m1         | 2021-01-01
        g1       | absent        | member     | m1         | 2021-01-01
        g2       | father        | member     |            | 2026-03-31
        g3       | father        | member     |            | 2026-04-01
        """,
    )
    found = refine_groups.call(
        D, ties=ties, subscribers=frame(spark, DWD_SUBSCRIBER, PEOPLE), orders=frame(spark, DWD_SUBSCRIPTION_INTERVAL, ORDERS)
    )
    columns = ("subscriber_id", "group_id", "group_role", "manager_id", "joined_on", "live_members", "members_with_plan")
    assert rows(DWD_GROUP_MEMBER.conform(found), *columns) == [
        ("absent", "g1", "member", "m1", date(2021, 1, 1), 2, 1),
        ("father", "g2", "member", None, date(2026, 3, 31), 1, 1),
        ("son", "g1", "member", "m1", date(2021, 1, 1), 2, 1),
        ("uncle", "g1", "member", "m1", date(2021, 1, 1), 2, 1),
    ]
