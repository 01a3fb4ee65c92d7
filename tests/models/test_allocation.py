"""Who gets a contact when a channel cannot reach everybody."""

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.ods_channel import ODS_CHANNEL
from models.allocation import ranked
from tests.frames import frame, rows

CAPACITY = """
    channel | daily_capacity
    sms     | 3
    crm     |
"""


@pytest.fixture
def placed(spark: SparkSession) -> DataFrame:
    candidates = frame(
        spark,
        MKT_DECISION,
        """
        scenario | wave | subscriber_id | channel | value_fen
        one      | 1    | best          | sms     | 900
        one      | 1    | tieb          | sms     | 500
        one      | 1    | tiea          | sms     | 500
        one      | 1    | last          | sms     | 100
        one      | 1    | valued        | crm     | -10
        one      | 1    | out           | sms     | 999
        two      | 1    | best          | sms     | 900
        two      | 2    | best          | crm     | 900
        """,
    )
    eligible = candidates.drop("rank", "would_list", "stage").withColumn("is_eligible", F.substring("subscriber_id", 1, 6) != "6f7574")
    return ranked(eligible, frame(spark, ODS_CHANNEL, CAPACITY))


def test_ranks_go_by_value_then_subscriber_within_scenario_and_wave(placed: DataFrame) -> None:
    assert rows(placed, "scenario", "wave", "subscriber_id", "rank") == [
        ("one", 1, "best", 1),
        ("one", 1, "last", 4),
        ("one", 1, "out", None),
        ("one", 1, "tiea", 2),
        ("one", 1, "tieb", 3),
        ("one", 1, "valued", 5),
        ("two", 1, "best", 1),
        ("two", 2, "best", 1),
    ]


def test_a_channels_capacity_goes_to_the_most_valuable_of_all_scenarios_and_none_of_it_to_who_is_excluded(placed: DataFrame) -> None:
    listed = rows(placed.where("would_list"), "channel", "scenario", "wave", "subscriber_id")
    assert listed == [
        ("crm", "one", 1, "valued"),
        ("crm", "two", 2, "best"),
        ("sms", "one", 1, "best"),
        ("sms", "one", 1, "tiea"),
        ("sms", "two", 1, "best"),
    ]


def test_a_channel_without_capacity_is_unlimited_and_one_of_zero_lists_nobody(spark: SparkSession, placed: DataFrame) -> None:
    again = ranked(placed.drop("rank", "would_list"), frame(spark, ODS_CHANNEL, "channel | daily_capacity\nsms | 0"))
    assert {channel for (channel,) in rows(again.where("would_list"), "channel")} == {"crm"}
