"""Who gets a contact when a channel cannot reach everybody."""

import pytest
from pyspark.sql import DataFrame, SparkSession

from expectations.tables.mkt_candidate import MKT_CANDIDATE
from expectations.tables.ods_channel import ODS_CHANNEL
from models.allocation.cut import allocate
from tests.frames import frame, rows

CAPACITY = """
    channel | daily_capacity
    sms     | 3
    crm     |
"""


def with_reasons(candidates: DataFrame) -> DataFrame:
    """The candidates with an empty list where the table gives no reason."""
    return candidates.selectExpr("* EXCEPT (reasons)", "coalesce(reasons, CAST(array() AS ARRAY<STRING>)) AS reasons")


@pytest.fixture
def placed(spark: SparkSession) -> DataFrame:
    candidates = frame(
        spark,
        MKT_CANDIDATE,
        """
        scenario | step | subscriber_id | channel | value_fen | reasons
        one      | a    | best          | sms     | 900       |
        one      | a    | tieb          | sms     | 500       |
        one      | a    | tiea          | sms     | 500       |
        one      | a    | last          | sms     | 100       |
        one      | a    | valued        | crm     | -10       |
        one      | a    | out           | sms     | 999       | employee
        two      | a    | best          | sms     | 900       |
        two      | b    | best          | crm     | 900       |
        """,
    )
    return allocate(with_reasons(candidates), frame(spark, ODS_CHANNEL, CAPACITY))


def test_ranks_go_by_value_then_subscriber_within_scenario_and_step(placed: DataFrame) -> None:
    assert rows(placed, "scenario", "step", "subscriber_id", "rank") == [
        ("one", "a", "best", 1),
        ("one", "a", "last", 4),
        ("one", "a", "out", None),
        ("one", "a", "tiea", 2),
        ("one", "a", "tieb", 3),
        ("one", "a", "valued", 5),
        ("two", "a", "best", 1),
        ("two", "b", "best", 1),
    ]


def test_a_channels_capacity_goes_to_the_most_valuable_of_all_scenarios_and_none_of_it_to_who_is_excluded(placed: DataFrame) -> None:
    listed = rows(placed.where("would_list"), "channel", "scenario", "step", "subscriber_id")
    assert listed == [
        ("crm", "one", "a", "valued"),
        ("crm", "two", "b", "best"),
        ("sms", "one", "a", "best"),
        ("sms", "one", "a", "tiea"),
        ("sms", "two", "a", "best"),
    ]


def test_a_channel_without_capacity_is_unlimited_and_one_of_zero_lists_nobody(spark: SparkSession, placed: DataFrame) -> None:
    again = allocate(placed.drop("rank", "would_list"), frame(spark, ODS_CHANNEL, "channel | daily_capacity\nsms | 0"))
    assert {channel for (channel,) in rows(again.where("would_list"), "channel")} == {"crm"}


OPTIONS = """
    scenario | step | subscriber_id | offer | channel | value_fen | reasons
    one      | a    | several       | video | sms     | 95        |
    one      | a    | several       | games | sms     | 120       |
    one      | a    | several       | mm    | sms     | 300       | already_holds
    one      | a    | equal         | video | sms     | 95        |
    one      | a    | equal         | games | web     | 95        |
    one      | a    | equal         | games | sms     | 95        |
    one      | a    | none          | video | sms     | 95        | employee;already_holds
    one      | a    | none          | games | sms     | 120       | employee
    one      | a    | nothing       |       |         |           | no_better_tier
"""


def test_of_several_options_the_most_valuable_without_a_reason_is_chosen_and_without_any_all_reasons_stay(spark: SparkSession) -> None:
    found = allocate(with_reasons(frame(spark, MKT_CANDIDATE, OPTIONS)), frame(spark, ODS_CHANNEL, "channel | daily_capacity"))
    assert rows(found, "subscriber_id", "offer", "channel", "reasons", "rank") == [
        ("equal", "games", "sms", [], 2),
        ("none", "games", "sms", ["employee", "already_holds"], None),
        ("nothing", None, None, ["no_better_tier"], None),
        ("several", "games", "sms", [], 1),
    ]
