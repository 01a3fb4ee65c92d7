"""T3 终端: the features of the subscriber's handset."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.checks import NOT_NULL
from expectations.tables.ods_terminal import ODS_TERMINAL
from features.family import Family
from features.reads import Lookup, TagsOf
from features.tag import Tags
from features.usage import USAGE_TAGS

TERMINAL_TAGS = Family(
    name="terminal",
    owner="terminals",
    label="终端",
    reads={"catalogue": Lookup(ODS_TERMINAL, by="tac"), "usage": TagsOf(USAGE_TAGS)},
)

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


@TERMINAL_TAGS.derived(
    "boolean",
    label="4G终端近30天未用4G",
    null_means="handset unknown, no data in 30 days on a 4G handset, or no usage tags tonight",
)
def is_4g_unused_30d(usage: Tags) -> Column:
    """Whether a 4G handset used data in the last 30 days, but none over 4G: its plan or SIM card is for an older network (C16)."""
    is_4g = F.col("network_generation") >= 4
    return F.when(~is_4g, F.lit(False)).when(is_4g & (usage.data_bytes_30d > 0), usage.bytes_4g_30d == 0)
