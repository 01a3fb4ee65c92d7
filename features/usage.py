"""T4 消费, usage: voice, messages and data over days and closed months."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.checks import at_least, between
from expectations.tables.ods_usage import ODS_USAGE
from features.family import Family
from features.reads import Rows
from features.shares import per_mille

USAGE_TAGS = Family(name="usage", owner="customer-value", label="业务使用", reads={"usage": Rows(ODS_USAGE, keeps_sums=True)})

SHARE = (between(0, 1000),)


@USAGE_TAGS.windowed("sum", days=(7, 30), months=(1, 3), single_months=(2, 3), unit="bytes", label="上网流量", checks=(at_least(0),))
def data_bytes() -> Column:
    """Cellular data volume. A day without a record is zero."""
    return F.col("data_bytes")


@USAGE_TAGS.windowed("sum", days=(7, 30), months=(1, 3), single_months=(2, 3), unit="bytes", label="闲时流量", checks=(at_least(0),))
def idle_bytes() -> Column:
    """Data volume used in idle hours (23:00 to 07:00), part of data_bytes."""
    return F.col("idle_bytes")


@USAGE_TAGS.windowed("sum", days=(7, 30), months=(1,), unit="fen", label="套餐外流量费", checks=(at_least(0),))
def data_fee_outside_fen() -> Column:
    """Data fee outside any package by the daily ratings; the settled bill may differ (bill_data_fee_outside_fen)."""
    return F.col("data_fee_outside_fen")


@USAGE_TAGS.windowed("sum", days=(30,), unit="bytes", label="4G流量", checks=(at_least(0),))
def bytes_4g() -> Column:
    """Data volume over 4G."""
    return F.col("bytes_4g")


@USAGE_TAGS.windowed("sum", days=(7, 30), months=(1,), unit="bytes", label="WLAN流量", checks=(at_least(0),))
def wlan_bytes() -> Column:
    """Data volume over WLAN, not part of data_bytes."""
    return F.col("bytes_wlan")


@USAGE_TAGS.windowed("active_days", days=(7, 30), unit="days", label="上网天数", checks=(at_least(0),))
def data_days() -> Column:
    """Days with cellular data."""
    return F.col("data_bytes") > 0


@USAGE_TAGS.windowed("active_days", days=(30,), unit="days", label="活跃天数", checks=(at_least(0),))
def active_days() -> Column:
    """Days with any use."""
    return F.lit(True)


@USAGE_TAGS.windowed("sum", days=(7, 30, 90), months=(1, 3), single_months=(2, 3), unit="seconds", label="通话时长", checks=(at_least(0),))
def voice_s() -> Column:
    """Call duration: local, roaming and long distance together."""
    return F.col("voice_local_s") + F.col("voice_roaming_s") + F.col("voice_long_s")


@USAGE_TAGS.windowed("sum", days=(30,), months=(1,), unit="seconds", label="漫游通话时长", checks=(at_least(0),))
def voice_roaming_s() -> Column:
    """Call duration while roaming."""
    return F.col("voice_roaming_s")


@USAGE_TAGS.windowed("sum", days=(30,), months=(1,), unit="seconds", label="长途通话时长", checks=(at_least(0),))
def voice_long_s() -> Column:
    """Duration of long distance calls."""
    return F.col("voice_long_s")


@USAGE_TAGS.windowed("sum", days=(30,), months=(1,), unit="seconds", label="网间通话时长", checks=(at_least(0),))
def voice_off_net_s() -> Column:
    """Duration of calls with other operators' customers, part of voice_s."""
    return F.col("voice_off_net_s")


@USAGE_TAGS.windowed("sum", days=(30,), months=(1,), single_months=(2, 3), unit="messages", label="短信条数", checks=(at_least(0),))
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


@USAGE_TAGS.derived("int", unit="per mille", label="近7天流量趋势", checks=(at_least(0),), null_means="no data used in 30 days")
def data_trend_7d() -> Column:
    """Data per day in the last 7 days compared with the last 30: 1000 is steady, more is rising."""
    return per_mille("data_bytes_7d * 30", "data_bytes_30d * 7")
