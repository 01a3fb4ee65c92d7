"""T5 上网行为: the content of a subscriber's requests, by category."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.checks import at_least, between
from expectations.tables.dwd_content_daily import DWD_CONTENT_DAILY
from features.family import Family
from features.reads import Rows
from features.shares import per_mille

CONTENT_TAGS = Family(name="content", owner="customer-value", label="上网行为", reads={"content": Rows(DWD_CONTENT_DAILY, keeps_sums=True)})

# Politically, medically or otherwise sensitive topics have no category (domain T5); their hosts are unknown.
UNKNOWN = "unknown"
# Known hosts that reveal no taste: search, updates, advertising.
OTHER = "other"
CATEGORIES = {
    "video": "视频",
    "games": "游戏",
    "social": "社交",
    "news": "新闻",
    "life": "生活",
    "shopping": "购物",
    "reading": "阅读",
    "music": "音乐",
    OTHER: "其他",
    UNKNOWN: "未识别",
}
NO_REQUEST = "no request in the window"


@CONTENT_TAGS.windowed("sum", days=(7, 30), unit="requests", label="上网请求数", checks=(at_least(0),))
def content_requests() -> Column:
    """Requests through the WAP gateway."""
    return F.col("requests")


@CONTENT_TAGS.windowed("sum", days=(7, 30), unit="bytes", label="上网内容流量", checks=(at_least(0),))
def content_bytes() -> Column:
    """Bytes sent and received through the WAP gateway."""
    return F.col("content_bytes")


@CONTENT_TAGS.windowed("sum", days=(7, 30), per=CATEGORIES, unit="requests", label="{}请求数", checks=(at_least(0),))
def requests(category: str) -> Column:
    """Requests for {} content."""
    return F.when(F.col("category") == category, F.col("requests"))


def _share(category: str, days: int) -> Column:
    return per_mille(f"{category}_requests_{days}d", f"content_requests_{days}d")


@CONTENT_TAGS.derived("int", per=CATEGORIES, unit="per mille", label="近7天{}占比", checks=(between(0, 1000),), null_means=NO_REQUEST)
def share_7d(category: str) -> Column:
    """Share of {} content in requests, last 7 days."""
    return _share(category, 7)


@CONTENT_TAGS.derived("int", per=CATEGORIES, unit="per mille", label="近30天{}占比", checks=(between(0, 1000),), null_means=NO_REQUEST)
def share_30d(category: str) -> Column:
    """Share of {} content in requests, last 30 days."""
    return _share(category, 30)


@CONTENT_TAGS.derived("string", label="近30天首要内容类别", null_means="no request of such a category in the window")
def top_category_30d() -> Column:
    """Category with most requests, last 30 days, without unknown and other; of equals the first by name."""
    telling = sorted(set(CATEGORIES) - {UNKNOWN, OTHER})
    most = F.greatest(*(F.col(f"{category}_requests_30d") for category in telling))
    return F.when(most > 0, F.coalesce(*(F.when(F.col(f"{c}_requests_30d") == most, F.lit(c)) for c in telling)))
