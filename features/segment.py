"""Strategic segments 战略分群 SS1..SS9: every live subscriber is in exactly one, by rules of which the first that holds counts.

A segment is assigned once a month, on the first night from the 6th on, when the bills of the last month are settled. It holds until the
next month. It is also assigned on a subscriber's first night, and when the rules have a new version. Raise VERSION when a rule changes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.checks import at_least, one_of
from features.billing import BILLING_TAGS
from features.family import Family
from features.lifecycle import LIFECYCLE_TAGS
from features.reads import TagsOf, Yesterday
from features.service import SERVICE_TAGS
from features.tag import Tags
from features.usage import USAGE_TAGS
from features.value import VALUE_TAGS

VERSION = 1
# The month of a segment begins when the last month is settled.
SETTLED_AFTER_DAYS = 5

HIGH, MIDDLE = "high_value", "middle"
# Two fifths of the calls with other operators' customers: most of the circle is elsewhere.
OUTFLOW_PER_MILLE = 400
# Roaming and long distance together.
BUSINESS_PER_MILLE = 200
HEAVY_DATA_BYTES = 2**30
DORMANT_DAYS = 5
COMFORTABLE_FEN = 2_000

SEGMENT_TAGS = Family(
    name="segment",
    owner="customer-value",
    label="战略分群",
    reads={
        "value": TagsOf(VALUE_TAGS),
        "usage": TagsOf(USAGE_TAGS),
        "billing": TagsOf(BILLING_TAGS),
        "lifecycle": TagsOf(LIFECYCLE_TAGS),
        "service": TagsOf(SERVICE_TAGS),
        "yesterday": Yesterday(nights=40),
    },
)


@dataclass(frozen=True)
class Inputs:
    """What the rules look at. A figure that is unknown speaks for no rule."""

    value: Tags
    usage: Tags
    billing: Tags
    lifecycle: Tags
    service: Tags


@dataclass(frozen=True)
class Segment:
    """A segment: code, Chinese name, rule in words, how to treat its members, and the rule."""

    code: str
    label: str
    words: str
    treatment: str
    holds: Callable[[Inputs], Column]


def _is(of: Inputs, *classes: str) -> Column:
    return of.value.value_class.isin(*classes)


def _at_risk(of: Inputs) -> Column:
    return (
        (of.lifecycle.steady_stage == "declining")
        | (of.value.contribution_trend == "falling")
        | of.service.has_open_complaint
        | (of.usage.days_since_use > DORMANT_DAYS)
    )


def _away(of: Inputs) -> Column:
    shares = (of.usage.roaming_share_3m, of.usage.long_share_3m)
    return F.coalesce(shares[0], F.lit(0)) + F.coalesce(shares[1], F.lit(0)) >= BUSINESS_PER_MILLE


def _dormant(of: Inputs) -> Column:
    return of.usage.active_days_30d <= DORMANT_DAYS


# In order: the first rule that holds counts.
SEGMENTS = (
    Segment(
        "ss6_high_at_risk",
        "高值高危",
        f"High value, and declining, with a falling contribution, an open complaint, or no use for more than {DORMANT_DAYS} days.",
        "Keep: solve the complaint first, then a call by the account manager. No promotion before.",
        lambda of: _is(of, HIGH) & _at_risk(of),
    ),
    Segment(
        "ss7_high_outflow",
        "高值外流",
        f"High value, and at least {OUTFLOW_PER_MILLE} per mille of the call time is with other operators' customers.",
        "Win back: family and group numbers, off-net minutes.",
        lambda of: _is(of, HIGH) & (of.usage.off_net_share_3m >= OUTFLOW_PER_MILLE),
    ),
    Segment(
        "ss1_high_business",
        "高值商务",
        f"High value, and at least {BUSINESS_PER_MILLE} per mille of the call time is roaming or long distance.",
        "Serve: roaming and long distance packages, fast help, few messages.",
        lambda of: _is(of, HIGH) & _away(of),
    ),
    Segment(
        "ss2_high_fashion",
        "高值时尚",
        "High value, and none of the above: mostly data.",
        "Delight: larger data plans, new handsets, content first.",
        lambda of: _is(of, HIGH),
    ),
    Segment(
        "ss5_low_dormant",
        "低值休眠",
        f"Use on at most {DORMANT_DAYS} of the last 30 days.",
        "Wake: a small free trial by short message; nothing that costs a call.",
        _dormant,
    ),
    Segment(
        "ss3_middle_practical",
        "中值实用",
        "Middle value.",
        "Fit: the plan that costs least for what they use.",
        lambda of: _is(of, MIDDLE),
    ),
    Segment(
        "ss9_thrifty",
        "传统节俭",
        "Low value, and no data in 90 days.",
        "Leave in peace: calls and messages only, no data offers without a query.",
        lambda of: of.usage.data_days_90d == 0,
    ),
    Segment(
        "ss8_local_comfortable",
        "本地小康",
        f"Low value, and a mean bill of at least {COMFORTABLE_FEN} fen.",
        "Lift: small data plans and family products.",
        lambda of: of.billing.mean_bill_fen_3m >= COMFORTABLE_FEN,
    ),
    Segment(
        "ss4_local_basic",
        "本地温饱",
        "Everybody else.",
        "Keep cheap: passive channels.",
        lambda of: F.lit(True),
    ),
)
CODES = tuple(segment.code for segment in SEGMENTS)
# What describes a segment 客户特征刻画: figures of the customer record. The check by k-means clusters by the same ones.
FIGURES = (
    "mean_bill_fen_3m",
    "mean_contribution_fen_3m",
    "data_bytes_30d",
    "voice_s_30d",
    "sms_count_30d",
    "off_net_share_3m",
    "roaming_share_3m",
    "long_share_3m",
    "active_days_30d",
    "tenure_days",
    "age_years",
    "complaints_90d",
    "is_smartphone",
    "holds_data_plan",
)
LEFT = "the subscriber has left, or a family that it needs was not made"


@SEGMENT_TAGS.derived("date", label="分群月份", null_means=LEFT)
def segment_month(on: Column, lifecycle: Tags) -> Column:
    """Month that tonight's segments are for; a new one begins on the 6th."""
    return F.when(lifecycle.is_live, F.trunc(F.date_sub(on, SETTLED_AFTER_DAYS), "month"))


@SEGMENT_TAGS.derived("int", unit="version", label="分群规则版本", null_means=LEFT)
def segment_rules() -> Column:
    """Version of the rules that assigned the segment."""
    return F.when(F.col("segment_month").isNotNull(), F.lit(VERSION))


@SEGMENT_TAGS.derived("string", label="当前分群编号", checks=(one_of(*CODES),), null_means=LEFT)
def segment(value: Tags, usage: Tags, billing: Tags, lifecycle: Tags, service: Tags, yesterday: Tags) -> Column:
    """Strategic segment: the first rule that holds, assigned once a month."""
    of = Inputs(value, usage, billing, lifecycle, service)
    assigned = F.coalesce(*(F.when(rule.holds(of), F.lit(rule.code)) for rule in SEGMENTS))
    is_same = (yesterday.segment_month == F.col("segment_month")) & (yesterday.segment_rules == VERSION)
    kept = F.when(is_same, yesterday.segment)
    return F.when(F.col("segment_month").isNotNull(), F.coalesce(kept, assigned))


@SEGMENT_TAGS.derived("string", label="上次分群编号", checks=(one_of(*CODES),), null_means="no other month is known")
def previous_segment(yesterday: Tags) -> Column:
    """Segment of the month before, or of the rules before."""
    is_new = (yesterday.segment_month != F.col("segment_month")) | (yesterday.segment_rules != VERSION)
    return F.when(is_new, yesterday.segment).otherwise(yesterday.previous_segment)


@SEGMENT_TAGS.derived("date", label="进入分群月份", null_means=LEFT)
def segment_since(yesterday: Tags) -> Column:
    """Month since which the subscriber is in the present segment without a break."""
    since = F.when(yesterday.segment == F.col("segment"), yesterday.segment_since)
    return F.when(F.col("segment").isNotNull(), F.coalesce(since, F.col("segment_month")))


@SEGMENT_TAGS.derived("int", unit="months", label="分群持续月数", checks=(at_least(0),), null_means=LEFT)
def months_in_segment() -> Column:
    """Whole months since segment_since; a subscriber who moves often is hard to treat by segment."""
    return F.months_between(F.col("segment_month"), F.col("segment_since")).cast("int")
