"""T4 消费, money: the bills of settled months. A month that is not settled has no bill yet, so its tags are null, not zero."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.checks import NOT_NULL, at_least, between, one_of
from expectations.tables.ods_bill import ODS_BILL
from features.family import Family
from features.reads import Rows
from features.shares import TRENDS, per_mille, trend

BILLING_TAGS = Family(name="billing", owner="billing", label="账单", reads={"bills": Rows(ODS_BILL)})

NO_BILL = "no settled bill in the window"
AMOUNT = (at_least(0),)
# A bill is steady within a fifth of the mean of the two before it, and within 5 yuan.
STEADY_PER_MILLE = 200
STEADY_FEN = 500
NO_FEE = "no settled bill, or the bill is zero"


@BILLING_TAGS.windowed(
    "sum", months=(1, 3, 6), single_months=(2, 3), unit="fen", label="账单金额", checks=AMOUNT, missing=None, null_means=NO_BILL
)
def bill_fen() -> Column:
    """Amount billed."""
    return F.col("bill_fen")


@BILLING_TAGS.windowed("max", months=(6,), type="bigint", unit="fen", label="最高账单金额", checks=AMOUNT, null_means=NO_BILL)
def highest_bill_fen() -> Column:
    """Highest monthly bill."""
    return F.col("bill_fen")


@BILLING_TAGS.windowed("count", months=(3, 6), unit="months", label="已出账月数", checks=(between(0, 6),))
def billed_months() -> Column:
    """Settled bills. If fewer than the window has months, the sums over it are low for that reason alone."""
    return F.lit(True)


@BILLING_TAGS.windowed("count", months=(3,), unit="months", label="流量溢出月数", checks=(between(0, 6),))
def overflow_months() -> Column:
    """Months with a data fee outside any package."""
    return F.col("data_fee_outside_fen") > 0


@BILLING_TAGS.windowed("count", months=(3,), unit="months", label="套餐用足月数", checks=(between(0, 3),))
def full_months() -> Column:
    """Months in which at least 80 % of the included data was used."""
    return (F.col("allowance_bytes") > 0) & (F.col("allowance_used_bytes") * 10 >= F.col("allowance_bytes") * 8)


@BILLING_TAGS.windowed("count", months=(3,), unit="months", label="套餐闲置月数", checks=(between(0, 3),))
def unused_months() -> Column:
    """Months in which less than 20 % of the included data was used."""
    return (F.col("allowance_bytes") > 0) & (F.col("allowance_used_bytes") * 10 < F.col("allowance_bytes") * 2)


@BILLING_TAGS.windowed("count", months=(6,), unit="months", label="欠费月数", checks=(between(0, 6),))
def debt_months() -> Column:
    """Months whose bill has a debt from earlier months."""
    return F.col("owed_fen") > 0


@BILLING_TAGS.windowed("sum", months=(1,), unit="fen", label="基础套餐费", checks=AMOUNT, missing=None, null_means=NO_BILL)
def plan_fee_fen() -> Column:
    """Fee of the base plan."""
    return F.col("plan_fee_fen")


@BILLING_TAGS.windowed("sum", months=(1,), unit="fen", label="流量套餐费", checks=AMOUNT, missing=None, null_means=NO_BILL)
def data_plan_fee_fen() -> Column:
    """Fees of data plans and packs."""
    return F.col("data_plan_fee_fen")


@BILLING_TAGS.windowed("sum", months=(1, 3), unit="fen", label="账单套餐外流量费", checks=AMOUNT, missing=None, null_means=NO_BILL)
def bill_data_fee_outside_fen() -> Column:
    """Data fee outside any package by the bill; data_fee_outside_fen is the sum of the daily ratings."""
    return F.col("data_fee_outside_fen")


@BILLING_TAGS.windowed("sum", months=(1,), unit="fen", label="套餐外语音费", checks=AMOUNT, missing=None, null_means=NO_BILL)
def voice_fee_fen() -> Column:
    """Voice fees outside the plan."""
    return F.col("voice_fee_fen")


@BILLING_TAGS.windowed("sum", months=(1,), unit="fen", label="套餐外短信费", checks=AMOUNT, missing=None, null_means=NO_BILL)
def sms_fee_fen() -> Column:
    """Message fees outside the plan."""
    return F.col("sms_fee_fen")


@BILLING_TAGS.windowed("sum", months=(1,), unit="fen", label="增值业务费", checks=AMOUNT, missing=None, null_means=NO_BILL)
def service_fee_fen() -> Column:
    """Fees of value-added services."""
    return F.col("service_fee_fen")


@BILLING_TAGS.windowed(
    "sum", months=(1,), unit="bytes", label="套餐内流量", checks=AMOUNT, missing=None, null_means=f"{NO_BILL}, or unlimited"
)
def allowance_bytes() -> Column:
    """Data included in plans and packs."""
    return F.col("allowance_bytes")


@BILLING_TAGS.windowed("sum", months=(1,), unit="bytes", label="套餐内已用流量", checks=AMOUNT, missing=None, null_means=NO_BILL)
def allowance_used_bytes() -> Column:
    """Data used from the included data of plans and packs."""
    return F.col("allowance_used_bytes")


@BILLING_TAGS.windowed("max", months=(1,), type="bigint", unit="fen", label="欠费金额", checks=AMOUNT, missing=None, null_means=NO_BILL)
def owed_fen() -> Column:
    """Owed from earlier months, by the bill."""
    return F.col("owed_fen")


@BILLING_TAGS.derived("bigint", unit="fen", label="近3个月月均账单", checks=AMOUNT, null_means=NO_BILL)
def mean_bill_fen_3m() -> Column:
    """Mean settled bill (ARPU) of the last three closed months, over the months with a bill."""
    return F.expr("CASE WHEN billed_months_3m > 0 THEN bill_fen_3m DIV billed_months_3m END")


@BILLING_TAGS.derived(
    "int", unit="per mille", label="上月套餐使用率", checks=AMOUNT, null_means="no settled bill, no data included, or unlimited"
)
def allowance_use_1m() -> Column:
    """Share of the included data that was used, last closed month."""
    return per_mille("allowance_used_bytes_1m", "allowance_bytes_1m")


@BILLING_TAGS.derived("int", unit="per mille", label="上月账单趋势", checks=AMOUNT, null_means="no settled bill")
def bill_trend_1m() -> Column:
    """Last month's bill compared with the mean of three months: 1000 is steady, more is rising."""
    return per_mille("bill_fen_1m", "mean_bill_fen_3m")


@BILLING_TAGS.derived("boolean", label="是否欠费", checks=(NOT_NULL,))
def is_in_debt() -> Column:
    """Whether the last settled bill has a debt; false without a bill."""
    return F.coalesce(F.col("owed_fen_1m") > 0, F.lit(False))


@BILLING_TAGS.derived("bigint", unit="fen", label="近6个月月均账单", checks=AMOUNT, null_means=NO_BILL)
def mean_bill_fen_6m() -> Column:
    """Mean settled bill (ARPU) of the last six closed months, over the months with a bill."""
    return F.expr("CASE WHEN billed_months_6m > 0 THEN bill_fen_6m DIV billed_months_6m END")


@BILLING_TAGS.derived("int", unit="per mille", label="近6个月账单峰值比", checks=AMOUNT, null_means=NO_FEE)
def bill_peak_6m() -> Column:
    """Highest bill of the last six closed months compared with their mean: 1000 is the same bill each month."""
    return per_mille("highest_bill_fen_6m", "mean_bill_fen_6m")


@BILLING_TAGS.derived(
    "string", label="近3个月账单走势", checks=(one_of(*TRENDS),), null_means="one of the last three months has no settled bill"
)
def bill_trend_3m() -> Column:
    """Last month's bill against the mean of the two before: rising or falling if more than a fifth and 5 yuan apart, else steady."""
    return trend(F.col("bill_fen_1m"), F.expr("(bill_fen_m2 + bill_fen_m3) DIV 2"), STEADY_PER_MILLE, STEADY_FEN)


@BILLING_TAGS.derived("int", unit="per mille", label="上月套餐外流量费占比", checks=AMOUNT, null_means=NO_FEE)
def outside_share_1m() -> Column:
    """Share of the data fee outside any package in the bill, last closed month."""
    return per_mille("bill_data_fee_outside_fen_1m", "bill_fen_1m")


@BILLING_TAGS.derived("int", unit="per mille", label="近3个月套餐外流量费占比", checks=AMOUNT, null_means=NO_FEE)
def outside_share_3m() -> Column:
    """Share of the data fee outside any package in the bills, last 3 closed months."""
    return per_mille("bill_data_fee_outside_fen_3m", "bill_fen_3m")


@BILLING_TAGS.derived("int", unit="per mille", label="上月语音费占比", checks=AMOUNT, null_means=NO_FEE)
def voice_fee_share_1m() -> Column:
    """Share of voice fees outside the plan in the bill, last closed month."""
    return per_mille("voice_fee_fen_1m", "bill_fen_1m")


@BILLING_TAGS.derived("int", unit="per mille", label="上月增值业务费占比", checks=AMOUNT, null_means=NO_FEE)
def service_fee_share_1m() -> Column:
    """Share of fees of value-added services in the bill, last closed month."""
    return per_mille("service_fee_fen_1m", "bill_fen_1m")
