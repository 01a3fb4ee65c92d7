"""T4 消费, money: the bills of settled months. A month that is not settled has no bill yet, so its tags are null, not zero."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.checks import NOT_NULL, at_least, between
from expectations.tables.ods_bill import ODS_BILL
from features.family import Family
from features.reads import Rows
from features.shares import per_mille

BILLING_TAGS = Family(name="billing", owner="billing", label="账单", reads={"bills": Rows(ODS_BILL)})

NO_BILL = "no settled bill in the window"
AMOUNT = (at_least(0),)


@BILLING_TAGS.windowed(
    "sum", months=(1, 3, 6), single_months=(2, 3), unit="fen", label="账单金额", checks=AMOUNT, missing=None, null_means=NO_BILL
)
def bill_fen() -> Column:
    """Amount billed."""
    return F.col("bill_fen")


@BILLING_TAGS.windowed("count", months=(3,), unit="months", label="已出账月数", checks=(between(0, 3),))
def billed_months() -> Column:
    """Settled bills. If fewer than three, bill_fen_3m is low for that reason alone."""
    return F.lit(True)


@BILLING_TAGS.windowed("sum", months=(1,), unit="fen", label="基础套餐费", checks=AMOUNT, missing=None, null_means=NO_BILL)
def plan_fee_fen() -> Column:
    """Fee of the base plan."""
    return F.col("plan_fee_fen")


@BILLING_TAGS.windowed("sum", months=(1, 3), unit="fen", label="流量套餐费", checks=AMOUNT, missing=None, null_means=NO_BILL)
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
