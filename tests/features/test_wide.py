"""The customer record: everybody of the spine once, with the tags of every family that there is tonight."""

from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.library import CAR, FAMILIES, families_of
from features.moment import Moment
from features.wide import car_rows
from tests.frames import by_role, frame

D = date(2026, 3, 4)
TEXTS = {
    "lifecycle": "subscriber_id | brand | city\nloyal | gotone | 9901",
    "usage": "subscriber_id | data_bytes_30d\nloyal | 7\njoined | 0\nnobody | 9",
    "content": "subscriber_id | content_requests_30d\nloyal | 3",
}


def test_the_record_has_everybody_of_the_spine_once_with_the_tags_of_all_families(spark: SparkSession) -> None:
    subscribers = frame(
        spark, DWD_SUBSCRIBER, "subscriber_id | brand | city | entry_date\nloyal | gotone | 9901 | 2020-01-01\njoined | mzone | 9902 |"
    )
    families = {family.name: frame(spark, family.table, TEXTS.get(family.name, "")) for family in FAMILIES}
    found = CAR.conform(car_rows(Moment({D: {}}), subscribers, families))
    named = ("entry_date", "brand", "data_bytes_30d", "content_requests_30d", "business_date")
    # A column of the spine that is a tag comes from its family alone.
    assert by_role(found, *named) == {"loyal": (date(2020, 1, 1), "gotone", 7, 3, D), "joined": (None, None, 0, None, D)}


def test_a_family_without_a_table_leaves_its_columns_null_and_no_others(spark: SparkSession) -> None:
    subscribers = frame(spark, DWD_SUBSCRIBER, "subscriber_id | entry_date\nloyal | 2020-01-01")
    families = {family.name: frame(spark, family.table, TEXTS.get(family.name, "")) for family in FAMILIES}
    found = CAR.conform(car_rows(Moment({D: {}}), subscribers, families | {"content": None}))
    named = ("content_requests_30d", "data_bytes_30d", "brand", "entry_date")
    assert by_role(found, *named) == {"loyal": (None, 7, "gotone", date(2020, 1, 1))}


def test_the_record_carries_no_number_and_every_tag_may_be_null() -> None:
    assert not {"number_token", "imei_token"} & {column.name for column in CAR.columns}
    assert [column.name for column in CAR.columns if not column.nullable] == ["subscriber_id", "business_date"]


def test_the_families_of_columns_are_those_that_declare_them_as_tags() -> None:
    assert families_of(["brand", "data_bytes_30d", "entry_date", "AND"]) == {"lifecycle", "usage"}


def test_a_tag_that_may_be_made_of_another_family_needs_both() -> None:
    assert families_of(["is_4g_unused_30d"]) == {"terminal", "usage"}
    assert families_of(["network_generation"]) == {"terminal"}
