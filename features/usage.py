"""T4 消费, usage: voice, messages and data over days and closed months."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.checks import at_least, between, one_of
from expectations.tables.ods_usage import ODS_USAGE
from features.family import Family
from features.reads import Rows
from features.shares import TRENDS, per_mille, trend

USAGE_TAGS = Family(name="usage", owner="customer-value", label="业务使用", reads={"usage": Rows(ODS_USAGE, keeps_sums=True)})

SHARE = (between(0, 1000),)
AMOUNT = (at_least(0),)
# A month is steady within a fifth of the two months before it.
STEADY_PER_MILLE = 200
NO_MONTH = "a month ended before network entry, or a day of one has not arrived"


@USAGE_TAGS.windowed("sum", days=(7, 30, 90), months=(1, 3, 6), single_months=(0, 2, 3), unit="bytes", label="上网流量", checks=AMOUNT)
def data_bytes() -> Column:
    """Cellular data volume. A day without a record is zero."""
    return F.col("data_bytes")


@USAGE_TAGS.windowed("sum", days=(30,), months=(1, 3), single_months=(2, 3), unit="bytes", label="闲时流量", checks=AMOUNT)
def idle_bytes() -> Column:
    """Data volume used in idle hours (23:00 to 07:00), part of data_bytes."""
    return F.col("idle_bytes")


@USAGE_TAGS.windowed("sum", days=(7, 30), unit="fen", label="套餐外流量费", checks=AMOUNT)
def data_fee_outside_fen() -> Column:
    """Data fee outside any package by the daily ratings; the settled bill may differ (bill_data_fee_outside_fen)."""
    return F.col("data_fee_outside_fen")


@USAGE_TAGS.windowed("sum", days=(30,), is_tag=False)
def bytes_3g() -> Column:
    """Data volume over 3G (TD-SCDMA)."""
    return F.col("bytes_3g")


@USAGE_TAGS.windowed("sum", days=(30,), is_tag=False)
def weekend_bytes() -> Column:
    """Cellular data volume on Saturdays and Sundays, part of data_bytes."""
    return F.when(F.weekday("day") >= 5, F.col("data_bytes"))


@USAGE_TAGS.windowed("sum", days=(30,), unit="bytes", label="4G流量", checks=AMOUNT)
def bytes_4g() -> Column:
    """Data volume over 4G."""
    return F.col("bytes_4g")


@USAGE_TAGS.windowed("sum", days=(30,), months=(3,), unit="bytes", label="WLAN流量", checks=AMOUNT)
def wlan_bytes() -> Column:
    """Data volume over WLAN, not part of data_bytes."""
    return F.col("bytes_wlan")


@USAGE_TAGS.windowed("active_days", days=(7, 30, 90), unit="days", label="上网天数", checks=AMOUNT)
def data_days() -> Column:
    """Days with cellular data."""
    return F.col("data_bytes") > 0


@USAGE_TAGS.windowed("active_days", days=(30, 90), unit="days", label="活跃天数", checks=AMOUNT)
def active_days() -> Column:
    """Days with any use."""
    return F.lit(True)


@USAGE_TAGS.windowed("active_days", days=(30,), unit="days", label="闲时上网天数", checks=AMOUNT)
def idle_days() -> Column:
    """Days with data in idle hours."""
    return F.col("idle_bytes") > 0


@USAGE_TAGS.windowed("max", days=(30,), type="date", is_tag=False)
def last_data_day() -> Column:
    """Newest day with cellular data."""
    return F.when(F.col("data_bytes") > 0, F.col("day"))


@USAGE_TAGS.windowed("max", days=(30,), type="date", is_tag=False)
def last_active_day() -> Column:
    """Newest day with any use."""
    return F.col("day")


@USAGE_TAGS.windowed("max", days=(30,), type="bigint", unit="bytes", label="单日最高流量", checks=AMOUNT, null_means="no use in the window")
def peak_day_bytes() -> Column:
    """Cellular data volume of the day with most."""
    return F.col("data_bytes")


@USAGE_TAGS.windowed("sum", days=(7, 30, 90), months=(1, 3, 6), single_months=(2, 3), unit="seconds", label="通话时长", checks=AMOUNT)
def voice_s() -> Column:
    """Call duration: local, roaming and long distance together."""
    return F.col("voice_local_s") + F.col("voice_roaming_s") + F.col("voice_long_s")


@USAGE_TAGS.windowed("sum", days=(30,), months=(3,), unit="seconds", label="漫游通话时长", checks=AMOUNT)
def voice_roaming_s() -> Column:
    """Call duration while roaming."""
    return F.col("voice_roaming_s")


@USAGE_TAGS.windowed("sum", days=(30,), months=(3,), unit="seconds", label="长途通话时长", checks=AMOUNT)
def voice_long_s() -> Column:
    """Duration of long distance calls."""
    return F.col("voice_long_s")


@USAGE_TAGS.windowed("sum", days=(30,), months=(3,), unit="seconds", label="网间通话时长", checks=AMOUNT)
def voice_off_net_s() -> Column:
    """Duration of calls with other operators' customers, part of voice_s."""
    return F.col("voice_off_net_s")


@USAGE_TAGS.windowed("sum", days=(30,), months=(1,), single_months=(2, 3), unit="messages", label="短信条数", checks=AMOUNT)
def sms_count() -> Column:
    """Messages sent."""
    return F.col("sms_count")


@USAGE_TAGS.derived("int", unit="per mille", label="近30天闲时流量占比", checks=SHARE, null_means="no data used")
def idle_share_30d() -> Column:
    """Share of data used in idle hours, last 30 days."""
    return per_mille("idle_bytes_30d", "data_bytes_30d")


@USAGE_TAGS.derived("int", unit="per mille", label="上月闲时流量占比", checks=SHARE, null_means="no data used")
def idle_share_1m() -> Column:
    """Share of data used in idle hours, last closed month."""
    return per_mille("idle_bytes_1m", "data_bytes_1m")


@USAGE_TAGS.derived("int", unit="per mille", label="近30天4G流量占比", checks=SHARE, null_means="no data used")
def share_4g_30d() -> Column:
    """Share of cellular data used over 4G, last 30 days."""
    return per_mille("bytes_4g_30d", "data_bytes_30d")


@USAGE_TAGS.derived("int", unit="per mille", label="近30天WLAN分流比", checks=SHARE, null_means="no data used, WLAN or cellular")
def wlan_offload_30d() -> Column:
    """Share of WLAN in all data, last 30 days."""
    return per_mille("wlan_bytes_30d", "wlan_bytes_30d + data_bytes_30d")


@USAGE_TAGS.derived("int", unit="per mille", label="近30天外流占比", checks=(SHARE[0].as_warning,), null_means="no calls")
def off_net_share_30d() -> Column:
    """Share of call duration with other operators' customers, last 30 days."""
    return per_mille("voice_off_net_s_30d", "voice_s_30d")


@USAGE_TAGS.derived("int", unit="per mille", label="近30天漫游占比", checks=SHARE, null_means="no calls")
def roaming_share_30d() -> Column:
    """Share of call duration while roaming, last 30 days."""
    return per_mille("voice_roaming_s_30d", "voice_s_30d")


@USAGE_TAGS.derived("int", unit="per mille", label="近30天长途占比", checks=SHARE, null_means="no calls")
def long_share_30d() -> Column:
    """Share of call duration on long distance calls, last 30 days."""
    return per_mille("voice_long_s_30d", "voice_s_30d")


@USAGE_TAGS.derived("int", unit="per mille", label="近7天流量趋势", checks=AMOUNT, null_means="no data used in 30 days")
def data_trend_7d() -> Column:
    """Data per day in the last 7 days compared with the last 30: 1000 is steady, more is rising."""
    return per_mille("data_bytes_7d * 30", "data_bytes_30d * 7")


@USAGE_TAGS.derived("int", unit="per mille", label="近30天周末流量占比", checks=SHARE, null_means="no data used")
def weekend_share_30d() -> Column:
    """Share of data used on Saturdays and Sundays, last 30 days; a steady user is near 286."""
    return per_mille("weekend_bytes_30d", "data_bytes_30d")


@USAGE_TAGS.derived("int", unit="per mille", label="近30天3G分流比", checks=SHARE, null_means="no data over 2G or 3G")
def offload_3g_30d() -> Column:
    """Share of 3G in the data over 2G and 3G, last 30 days (分流比): a TD handset that stays on 2G has a low one (C09)."""
    return per_mille("bytes_3g_30d", "data_bytes_30d - bytes_4g_30d")


@USAGE_TAGS.derived("int", unit="per mille", label="近3个月WLAN分流比", checks=SHARE, null_means="no data used, WLAN or cellular")
def wlan_offload_3m() -> Column:
    """Share of WLAN in all data, last 3 closed months."""
    return per_mille("wlan_bytes_3m", "wlan_bytes_3m + data_bytes_3m")


@USAGE_TAGS.derived("int", unit="per mille", label="近3个月外流占比", checks=(SHARE[0].as_warning,), null_means="no calls")
def off_net_share_3m() -> Column:
    """Share of call duration with other operators' customers, last 3 closed months."""
    return per_mille("voice_off_net_s_3m", "voice_s_3m")


@USAGE_TAGS.derived("int", unit="per mille", label="近3个月漫游占比", checks=SHARE, null_means="no calls")
def roaming_share_3m() -> Column:
    """Share of call duration while roaming, last 3 closed months."""
    return per_mille("voice_roaming_s_3m", "voice_s_3m")


@USAGE_TAGS.derived("int", unit="per mille", label="近3个月长途占比", checks=SHARE, null_means="no calls")
def long_share_3m() -> Column:
    """Share of call duration on long distance calls, last 3 closed months."""
    return per_mille("voice_long_s_3m", "voice_s_3m")


@USAGE_TAGS.derived("int", unit="per mille", label="近3个月本地占比", checks=SHARE, null_means="no calls")
def local_share_3m() -> Column:
    """Share of call duration on local calls, last 3 closed months."""
    return per_mille("voice_s_3m - voice_roaming_s_3m - voice_long_s_3m", "voice_s_3m")


def _per_active_month(quantity: str) -> Column:
    # Months before network entry do not count, even if the extract has rows of them.
    months = [f"{quantity}_{month}" for month in ("1m", "m2", "m3")]
    active = " + ".join(f"int(coalesce({month} > 0, false))" for month in months)
    return F.expr(f"CASE WHEN {active} > 0 THEN ({' + '.join(f'coalesce({month}, 0L)' for month in months)}) DIV ({active}) END")


@USAGE_TAGS.derived("bigint", unit="bytes", label="近3个月月均流量", checks=AMOUNT, null_means=f"no month with data; {NO_MONTH}")
def mean_data_bytes_3m() -> Column:
    """Mean data volume (DOU) of those of the last 3 closed months that have any."""
    return _per_active_month("data_bytes")


@USAGE_TAGS.derived("bigint", unit="seconds", label="近3个月月均通话时长", checks=AMOUNT, null_means=f"no month with calls; {NO_MONTH}")
def mean_voice_s_3m() -> Column:
    """Mean call duration (MOU) of those of the last 3 closed months that have any."""
    return _per_active_month("voice_s")


def _a_month(quantity: str, on: Column) -> Column:
    """Return the mean of the last 6 closed months, of those since the month of network entry. A month without use counts."""
    since_entry = F.months_between(F.trunc(on, "month"), F.trunc("entry_date", "month")).cast("int")
    return F.call_function("div", F.col(f"{quantity}_6m"), F.nullif(F.least(F.lit(6), since_entry), F.lit(0)))


@USAGE_TAGS.derived("bigint", unit="bytes", label="近6个月月均流量", checks=AMOUNT, null_means=NO_MONTH)
def mean_data_bytes_6m(on: Column) -> Column:
    """Mean data volume (DOU) of the last 6 closed months, of those since network entry; months without data count."""
    return _a_month("data_bytes", on)


@USAGE_TAGS.derived("bigint", unit="seconds", label="近6个月月均通话时长", checks=AMOUNT, null_means=NO_MONTH)
def mean_voice_s_6m(on: Column) -> Column:
    """Mean call duration (MOU) of the last 6 closed months, of those since network entry; months without calls count."""
    return _a_month("voice_s", on)


def _a_day(quantity: Column, on: Column, first: int, last: int) -> Column:
    """Return a quantity of the closed months from `first` to `last` months back, in thousandths a day: February is shorter than others."""
    month = F.trunc(on, "month")
    days = F.datediff(F.add_months(month, 1 - last), F.add_months(month, -first))
    return F.call_function("div", quantity * 1000, days)


def _trend(quantity: str, on: Column) -> Column:
    before = F.col(f"{quantity}_m2") + F.col(f"{quantity}_m3")
    return trend(_a_day(F.col(f"{quantity}_1m"), on, 1, 1), _a_day(before, on, 3, 2), STEADY_PER_MILLE)


@USAGE_TAGS.derived("string", label="近3个月流量走势", checks=(one_of(*TRENDS),), null_means=NO_MONTH)
def data_trend_3m(on: Column) -> Column:
    """Data a day of the last closed month against the two before: rising or falling if more than a fifth apart, else steady."""
    return _trend("data_bytes", on)


@USAGE_TAGS.derived("string", label="近3个月通话走势", checks=(one_of(*TRENDS),), null_means=NO_MONTH)
def voice_trend_3m(on: Column) -> Column:
    """Calls a day of the last closed month against the two before: rising or falling if more than a fifth apart, else steady."""
    return _trend("voice_s", on)


@USAGE_TAGS.derived("int", unit="days", label="未上网天数", checks=(between(0, 29),), null_means="no data in 30 days")
def days_since_data(on: Column) -> Column:
    """Days since the last day with cellular data; data_days_90d says whether there was any in 90 days."""
    return F.datediff(on, F.col("last_data_day_30d"))


@USAGE_TAGS.derived("int", unit="days", label="未使用天数", checks=(between(0, 29),), null_means="no use in 30 days")
def days_since_use(on: Column) -> Column:
    """Days since the last day with any use; active_days_90d says whether there was any in 90 days."""
    return F.datediff(on, F.col("last_active_day_30d"))


@USAGE_TAGS.derived("int", unit="per mille", label="近30天单日最高流量占比", checks=SHARE, null_means="no data used")
def peak_day_share_30d() -> Column:
    """Share of the day with most data in the data of the last 30 days: near 1000 is a single burst."""
    return per_mille("peak_day_bytes_30d", "data_bytes_30d")
