"""T10 价值: what a subscriber contributes: the bill, less the cost to serve and the resources given, by closed month.

The cost model. Every figure is in fen and is a marginal cost, without the fixed cost of the network and of shops:

- network: DATA_FEN_PER_GB, VOICE_FEN_PER_MINUTE and SMS_FEN, over the month's cellular data, calls and messages; WLAN is free;
- service: SERVICE_FEN for each contact with the hotline (S6), by its kind; the work orders of a complaint are counted one by one;
- marketing: each contact that a channel delivered, at the channel's cost in the catalogue (S11); contacts that other departments made (S16)
  are paid by them;
- resources: each gift that came with an offer that was taken, at its unit cost in the catalogue (S11).
"""

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.checks import at_least, between, one_of
from expectations.tables.dwd_contact_cost import DWD_CONTACT_COST
from expectations.tables.ods_service_event import ODS_SERVICE_EVENT
from features.billing import BILLING_TAGS
from features.family import Family
from features.reads import Rows, TagsOf
from features.shares import MOST_PER_MILLE, TRENDS, trend
from features.tag import Tags
from features.usage import USAGE_TAGS

DATA_FEN_PER_GB = 2_000
VOICE_FEN_PER_MINUTE = 3
SMS_FEN = 1
SERVICE_FEN = {"ivr": 20, "consultation": 400, "complaint": 2_000, "work_order": 1_000, "reply": 5}
GB = 2**30

# A mean monthly contribution of at least so much makes a customer high value or middle.
HIGH_FEN = 8_000
MIDDLE_FEN = 3_000
VALUE_CLASSES = ("high_value", "middle", "ordinary")
# A month is steady within a fifth of the mean of the months before it, and within so many fen, so that small bills do not count.
STEADY_PER_MILLE = 200
STEADY_FEN = 500

VALUE_TAGS = Family(
    name="value",
    owner="customer-value",
    label="价值",
    reads={
        "service": Rows(ODS_SERVICE_EVENT),
        "costs": Rows(DWD_CONTACT_COST, on_change=True),
        "billing": TagsOf(BILLING_TAGS),
        "usage": TagsOf(USAGE_TAGS),
    },
)

COST = (at_least(0),)
NO_MONTH = "no settled bill, or a day of use or service is missing"
NO_MONTHS = f"{NO_MONTH}, in all of the last three closed months"
NO_USE = "the month ended before network entry, or a day of use is missing"


@VALUE_TAGS.windowed("sum", of="service", months=(1,), single_months=(2, 3), unit="fen", label="服务成本", checks=COST)
def service_cost_fen() -> Column:
    """Cost of the subscriber's contacts with the hotline, by the figures of features/value.py."""
    return F.coalesce(*(F.when(F.col("kind") == kind, F.lit(fen)) for kind, fen in SERVICE_FEN.items()), F.lit(0))


@VALUE_TAGS.windowed("sum", of="costs", months=(1,), single_months=(2, 3), unit="fen", label="营销接触成本", checks=COST)
def contact_cost_fen() -> Column:
    """Cost of the contacts that channels delivered."""
    return F.col("contact_cost_fen")


@VALUE_TAGS.windowed("sum", of="costs", months=(1,), single_months=(2, 3), unit="fen", label="赠送资源成本", checks=COST)
def gift_cost_fen() -> Column:
    """Cost of the resources given with offers that were taken."""
    return F.col("gift_cost_fen")


@VALUE_TAGS.windowed("sum", of="costs", days=(30,), unit="contacts", label="营销接触次数", checks=COST)
def contacts_delivered() -> Column:
    """Contacts of our scenarios that channels delivered."""
    return F.col("contacts")


@VALUE_TAGS.windowed("sum", of="costs", months=(3,), unit="gifts", label="赠送资源次数", checks=COST)
def gifts_given() -> Column:
    """Resources given with offers that were taken."""
    return F.col("gifts")


def _network(data_bytes: Column, voice_s: Column, sms_count: Column) -> Column:
    data = F.call_function("div", data_bytes * DATA_FEN_PER_GB, F.lit(GB))
    voice = F.call_function("div", voice_s * VOICE_FEN_PER_MINUTE, F.lit(60))
    return data + voice + sms_count * SMS_FEN


@VALUE_TAGS.derived("bigint", unit="fen", label="上月网络成本", checks=COST, null_means=NO_USE)
def network_cost_fen_1m(usage: Tags) -> Column:
    """Marginal cost of data, calls and messages, last closed month."""
    return _network(usage.data_bytes_1m, usage.voice_s_1m, usage.sms_count_1m)


@VALUE_TAGS.derived("bigint", unit="fen", label="前第2月网络成本", checks=COST, null_means=NO_USE)
def network_cost_fen_m2(usage: Tags) -> Column:
    """Marginal cost of data, calls and messages, closed month 2 months back."""
    return _network(usage.data_bytes_m2, usage.voice_s_m2, usage.sms_count_m2)


@VALUE_TAGS.derived("bigint", unit="fen", label="前第3月网络成本", checks=COST, null_means=NO_USE)
def network_cost_fen_m3(usage: Tags) -> Column:
    """Marginal cost of data, calls and messages, closed month 3 months back."""
    return _network(usage.data_bytes_m3, usage.voice_s_m3, usage.sms_count_m3)


def _cost(month: str) -> Column:
    return F.expr(" + ".join(f"{kind}_cost_fen_{month}" for kind in ("network", "service", "contact", "gift")))


@VALUE_TAGS.derived("bigint", unit="fen", label="上月贡献", null_means=NO_MONTH)
def contribution_fen_1m(billing: Tags) -> Column:
    """Settled bill less network, service, contact and gift cost, last closed month; negative if serving costs more."""
    return billing.bill_fen_1m - _cost("1m")


@VALUE_TAGS.derived("bigint", unit="fen", label="前第2月贡献", null_means=NO_MONTH)
def contribution_fen_m2(billing: Tags) -> Column:
    """Settled bill less network, service, contact and gift cost, closed month 2 months back."""
    return billing.bill_fen_m2 - _cost("m2")


@VALUE_TAGS.derived("bigint", unit="fen", label="前第3月贡献", null_means=NO_MONTH)
def contribution_fen_m3(billing: Tags) -> Column:
    """Settled bill less network, service, contact and gift cost, closed month 3 months back."""
    return billing.bill_fen_m3 - _cost("m3")


_MONTHS = ("1m", "m2", "m3")
_KNOWN = " + ".join(f"int(contribution_fen_{month} IS NOT NULL)" for month in _MONTHS)
_SUM = " + ".join(f"coalesce(contribution_fen_{month}, 0L)" for month in _MONTHS)


@VALUE_TAGS.derived("bigint", unit="fen", label="近3个月月均贡献", null_means=NO_MONTHS)
def mean_contribution_fen_3m() -> Column:
    """Mean contribution of the last three closed months, over those that are known."""
    return F.expr(f"CASE WHEN {_KNOWN} > 0 THEN ({_SUM}) DIV ({_KNOWN}) END")


@VALUE_TAGS.derived("int", unit="months", label="近3个月负贡献月数", checks=(between(0, 3),), null_means=NO_MONTHS)
def negative_months_3m() -> Column:
    """How many of the last three closed months had a contribution below zero."""
    negative = " + ".join(f"int(coalesce(contribution_fen_{month} < 0, false))" for month in _MONTHS)
    return F.expr(f"CASE WHEN {_KNOWN} > 0 THEN {negative} END")


@VALUE_TAGS.derived("int", unit="per mille", label="上月贡献率", null_means=f"{NO_MONTH}, or the bill is zero")
def margin_1m(billing: Tags) -> Column:
    """Contribution in thousandths of the settled bill, last closed month; at least minus a thousand times the bill."""
    share = F.call_function("div", F.try_multiply(F.col("contribution_fen_1m"), F.lit(1000)), billing.bill_fen_1m)
    # Not `greatest`, which ignores a null.
    return F.when(billing.bill_fen_1m > 0, F.when(share < -MOST_PER_MILLE, -MOST_PER_MILLE).otherwise(share))


@VALUE_TAGS.derived(
    "string",
    label="贡献趋势",
    checks=(one_of(*TRENDS),),
    null_means="last month's contribution is not known, or neither of the two before it",
)
def contribution_trend() -> Column:
    """Last month's contribution against the mean of the two before: rising or falling if a fifth and 5 yuan apart, else steady."""
    before = "coalesce((contribution_fen_m2 + contribution_fen_m3) DIV 2, contribution_fen_m2, contribution_fen_m3)"
    return trend(F.col("contribution_fen_1m"), F.expr(before), STEADY_PER_MILLE, STEADY_FEN)


@VALUE_TAGS.derived("boolean", label="是否负价值客户", null_means=NO_MONTHS)
def is_negative_value() -> Column:
    """Whether the mean contribution of the last three closed months is below zero; such customers get no other promotions (P6)."""
    return F.col("mean_contribution_fen_3m") < 0


@VALUE_TAGS.derived("string", label="价值类别", checks=(one_of(*VALUE_CLASSES),), null_means=f"{NO_MONTHS}, and BOSS has no class")
def value_class() -> Column:
    """high_value 高价值 from a mean contribution of 80 yuan, middle 中端 from 30, else ordinary 普通; without a bill BOSS's own class."""
    mean = F.col("mean_contribution_fen_3m")
    by_mean = F.when(mean >= HIGH_FEN, "high_value").when(mean >= MIDDLE_FEN, "middle").when(mean.isNotNull(), "ordinary")
    return F.coalesce(by_mean, F.col("customer_class"))
