"""T5 上网行为: the content of a subscriber's requests, by category."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.checks import at_least, between, one_of
from expectations.tables.dwd_content_daily import DWD_CONTENT_DAILY
from expectations.tables.dwd_term_daily import DWD_TERM_DAILY
from features.family import Family
from features.reads import Rows
from features.shares import per_mille

CONTENT_TAGS = Family(
    name="content",
    owner="customer-value",
    label="上网行为",
    reads={"content": Rows(DWD_CONTENT_DAILY, keeps_sums=True), "terms": Rows(DWD_TERM_DAILY)},
)

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
TELLING = {category: chinese for category, chinese in CATEGORIES.items() if category not in (OTHER, UNKNOWN)}
# Categories whose keywords are genres.
WITH_GENRES = {"reading": "阅读", "music": "音乐", "video": "视频", "games": "游戏"}
# A taste of two weeks ago counts half.
HALF_LIFE = 14
NO_REQUEST = "no request in the window"
NO_VISIT = "no visit to such content in 42 days"


@CONTENT_TAGS.windowed("sum", of="content", days=(30,), unit="requests", label="上网请求数", checks=(at_least(0),))
def content_requests() -> Column:
    """Requests through the WAP gateway."""
    return F.col("requests")


@CONTENT_TAGS.windowed("sum", of="content", days=(30,), unit="bytes", label="上网内容流量", checks=(at_least(0),))
def content_bytes() -> Column:
    """Bytes sent and received through the WAP gateway."""
    return F.col("content_bytes")


@CONTENT_TAGS.windowed("sum", of="content", days=(30,), per=TELLING, is_tag=False)
def requests(category: str) -> Column:
    """Requests for {} content."""
    return F.when(F.col("category") == category, F.col("requests"))


@CONTENT_TAGS.derived("int", per=TELLING, unit="per mille", label="近30天{}占比", checks=(between(0, 1000),), null_means=NO_REQUEST)
def share_30d(category: str) -> Column:
    """Share of {} content in requests, last 30 days."""
    return per_mille(f"{category}_requests_30d", "content_requests_30d")


def _greatest(figure: str) -> Column:
    """Return the category with the greatest figure above 0, of equals the first by name."""
    most = F.greatest(*(F.col(f"{category}_{figure}") for category in TELLING))
    return F.when(most > 0, F.coalesce(*(F.when(F.col(f"{c}_{figure}") == most, F.lit(c)) for c in sorted(TELLING))))


@CONTENT_TAGS.derived("string", label="近30天首要内容类别", null_means="no request of such a category in the window")
def top_category_30d() -> Column:
    """Category with most requests, last 30 days, without unknown and other; of equals the first by name."""
    return _greatest("requests_30d")


@CONTENT_TAGS.windowed("sum", of="content", days=(30,), unit="visits", label="上网会话数", checks=(at_least(0),))
def content_visits() -> Column:
    """Visits: requests of a category with none in the 30 minutes before."""
    return F.col("visits")


@CONTENT_TAGS.windowed("decayed", of="content", days=(42,), half_life=HALF_LIFE, per=TELLING, is_tag=False)
def interest(category: str) -> Column:
    """Visits to {} content; one of 14 days ago counts half, so the figure follows a change of taste."""
    return F.when(F.col("category") == category, F.col("visits"))


_INTEREST = " + ".join(f"{category}_interest_42d" for category in TELLING)


@CONTENT_TAGS.derived("int", per=TELLING, unit="per mille", label="{}近期偏好", checks=(between(0, 1000),), null_means=NO_VISIT)
def preference(category: str) -> Column:
    """Share of {} content in the recent interest in all categories but unknown and other."""
    return per_mille(f"{category}_interest_42d", _INTEREST)


@CONTENT_TAGS.derived("string", label="近期首要内容类别", checks=(one_of(*TELLING),), null_means=NO_VISIT)
def preferred_category() -> Column:
    """Category with the greatest recent interest; of equals the first by name."""
    return _greatest("interest_42d")


def _site(is_app: bool) -> Column:
    """Return the requests of apps, or of sites that no app is known for: a domain has a dot."""
    has_dot = F.col("site").contains(".")
    return F.when((F.col("site") != UNKNOWN) & (~has_dot if is_app else has_dot), F.col("requests"))


@CONTENT_TAGS.windowed("top", of="content", days=(30,), by="site", k=3, label="常用应用", null_means="no request of a known app")
def top_apps() -> Column:
    """The three apps with most requests, most first, with commas between them."""
    return _site(is_app=True)


@CONTENT_TAGS.windowed("top", of="content", days=(30,), by="site", k=3, label="常用网站", null_means="no request of a known site")
def top_sites() -> Column:
    """The three domains with most requests that belong to no known app, most first, with commas between them."""
    return _site(is_app=False)


@CONTENT_TAGS.windowed("distinct", of="content", days=(30,), by="site", unit="sites", label="访问应用和网站数", checks=(at_least(0),))
def sites_seen() -> Column:
    """Different known apps and sites."""
    return F.when(F.col("site") != UNKNOWN, F.col("requests"))


@CONTENT_TAGS.windowed(
    "top_share",
    of="content",
    days=(30,),
    by="site",
    unit="per mille",
    label="首位应用网站占比",
    checks=(between(0, 1000),),
    null_means="no request of a known app or site",
)
def top_site_share() -> Column:
    """Share of the app or site with most requests in the requests of all known ones."""
    return F.when(F.col("site") != UNKNOWN, F.col("requests"))


@CONTENT_TAGS.windowed(
    "entropy",
    of="content",
    days=(30,),
    by="category",
    unit="thousandths of bits",
    label="内容多样性",
    checks=(between(0, 3000),),
    null_means="no visit to a category but unknown and other",
)
def content_variety() -> Column:
    """Shannon entropy of the visits to the eight telling categories: 0 is a single one, 3000 all alike."""
    return F.when(F.col("category").isin(*TELLING), F.col("visits"))


@CONTENT_TAGS.windowed("days", of="content", days=(30,), unit="days", label="上网内容活跃天数", checks=(at_least(0),))
def content_days() -> Column:
    """Days with a request through the WAP gateway."""
    return F.col("requests")


@CONTENT_TAGS.windowed("sum", of="terms", days=(30,), unit="searches", label="内容搜索次数", checks=(at_least(0),))
def content_searches() -> Column:
    """Requests with a content keyword."""
    return F.col("searches")


@CONTENT_TAGS.windowed("top", of="terms", days=(90,), by="term", k=3, label="常搜关键词", null_means="no content keyword was searched for")
def top_terms() -> Column:
    """The three content keywords that were searched for most, most first, with commas between them."""
    return F.col("searches")


@CONTENT_TAGS.windowed(
    "top", of="terms", days=(90,), by="term", per=WITH_GENRES, label="{}偏好题材", null_means="no keyword of the category was searched for"
)
def genre(category: str) -> Column:
    """Keyword of {} content that was searched for most: what to send to the subscriber (C26)."""
    return F.when(F.col("category") == category, F.col("searches"))
