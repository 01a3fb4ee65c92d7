"""Aggregates that compare the values of a column, that decay, and tags of several nights in one pass."""

from datetime import date, timedelta

from pyspark.sql import Column, SparkSession
from pyspark.sql import functions as F

from expectations.tables.dwd_content_daily import DWD_CONTENT_DAILY
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.ods_terminal import ODS_TERMINAL
from expectations.tables.ods_usage import ODS_USAGE
from features.family import Family
from features.moment import Moment
from features.reads import Lookup, Rows, TagsOf
from features.tag import Aggregated, Tags, in_windows
from tests.features.test_compute import TWO
from tests.features.test_family import USAGE, D, family, messages
from tests.frames import by_role, frame, rows

SITES = """
    subscriber_id | day        | site   | requests
    loyal         | 2026-03-31 | video  | 2
    loyal         | 2026-03-30 | video  | 1
    loyal         | 2026-03-30 | news   | 3
    loyal         | 2026-03-29 | chat   | 2
    loyal         | 2026-03-28 | shop   | 0
    loyal         | 2026-03-24 | game   | 99
    joined        | 2026-03-31 | video  | 4
    earlier       | 2026-03-24 | video  | 4
"""


def requests() -> Column:
    """Requests."""
    return F.col("requests")


def test_values_of_a_column_are_compared_by_their_sums_and_the_smallest_of_equals_comes_first(spark: SparkSession) -> None:
    sample = family(content=Rows(DWD_CONTENT_DAILY))
    for aggregate, name, more in (
        ("top", "top_site", {}),
        ("top", "top_sites", {"k": 3}),
        ("top_share", "top_site_share", {"unit": "per mille"}),
        ("distinct", "sites", {"unit": "sites"}),
        ("entropy", "variety", {"unit": "thousandths of bits"}),
    ):

        def weight() -> Column:
            """Requests."""
            return F.col("requests")

        weight.__name__ = name
        sample.windowed(aggregate, days=(7,), by="site", label=name, **more)(weight)
    subscribers = frame(spark, DWD_SUBSCRIBER, f"{TWO}\njoined | 2020-01-01\nearlier | 2020-01-01")
    found = sample.table.conform(sample.compute(D, subscribers, content=frame(spark, DWD_CONTENT_DAILY, SITES)))
    # Shares of loyal: news 3/8, video 3/8, chat 2/8. Bits: 2 * 0.375 * 1.415 + 0.25 * 2 = 1.561.
    assert by_role(found, "top_site_7d", "top_sites_7d", "top_site_share_7d", "sites_7d", "variety_7d") == {
        "loyal": ("news", "news,video,chat", 375, 3, 1561),
        "silent": (None, None, None, 0, None),
        "joined": ("video", "video", 1000, 1, 0),
        "earlier": (None, None, None, 0, None),
    }


def test_a_pass_aggregates_the_rows_of_its_own_windows_alone(spark: SparkSession) -> None:
    sample = family(content=Rows(DWD_CONTENT_DAILY))
    sample.windowed("top", days=(2,), single_months=(2,), by="site", label="站点")(requests)
    rows_read = frame(
        spark,
        DWD_CONTENT_DAILY,
        """
        subscriber_id | day        | site
        loyal         | 2026-03-31 | newest
        loyal         | 2026-03-30 | first
        loyal         | 2026-03-29 | between
        loyal         | 2026-02-01 | closed
        loyal         | 2026-01-31 | last
        loyal         | 2026-01-01 | january
        loyal         | 2025-12-31 | before
        """,
    )
    tags = [tag for tag in sample.tags if isinstance(tag, Aggregated)]
    seen = rows_read.where(in_windows(tags, Moment({D: {}}), Rows(DWD_CONTENT_DAILY)))
    assert [site for (site,) in rows(seen, "site")] == ["first", "january", "last", "newest"]


def test_a_decayed_sum_counts_half_after_each_half_life_and_nothing_outside_the_window(spark: SparkSession) -> None:
    sample = family(content=Rows(DWD_CONTENT_DAILY))
    sample.windowed("decayed", days=(7,), half_life=2, unit="thousandths of requests", label="偏好")(requests)
    subscribers = frame(spark, DWD_SUBSCRIBER, TWO)
    found = sample.table.conform(sample.compute(D, subscribers, content=frame(spark, DWD_CONTENT_DAILY, SITES)))
    # Ages 0, 1, 2: factors 1000, 707, 500.
    assert by_role(found, "requests_7d") == {"loyal": 2 * 1000 + 4 * 707 + 2 * 500, "silent": 0}


def test_days_with_a_quantity_are_counted_once_however_many_rows_they_have(spark: SparkSession) -> None:
    sample = family(content=Rows(DWD_CONTENT_DAILY))

    def asked() -> Column:
        """Days with requests."""
        return F.col("requests")

    sample.windowed("days", days=(7, 62), months=(2,), single_months=(3,), unit="days", label="天数")(asked)
    more = "\n".join(f"always | {date(2026, 3, 31) - timedelta(days=back)} | video | 1" for back in range(120))
    subscribers = frame(spark, DWD_SUBSCRIBER, f"{TWO}\njoined | 2020-01-01\nearlier | 2020-01-01\nalways | 2020-01-01")
    found = sample.table.conform(sample.compute(D, subscribers, content=frame(spark, DWD_CONTENT_DAILY, f"{SITES.rstrip()}\n{more}")))
    # Of loyal the 30th has two rows, and the 28th a row without requests. January and February have 59 days; of December 30 are left.
    assert by_role(found, "asked_7d", "asked_62d", "asked_2m", "asked_m3") == {
        "loyal": (3, 4, 0, 0),
        "joined": (1, 1, 0, 0),
        "earlier": (0, 1, 0, 0),
        "silent": (0, 0, 0, 0),
        "always": (7, 62, 59, 30),
    }


def test_distinct_values_may_be_estimated_by_a_sketch(spark: SparkSession) -> None:
    def sites() -> Column:
        """Sites."""
        return F.col("site")

    sample = family(content=Rows(DWD_CONTENT_DAILY))
    sample.windowed("approx_distinct", days=(7,), unit="sites", label="站点数")(sites)
    found = sample.compute(D, frame(spark, DWD_SUBSCRIBER, TWO), content=frame(spark, DWD_CONTENT_DAILY, SITES))
    assert by_role(found, "sites_7d") == {"loyal": 4, "silent": 0}


def busy() -> Family:
    """A family with every kind of read that can be seen on several nights."""
    sample = family(
        usage=Rows(ODS_USAGE),
        content=Rows(DWD_CONTENT_DAILY),
        orders=Rows(DWD_SUBSCRIPTION_INTERVAL),
        catalogue=Lookup(ODS_TERMINAL, by="tac"),
        other=TagsOf(family("other", **USAGE)),
    )
    sample.reads["other"].family.windowed("sum", days=(7,), unit="messages", label="短信")(requests_sent)  # type: ignore[union-attr]
    sample.windowed("sum", days=(7,), months=(1,), of="usage", unit="messages", label="短信条数")(messages)
    sample.windowed("top", days=(7,), of="content", by="site", label="站点")(requests)

    def began(on: Column) -> Column:
        """Orders that had begun."""
        return F.col("valid_from") <= on

    def tenure(on: Column, other: Tags) -> Column:
        """Days since entry and messages."""
        return F.datediff(on, F.col("entry_date")) + other.requests_sent_7d

    sample.aggregated("count", of="orders", unit="orders", label="订购数")(began)
    sample.carry("terminal_brand", label="品牌", null_means="unknown")
    sample.derived("int", unit="days", label="天", null_means="none")(tenure)
    return sample


def requests_sent() -> Column:
    """Messages sent."""
    return F.col("sms_count")


def test_several_nights_in_one_pass_give_the_rows_of_each_night_alone(spark: SparkSession) -> None:
    sample, nights = busy(), (date(2026, 2, 28), date(2026, 3, 31))
    late = date(2026, 2, 24)
    alone, every = {}, dict[str, list[object]]()
    for night in nights:
        frames = {
            "subscribers": frame(
                spark, DWD_SUBSCRIBER, f"subscriber_id | entry_date | tac\nloyal | 2020-01-0{night.month} | 86000001\nsilent | 2026-02-28 |"
            ),
            "usage": frame(spark, ODS_USAGE, f"subscriber_id | day | sms_count\nloyal | {night} | {night.day}\nloyal | 2026-02-20 | 3"),
            "content": frame(spark, DWD_CONTENT_DAILY, f"subscriber_id | day | site | requests\nloyal | {night} | site{night.day} | 1"),
            "orders": frame(spark, DWD_SUBSCRIPTION_INTERVAL, "subscriber_id | valid_from\nloyal | 2026-03-01\nloyal | 2026-03-02"),
            "catalogue": frame(spark, ODS_TERMINAL, f"tac | terminal_brand\n86000001 | maker{night.day}"),
            "other": frame(spark, sample.families["other"].table, f"subscriber_id | requests_sent_7d\nloyal | {night.day}"),
        }
        alone[night] = sample.compute(night, absent={"usage": {late}}, **frames)
        for name, given in frames.items():
            every.setdefault(name, []).append(given.drop("business_date").withColumn("business_date", F.lit(night)))
    together = {name: one.unionByName(other) for name, (one, other) in every.items()}  # type: ignore[attr-defined]
    found = sample.compute_at(Moment({night: {"usage": {late}} for night in nights}), **together)
    columns = [*(tag.column.name for tag in sample.tags)]
    for night in nights:
        at = found.where(F.col("business_date") == night)
        assert by_role(at, *columns) == by_role(alone[night], *columns)
    told = ("messages_7d", "messages_1m", "usage_days_not_arrived_7d", "requests_7d", "began")
    assert by_role(found.where("business_date = DATE'2026-02-28'"), *told) == {
        "loyal": (28, 0, 1, "site28", 0),
        "silent": (0, None, 1, None, 0),
    }
    assert by_role(found.where("business_date = DATE'2026-03-31'"), *told) == {
        "loyal": (31, None, 0, "site31", 2),
        "silent": (0, None, 0, None, 0),
    }
