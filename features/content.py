"""T5 上网行为: what a subscriber's requests are about, by content category."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.checks import at_least, between
from expectations.tables.dwd_content_daily import DWD_CONTENT_DAILY
from features.family import Family
from features.shares import per_mille

CONTENT_TAGS = Family(name="content", source=DWD_CONTENT_DAILY, owner="customer-value", label="上网行为")

# Politically, medically or otherwise sensitive topics are no categories (domain T5); their hosts stay unknown.
UNKNOWN = "unknown"
# Known hosts that say nothing of taste: search, updates, advertising.
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
    """Bytes up and down through the WAP gateway."""
    return F.col("content_bytes")


def _requests_of(category: str, label: str) -> None:
    def requests() -> Column:
        return F.when(F.col("category") == category, F.col("requests"))

    requests.__name__, requests.__doc__ = f"{category}_requests", f"Requests for {category} content."
    CONTENT_TAGS.windowed("sum", days=(7, 30), unit="requests", label=f"{label}请求数", checks=(at_least(0),))(requests)


def _share_of(category: str, label: str, days: int) -> None:
    def share() -> Column:
        return per_mille(f"{category}_requests_{days}d", f"content_requests_{days}d")

    share.__name__, share.__doc__ = f"{category}_share_{days}d", f"Share of {category} content in requests, last {days} days."
    CONTENT_TAGS.derived("int", unit="per mille", label=f"近{days}天{label}占比", checks=(between(0, 1000),), null_means=NO_REQUEST)(share)


for name, chinese in CATEGORIES.items():
    _requests_of(name, chinese)
    _share_of(name, chinese, 7)
    _share_of(name, chinese, 30)


@CONTENT_TAGS.derived("string", label="近30天首要内容类别", null_means="no request of such a category in the window")
def top_category_30d() -> Column:
    """Category with most requests, last 30 days, unknown and other left out; of equals the first by name."""
    telling = sorted(set(CATEGORIES) - {UNKNOWN, OTHER})
    most = F.greatest(*(F.col(f"{category}_requests_30d") for category in telling))
    return F.when(most > 0, F.coalesce(*(F.when(F.col(f"{c}_requests_30d") == most, F.lit(c)) for c in telling)))
