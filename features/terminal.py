"""T3 终端: the features of the subscriber's handset."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.checks import NOT_NULL, at_least, between, one_of
from expectations.tables.ods_terminal import ODS_TERMINAL
from features.family import Family
from features.product import PRODUCT_TAGS
from features.reads import Lookup, TagsOf, Yesterday
from features.tag import Tags
from features.usage import USAGE_TAGS

TERMINAL_TAGS = Family(
    name="terminal",
    owner="terminals",
    label="终端",
    reads={
        "catalogue": Lookup(ODS_TERMINAL, by="tac"),
        "usage": TagsOf(USAGE_TAGS),
        "product": TagsOf(PRODUCT_TAGS),
        "yesterday": Yesterday(),
    },
)

# A plan with less data is not made for 4G.
LEAST_4G_BYTES = 500 * 2**20
BANDS = {"low": 1, "middle": 2, "high": 3}

UNKNOWN = "handset unknown, or its type is not in the catalogue"

TERMINAL_TAGS.carry("tac", label="终端型号核准号")
for capability, chinese in (
    ("terminal_brand", "终端品牌"),
    ("terminal_model", "终端型号"),
    ("is_smartphone", "是否智能机"),
    ("network", "终端网络制式"),
    ("has_gprs", "是否支持GPRS"),
    ("has_mms", "是否支持彩信"),
    ("has_java", "是否支持Java"),
    ("has_fetion", "是否支持飞信客户端"),
    ("price_band", "终端价格档次"),
):
    TERMINAL_TAGS.carry(capability, label=chinese, null_means=UNKNOWN)
TERMINAL_TAGS.carry("terminal_os", label="终端操作系统", null_means="no smart system, or the handset is unknown")


@TERMINAL_TAGS.derived("boolean", label="终端是否已识别", checks=(NOT_NULL,))
def is_terminal_known() -> Column:
    """Whether the handset's type is in the catalogue."""
    return F.col("terminal_model").isNotNull()


@TERMINAL_TAGS.derived("int", unit="generations", label="终端网络代际", null_means=UNKNOWN)
def network_generation() -> Column:
    """Newest radio generation of the handset as a number: 2, 3 or 4."""
    return F.left(F.col("network"), F.lit(1))


@TERMINAL_TAGS.derived("int", unit="bands", label="终端价格档次序号", checks=(between(1, 3),), null_means=UNKNOWN)
def price_band_rank() -> Column:
    """Price band of the handset as a number: 1 low, 2 middle, 3 high."""
    return F.coalesce(*(F.when(F.col("price_band") == band, rank) for band, rank in BANDS.items()))


@TERMINAL_TAGS.derived("boolean", label="是否入网当月终端", null_means="handset of now or of the entry month unknown")
def is_entry_handset() -> Column:
    """Whether the handset is still that of the month of network entry, by the IMEI."""
    return F.col("imei_token") == F.col("entry_imei_token")


def _changed(yesterday: Tags) -> Column:
    """Whether the type of the handset is another than the night before. A handset that was unknown is not a new one."""
    return F.col("tac") != yesterday.tac


@TERMINAL_TAGS.derived("date", label="换机日期", null_means="no change of the handset was seen")
def handset_changed_on(on: Column, yesterday: Tags) -> Column:
    """Night on which the type of the handset last became another one (换机). A gap of up to six nights that were not run loses none."""
    return F.when(_changed(yesterday), on).otherwise(yesterday.handset_changed_on)


@TERMINAL_TAGS.derived("boolean", label="近30天是否换机", null_means="handset unknown")
def is_handset_changed_30d(on: Column) -> Column:
    """Whether a change of the handset was seen in the last 30 nights (C08)."""
    changed = F.coalesce(F.col("handset_changed_on") > F.date_sub(on, 30), F.lit(False))
    return F.when(F.col("tac").isNotNull(), changed)


@TERMINAL_TAGS.derived("string", label="换机前网络制式", checks=(one_of("2G", "3G", "4G"),), null_means="no change seen, or type unknown")
def previous_network(yesterday: Tags) -> Column:
    """Newest radio generation of the handset before the last change."""
    return F.when(
        F.col("handset_changed_on").isNotNull(), F.when(_changed(yesterday), yesterday.network).otherwise(yesterday.previous_network)
    )


@TERMINAL_TAGS.derived("boolean", label="换机是否升级制式", null_means="no change seen, or a type unknown")
def is_network_upgraded() -> Column:
    """Whether the last change was to a newer radio generation."""
    return F.col("network") > F.col("previous_network")


@TERMINAL_TAGS.derived("date", label="终端使用起始日", null_means="handset unknown")
def handset_since(on: Column, yesterday: Tags) -> Column:
    """First night known with this type of handset; network entry if it is the handset of the entry month."""
    same = F.when(~_changed(yesterday), yesterday.handset_since)
    known = F.when(F.col("is_entry_handset"), F.col("entry_date"))
    return F.when(F.col("tac").isNotNull(), F.coalesce(known, same, on))


@TERMINAL_TAGS.derived("int", unit="months", label="终端使用月数", checks=(at_least(0),), null_means="handset unknown")
def handset_months(on: Column) -> Column:
    """Whole months since handset_since. A handset that is older than the first night is counted from that night."""
    return F.floor(F.months_between(on, F.col("handset_since")))


def _if(handset: Column, value: Column) -> Column:
    """Return the value for handsets of a kind, false for others, null for unknown ones."""
    return F.when(handset, value).when(~handset, F.lit(False))


@TERMINAL_TAGS.derived(
    "boolean",
    label="4G终端近30天未用4G",
    null_means="handset unknown, no data in 30 days on a 4G handset, or no usage tags tonight",
)
def is_4g_unused_30d(usage: Tags) -> Column:
    """Whether a 4G handset used data in the last 30 days, but none over 4G: its plan or SIM card is for an older network (C16)."""
    return _if(F.col("network_generation") >= 4, F.when(usage.data_bytes_30d > 0, usage.bytes_4g_30d == 0))


@TERMINAL_TAGS.derived("boolean", label="4G终端套餐不匹配", null_means=f"{UNKNOWN}, or no product tags tonight")
def is_4g_plan_small(product: Tags) -> Column:
    """Whether a 4G handset is on plans that include less than 500 MB of data (C16)."""
    included = product.held_data_plan_bytes + product.base_plan_allowance_bytes
    return _if(F.col("network_generation") >= 4, included < LEAST_4G_BYTES)


@TERMINAL_TAGS.derived("boolean", label="智能机无流量套餐", null_means=f"{UNKNOWN}, or no product tags tonight")
def is_smart_without_plan(product: Tags) -> Column:
    """Whether a smartphone has no data plan and no data in its base plan (C01)."""
    return _if(F.col("is_smartphone"), ~product.holds_data_plan & (product.base_plan_allowance_bytes == 0))


@TERMINAL_TAGS.derived("boolean", label="流量套餐终端不支持", null_means=f"{UNKNOWN}, or no product tags tonight")
def is_plan_without_gprs(product: Tags) -> Column:
    """Whether a data plan is held on a handset that cannot use data."""
    return _if(~F.col("has_gprs"), product.holds_data_plan)


@TERMINAL_TAGS.derived("boolean", label="智能机近30天未上网", null_means=f"{UNKNOWN}, or no usage tags tonight")
def is_smart_unused_30d(usage: Tags) -> Column:
    """Whether a smartphone used no cellular data in the last 30 days (C01)."""
    return _if(F.col("is_smartphone"), usage.data_bytes_30d == 0)
