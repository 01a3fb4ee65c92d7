"""T11: what a family account and a company's group say about a subscriber."""

from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.dwd_family_member import DWD_FAMILY_MEMBER
from expectations.tables.dwd_group_member import DWD_GROUP_MEMBER
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.product import PRODUCT_TAGS
from features.social import SOCIAL_TAGS
from tests.frames import by_role, frame

D = date(2026, 3, 31)


def test_family_and_group_tags_are_null_without_either_and_take_the_larger_of_two_families(spark: SparkSession) -> None:
    families = frame(
        spark,
        DWD_FAMILY_MEMBER,
        """
        subscriber_id | kind          | is_main | joined_on  | live_members | left_members | others_with_plan | others_with_much_data
        both          | family_home   | true    | 2026-03-31 | 4            | 0            | 1                | 0
        both          | family_number | false   | 2026-03-01 | 2            | 1            | 0                | 1
        member        | family_number | false   | 2026-03-30 | 2            | 0            | 0                | 0
        """,
    )
    groups = frame(
        spark,
        DWD_GROUP_MEMBER,
        """
        subscriber_id | group_id | group_role | manager_id | joined_on  | live_members | members_with_plan
        both          | g1       | leader     | m1         | 2026-03-01 | 3            | 1
        boss          | g2       | key_person | m2         | 2026-03-31 | 1            | 1
        member        | g3       | member     |            | 2026-03-31 | 0            | 0
        """,
    )
    product = frame(spark, PRODUCT_TAGS.table, "subscriber_id | holds_data_plan\nboth | false\nmember | true\nboss | false\nalone | false")
    subscribers = frame(spark, DWD_SUBSCRIBER, "subscriber_id | manager_id\nboth |\nboss | m9\nmember |\nalone |")
    found = SOCIAL_TAGS.table.conform(SOCIAL_TAGS.compute(D, subscribers, families=families, groups=groups, product=product)).cache()

    of_kind = ("family_number_member", "family_home_member", "family_number_main_account", "family_home_main_account")
    assert by_role(found, *of_kind) == {
        "both": (True, True, False, True),
        "member": (True, False, False, False),
        "boss": (False, False, False, False),
        "alone": (False, False, False, False),
    }
    family = ("family_size", "days_in_family", "family_members_left", "family_with_data_plan", "has_data_rich_family")
    assert by_role(found, *family, "is_without_plan_in_data_family") == {
        "both": (4, 30, 1, 1, True, True),
        "member": (2, 1, 0, 0, False, False),
        "boss": (None, None, None, None, False, None),
        "alone": (None, None, None, None, False, None),
    }
    group = ("is_group_member", "is_group_key_person", "company_group", "company_role", "company_manager", "account_manager")
    assert by_role(found, *group, "days_in_group", "group_size", "group_data_plan_share") == {
        "both": (True, True, "g1", "leader", "m1", "m1", 30, 3, 333),
        "boss": (True, True, "g2", "key_person", "m2", "m9", 0, 1, 1000),
        "member": (True, False, "g3", "member", None, None, 0, 0, None),
        "alone": (False, False, None, None, None, None, None, None, None),
    }
