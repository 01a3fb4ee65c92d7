"""Recognition labels: who has which, on what evidence, since when."""

from datetime import date

import pytest
from pyspark.sql import DataFrame, SparkSession

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.reads import TagsOf
from features.recognition import LABELS, RECOGNITION_TAGS
from tests.frames import by_role, frame

D = date(2026, 3, 10)
SPINE = """
    subscriber_id | entry_date | points | phone_type | is_sensitive
    plain         | 2020-01-01 | 100    | ordinary   | false
    gold          | 2020-01-01 | 9000   | ordinary   | false
    leader        | 2020-01-01 | 3899   | ordinary   | true
    official      | 2020-01-01 |        | official   |
    enough        | 2020-01-01 | 3900   | official   |
    complains     | 2020-01-01 | 100    |            | false
"""
FAMILIES = {
    "profile": """
        subscriber_id | card_level | customer_tier
        plain         | none       | ordinary
        gold          | gold       | gold
        leader        | none       | ordinary
        official      |            | ordinary
        enough        | none       | honoured
        complains     |            | ordinary
    """,
    "social": """
        subscriber_id | is_group_key_person | company_role | family_home_member | family_number_member | family_size
        plain         | false               |              | false              | false                | 0
        gold          | true                | key_person   | true               | true                 | 4
        leader        | true                | leader       | false              | true                 | 2
        official      | false               |              | false              | false                | 0
    """,
    "service": """
        subscriber_id | is_habitual_complainer | complaints_90d | is_often_dissatisfied | dissatisfied_replies_90d
        plain         | false                  | 0              | false                 | 0
        gold          | false                  | 0              | false                 | 0
        leader        | false                  | 0              | false                 | 0
        complains     | true                   | 5              | true                  | 3
    """,
    "channel": "subscriber_id | prefers_electronic_channels | electronic_queries_30d\ngold | true | 6\nplain | false | 0",
    "platform": "subscriber_id | new_services_90d\ngold | 2\nplain | 0",
    "value": "subscriber_id | is_negative_value | mean_contribution_fen_3m\ncomplains | true | -250\nplain | false | 90",
}


def labels(spark: SparkSession, yesterday: DataFrame | None = None, without: str = "") -> DataFrame:
    frames = {
        name: None if name == without else frame(spark, read.family.table, FAMILIES[name])
        for name, read in RECOGNITION_TAGS.reads.items()
        if isinstance(read, TagsOf)
    }
    found = RECOGNITION_TAGS.compute(D, frame(spark, DWD_SUBSCRIBER, SPINE), yesterday=yesterday, **frames)
    return RECOGNITION_TAGS.table.conform(found)


def test_each_label_is_recognised_with_its_level_and_evidence(spark: SparkSession) -> None:
    found = labels(spark).collect()
    told = {
        role: {key: (row[f"{key}_label"], row[f"{key}_label_evidence"]) for key in LABELS if row[f"{key}_label"]}
        for role, row in by_rows(found).items()
    }
    assert told == {
        "plain": {},
        "gold": {
            "vip": ("gold", "gold"),
            "key_person": ("gold", "key_person"),
            "new_service": ("new_services", "2"),
            "family": ("family_home", "4"),
            "electronic": ("electronic", "6"),
        },
        "leader": {
            "key_person": ("ordinary", "leader"),
            "sensitive": ("ordinary", "CRM"),
            "family": ("family_number", "2"),
            "standing": ("high_standing", "leader"),
        },
        "official": {"standing": ("high_standing", "official_phone")},
        "enough": {},
        "complains": {
            "sensitive": ("ordinary", "5"),
            "adviser": ("often_dissatisfied", "3"),
            "negative_value": ("negative", "-250"),
        },
    }


def by_rows(rows: list) -> dict:
    from tests.frames import role

    return {role(row.subscriber_id): row for row in rows}


def test_a_label_is_since_its_first_night_and_a_new_level_starts_again(spark: SparkSession) -> None:
    before = frame(
        spark,
        RECOGNITION_TAGS.table,
        """
        subscriber_id | vip_label | vip_label_since | key_person_label | key_person_label_since
        gold          | gold      | 2026-01-01      | silver           | 2026-02-01
        plain         | gold      | 2026-01-01      |                  |
        """,
    )
    found = by_role(labels(spark, before), "vip_label_since", "key_person_label_since")
    assert found["gold"] == (date(2026, 1, 1), D)
    assert found["plain"] == (None, None)


def test_every_label_is_numbered_as_in_the_operators_list(spark: SparkSession) -> None:
    assert [one.number for one in LABELS.values()] == list(range(1, 10))


@pytest.mark.parametrize(
    ("without", "gold", "complains"),
    [
        ("value", {"vip", "key_person", "new_service", "family", "electronic"}, {"sensitive", "adviser"}),
        ("profile", {"new_service", "family", "electronic"}, {"adviser", "negative_value"}),
        ("service", {"vip", "key_person", "new_service", "family", "electronic"}, {"negative_value"}),
    ],
)
def test_a_missing_family_empties_only_the_labels_that_need_it(
    spark: SparkSession, without: str, gold: set[str], complains: set[str]
) -> None:
    found = by_rows(labels(spark, without=without).collect())
    held = {who: {key for key in LABELS if found[who][f"{key}_label"]} for who in ("gold", "complains")}
    assert held == {"gold": gold, "complains": complains}
