"""The customer view: each part from rows written by hand, a customer of whom nothing is known, and parts that were not made."""

from datetime import date
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from expectations.tables.dwd_family_member import DWD_FAMILY_MEMBER
from expectations.tables.dwd_group_member import DWD_GROUP_MEMBER
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.dws_customer_view import DWS_CUSTOMER_VIEW
from expectations.tables.dws_label import DWS_LABEL
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.ods_feedback import DWD_FEEDBACK
from expectations.tables.ods_product import ODS_PRODUCT
from expectations.tables.ods_service_event import ODS_SERVICE_EVENT
from features.library import CAR, FAMILIES
from features.view import TAGS_SHOWN
from jobs.report.view_customers import view_customers
from models.library import SCORE_SUBSCRIBER
from tests.frames import frame, role

D = date(2026, 3, 4)
TABLES: dict[str, tuple[Any, str]] = {
    "customers": (
        CAR,
        """
        subscriber_id | customer_tier | mean_contribution_fen_3m | segment          | account_manager | company_group | steady_stage
        known         | gold          | 9100                     | ss6_high_at_risk | m01             | g7            | mature
        bare          |               |                          |                  |                 |               |
        """,
    ),
    "families": (
        DWD_FAMILY_MEMBER,
        "subscriber_id | kind | is_main | joined_on | live_members | others_with_plan\nknown | family_home | true | 2025-01-01 | 3 | 2",
    ),
    "groups": (
        DWD_GROUP_MEMBER,
        "subscriber_id | group_role | joined_on | live_members | members_with_plan\nknown | leader | 2024-05-01 | 20 | 6",
    ),
    "orders": (
        DWD_SUBSCRIPTION_INTERVAL,
        """
        subscriber_id | product | product_kind | monthly_fee_fen | order_source | valid_from | valid_to
        known         | dp010   | data_plan    | 1000            | paid         | 2026-01-01 |
        known         | bp18    | base_plan    | 1800            | paid         | 2025-01-01 | 2026-03-05
        known         | ip005   | idle_pack    | 500             | paid         | 2025-01-01 | 2026-03-04
        known         | dp020   | data_plan    | 2000            | paid         | 2026-03-05 |
        known         | odd     |              |                 | paid         | 2026-03-04 |
        """,
    ),
    "products": (
        ODS_PRODUCT,
        "product | product_name | valid_from\ndp010 | 10元包 | 2020-01-01\nbp18 | 18元套餐 | 2020-01-01\ndp020 | 20元包 | 2020-01-01",
    ),
    "labels": (
        DWS_LABEL,
        """
        subscriber_id | label_number | label_name | grade | since_date | evidence | advice
        known         | 4            | 建议型客户   |       | 2026-03-01 | x=3      | Care.
        known         | 1            | VIP        | gold  | 2026-01-01 | y=gold   | Best.
        """,
    ),
    "scores": (SCORE_SUBSCRIBER, "subscriber_id | churn_ppm | churn_version\nknown | 120000 | 3"),
    "events": (
        ODS_SERVICE_EVENT,
        """
        subscriber_id | occurred_at         | kind      | topic    | severity | status | is_satisfied
        known         | 2026-03-01T09:00:00 | complaint | data_fee | high     | open   |
        known         | 2026-03-02T10:00:00 | reply     |          |          |        | false
        """,
    ),
    "contacts": (
        MKT_CONTACT,
        """
        subscriber_id | business_date | scenario | step  | channel | offer
        known         | 2026-02-04    | c10      | wave1 | sms     | dp010
        known         | 2026-02-09    | c10      | wave2 | crm     | dp010
        known         | 2026-03-03    | c11      | wave1 | sms     | ip005
        """,
    ),
    "feedback": (
        DWD_FEEDBACK,
        """
        subscriber_id | channel | scenario | step  | list_date  | stage     | outcome     | happened_at
        known         | sms     | c10      | wave1 | 2026-02-04 | delivered |             | 2026-02-05T08:00:00
        known         | sms     | c10      | wave1 | 2026-02-04 | outcome   | considering | 2026-02-05T09:00:00
        known         | sms     | c10      | wave1 | 2026-02-04 | outcome   | refused     | 2026-02-06T09:00:00
        known         | crm     | c10      | wave2 | 2026-02-09 | ordered   |             | 2026-02-10T09:00:00
        other         | sms     | c11      | wave1 | 2026-03-03 | delivered |             | 2026-03-04T09:00:00
        """,
    ),
    "decisions": (
        MKT_DECISION,
        """
        subscriber_id | scenario | step  | stage    | reasons          | offer | channel | value_fen | message
        known         | c10      | wave1 | excluded | no_consent;state | dp020 | sms     | 900       | never
        known         | c11      | wave1 | held_out |                  | ip005 | sms     | 500       | secret
        known         | c12      | wave1 | listed   |                  | dp010 | sms     | 100       | 10元
        known         | c13      | day7  | listed   |                  | dp020 | crm     | 300       | 20元
        """,
    ),
}


def viewed(spark: SparkSession, *without: str) -> dict[str, Row]:
    frames = {name: None if name in without else frame(spark, table, text) for name, (table, text) in TABLES.items()}
    found = DWS_CUSTOMER_VIEW.conform(view_customers.call(D, **frames))
    return {role(row.subscriber_id): row for row in found.collect()}


@pytest.fixture(scope="module")
def views(spark: SparkSession) -> dict[str, Row]:
    return viewed(spark)


def told(rows: list[Row], *fields: str) -> list[tuple[Any, ...]]:
    return [tuple(row[field] for field in fields) for row in rows]


def test_profile_tier_and_segment_are_told_with_services_and_treatment(views: dict[str, Row]) -> None:
    known = views["known"]
    assert (known.tier, known.value_fen, known.churn_ppm, known.group_id, known.manager_id) == ("gold", 9100, 120000, "g7", "m01")
    assert (known.tier_name, known.services[0], known.segment_name) == ("金", "hotline answered at once", "高值高危")
    assert known.treatment.startswith("Keep: solve the complaint first")
    assert told(known.tags, "family", "tag", "value") == [("生命周期", "steady_stage", "mature")]
    assert told(known.scores, "score", "value", "version") == [("churn_ppm", 120000, "3")]


def test_accounts_products_and_labels_are_those_of_the_night(views: dict[str, Row]) -> None:
    known = views["known"]
    assert told(known.accounts, "kind", "role", "members", "with_plan") == [("family_home", "main", 3, 2), ("group", "leader", 20, 6)]
    assert told(known.products, "product", "name", "fee_fen", "until") == [
        ("bp18", "18元套餐", 1800, date(2026, 3, 5)),
        ("dp010", "10元包", 1000, None),
        ("odd", None, None, None),
    ]
    assert told(known.labels, "number", "grade", "advice") == [(1, "gold", "Best."), (4, None, "Care.")]


def test_service_and_contacts_come_newest_first_with_the_last_answer(views: dict[str, Row]) -> None:
    known = views["known"]
    assert told(known.service, "kind", "status", "is_satisfied") == [("reply", None, False), ("complaint", "open", None)]
    assert told(known.contacts, "list_date", "channel", "is_made", "is_taken_up", "outcome") == [
        (date(2026, 3, 3), "sms", None, None, None),
        (date(2026, 2, 9), "crm", True, True, None),
        (date(2026, 2, 4), "sms", True, False, "refused"),
    ]


def test_the_guide_has_listed_offers_first_and_hides_those_held_out(views: dict[str, Row]) -> None:
    assert told(views["known"].guide, "scenario", "stage", "name", "value_fen", "reasons", "message") == [
        ("c13", "listed", "20元包", 300, None, "20元"),
        ("c12", "listed", "10元包", 100, None, "10元"),
        ("c11", "held_out", None, None, None, None),
        ("c10", "excluded", "20元包", 900, ["no_consent", "state"], None),
    ]


def test_a_customer_of_whom_nothing_is_known_has_empty_parts(views: dict[str, Row]) -> None:
    bare = views["bare"]
    assert (bare.tier, bare.services, bare.treatment, bare.churn_ppm) == (None, None, None, None)
    parts = ("accounts", "products", "labels", "tags", "scores", "service", "contacts", "guide")
    assert {part: bare[part] for part in parts} == {part: [] for part in parts}


def test_what_was_not_made_tonight_is_null_and_not_empty(spark: SparkSession) -> None:
    known = viewed(spark, "labels", "scores", "decisions")["known"]
    assert (known.labels, known.scores, known.churn_ppm, known.guide) == (None, None, None, None)
    assert len(known.products) == 3


def test_the_tags_shown_are_tags_of_their_families() -> None:
    of_family = {family.name: {tag.column.name for tag in family.tags} for family in FAMILIES}
    assert not [(family, tag) for family, tags in TAGS_SHOWN.items() for tag in tags if tag not in of_family[family]]
