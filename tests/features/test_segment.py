"""Strategic segments: the first rule that holds, once a month, with the segment before."""

from datetime import date
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.reads import TagsOf
from features.segment import SEGMENT_TAGS, SEGMENTS
from tests.frames import by_role, frame

D = date(2026, 3, 10)
USUAL: dict[str, str] = {
    "value.value_class": "ordinary",
    "value.contribution_trend": "steady",
    "usage.off_net_share_3m": "100",
    "usage.roaming_share_3m": "0",
    "usage.long_share_3m": "50",
    "usage.active_days_30d": "30",
    "usage.data_days_90d": "40",
    "usage.days_since_use": "0",
    "billing.mean_bill_fen_3m": "1500",
    "lifecycle.is_live": "true",
    "lifecycle.steady_stage": "mature",
    "service.has_open_complaint": "false",
}
WHO: dict[str, dict[str, str]] = {
    "basic": {},
    "gone": {"lifecycle.is_live": "false"},
    "risky": {"value.value_class": "high_value", "value.contribution_trend": "falling"},
    "complains": {"value.value_class": "high_value", "service.has_open_complaint": "true", "usage.off_net_share_3m": "900"},
    "silent": {"value.value_class": "high_value", "usage.days_since_use": "6"},
    "elsewhere": {"value.value_class": "high_value", "usage.off_net_share_3m": "400"},
    "travels": {"value.value_class": "high_value", "usage.roaming_share_3m": "150", "usage.off_net_share_3m": "399"},
    "surfs": {"value.value_class": "high_value", "usage.roaming_share_3m": "149"},
    "sleeps": {"value.value_class": "middle", "usage.active_days_30d": "5"},
    "practical": {"value.value_class": "middle"},
    "thrifty": {"usage.data_days_90d": "0", "billing.mean_bill_fen_3m": "9000"},
    "comfortable": {"billing.mean_bill_fen_3m": "2000"},
    "unknown": {name: "" for name in USUAL if name != "lifecycle.is_live"},
}
EXPECTED = {
    "basic": "ss4_local_basic",
    "gone": None,
    "risky": "ss6_high_at_risk",
    "complains": "ss6_high_at_risk",
    "silent": "ss6_high_at_risk",
    "elsewhere": "ss7_high_outflow",
    "travels": "ss1_high_business",
    "surfs": "ss2_high_fashion",
    "sleeps": "ss5_low_dormant",
    "practical": "ss3_middle_practical",
    "thrifty": "ss9_thrifty",
    "comfortable": "ss8_local_comfortable",
    "unknown": "ss4_local_basic",
}


def frames(spark: SparkSession, who: dict[str, dict[str, str]]) -> dict[str, DataFrame]:
    """The families that the rules read."""
    made = {}
    for name, read in SEGMENT_TAGS.reads.items():
        if isinstance(read, TagsOf):
            own = [column for column in USUAL if column.startswith(f"{name}.")]
            lines = [" | ".join(["subscriber_id", *(column.split(".")[1] for column in own)])]
            lines += [" | ".join([role, *((USUAL | given)[column] for column in own)]) for role, given in who.items()]
            made[name] = frame(spark, read.family.table, "\n".join(lines))
    return made


def segments(spark: SparkSession, on: date, who: dict[str, dict[str, str]], yesterday: DataFrame | None = None) -> Any:
    spine = "\n".join(["subscriber_id | entry_date", *(f"{role} | 2020-01-01" for role in who)])
    found = SEGMENT_TAGS.compute(on, frame(spark, DWD_SUBSCRIBER, spine), yesterday=yesterday, **frames(spark, who))
    return SEGMENT_TAGS.table.conform(found)


def test_the_first_rule_that_holds_gives_the_segment_and_everybody_live_has_one(spark: SparkSession) -> None:
    assert by_role(segments(spark, D, WHO), "segment") == EXPECTED
    assert {code for code in EXPECTED.values() if code} == {segment.code for segment in SEGMENTS}, "every segment is tried"


@pytest.mark.parametrize(
    ("on", "segment", "previous", "since", "months"),
    [
        (date(2026, 3, 5), "ss2_high_fashion", "ss3_middle_practical", date(2026, 1, 1), 1),
        (date(2026, 3, 6), "ss4_local_basic", "ss2_high_fashion", date(2026, 3, 1), 0),
    ],
)
def test_a_segment_holds_for_its_month_and_the_next_month_keeps_the_one_before(
    spark: SparkSession, on: date, segment: str, previous: str, since: date, months: int
) -> None:
    before = frame(
        spark,
        SEGMENT_TAGS.table,
        """
        subscriber_id | segment_month | segment_rules | segment          | previous_segment     | segment_since
        basic         | 2026-02-01    | 1             | ss2_high_fashion | ss3_middle_practical | 2026-01-01
        """,
    )
    found = segments(spark, on, {"basic": {}}, before)
    names = ("segment", "previous_segment", "segment_since", "months_in_segment")
    assert by_role(found, *names) == {"basic": (segment, previous, since, months)}


def test_new_rules_assign_again_within_the_month(spark: SparkSession) -> None:
    before = frame(
        spark,
        SEGMENT_TAGS.table,
        "subscriber_id | segment_month | segment_rules | segment\nbasic | 2026-03-01 | 0 | ss2_high_fashion",
    )
    found = segments(spark, D, {"basic": {}}, before)
    assert by_role(found, "segment", "previous_segment") == {"basic": ("ss4_local_basic", "ss2_high_fashion")}
