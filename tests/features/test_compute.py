"""What the forms of a tag compute: windowed, aggregated, derived over the row, over other families and over the night before."""

from datetime import date

import pytest
from pyspark.sql import Column, SparkSession
from pyspark.sql import functions as F

from expectations.checks import NOT_NULL
from expectations.errors import ContractError
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.ods_bill import ODS_BILL
from expectations.tables.ods_terminal import ODS_TERMINAL
from expectations.tables.ods_usage import ODS_USAGE
from features.reads import Lookup, Rows, TagsOf, Yesterday
from features.tag import Tags
from tests.features.test_family import BILLS, USAGE, D, family, messages
from tests.frames import by_role, frame

TWO = "subscriber_id | entry_date\nloyal | 2020-01-01\nsilent | 2020-01-01"


def is_sending() -> Column:
    """Whether there are messages."""
    return F.col("sms_count") > 0


def test_sums_fill_missing_rows_and_are_null_in_windows_that_ended_before_entry(spark: SparkSession) -> None:
    sample = family(**USAGE)
    sample.windowed("sum", days=(7,), months=(1,), single_months=(2,), unit="messages", label="短信条数")(messages)
    subscribers = frame(
        spark,
        DWD_SUBSCRIBER,
        """
        subscriber_id | entry_date
        loyal         | 2020-01-01
        silent        | 2020-01-01
        joined        | 2026-02-28
        newest        | 2026-03-01
        unknown       |
        """,
    )
    usage = frame(
        spark,
        ODS_USAGE,
        """
        subscriber_id | day        | sms_count
        loyal         | 2026-03-31 | 1
        loyal         | 2026-03-25 | 10
        loyal         | 2026-03-24 | 100
        loyal         | 2026-02-28 | 1000
        loyal         | 2026-02-01 |
        loyal         | 2026-01-31 | 10000
        joined        | 2026-02-28 | 5
        nobody        | 2026-03-31 | 7
        """,
    )
    found = by_role(sample.compute(D, subscribers, usage=usage), "messages_7d", "messages_1m", "messages_m2")
    assert found == {
        "loyal": (11, 1000, 10000),
        "silent": (0, 0, 0),
        "joined": (0, 5, None),
        "newest": (0, None, None),
        "unknown": (0, 0, 0),
    }


def test_missing_none_tells_no_rows_from_zero_and_active_days_count_true_rows(spark: SparkSession) -> None:
    sample = family(**USAGE)
    sample.windowed("sum", days=(7,), unit="messages", label="短信条数", missing=None)(messages)

    def sending_days() -> Column:
        """Days with messages."""
        return F.col("sms_count") > 0

    def most_messages() -> Column:
        """Most messages on a day."""
        return F.col("sms_count")

    sample.windowed("active_days", days=(7,), unit="days", label="短信天数")(sending_days)
    sample.windowed("max", days=(7,), type="bigint", unit="messages", label="最多短信")(most_messages)
    subscribers = frame(spark, DWD_SUBSCRIBER, TWO)
    usage = frame(
        spark,
        ODS_USAGE,
        "subscriber_id | day | sms_count\nloyal | 2026-03-31 | 3\nloyal | 2026-03-30 | 0\nloyal | 2026-03-29 | 4\nloyal | 2026-03-28 |",
    )
    found = sample.compute(D, subscribers, usage=usage)
    sample.table.conform(found)
    assert by_role(found, "messages_7d", "sending_days_7d", "most_messages_7d") == {"loyal": (7, 2, 4), "silent": (None, 0, None)}


def test_a_window_with_a_day_that_has_not_arrived_is_null_or_kept_beside_the_number_of_such_days(spark: SparkSession) -> None:
    sample, windows = family(**USAGE), {"days": (7,), "months": (1,)}

    def sent() -> Column:
        """Messages."""
        return F.col("sms_count")

    sample.windowed("sum", unit="messages", label="短信条数", **windows)(messages)
    sample.windowed("sum", unit="messages", label="短信", keep=True, **windows)(sent)
    sample.windowed("any", label="有短信", keep=False, type="boolean", **windows)(is_sending)
    usage = frame(spark, ODS_USAGE, "subscriber_id | day | sms_count\nloyal | 2026-03-31 | 3\nloyal | 2026-02-28 | 5")
    subscribers = frame(spark, DWD_SUBSCRIBER, TWO)
    columns = ("messages_7d", "messages_1m", "sent_7d", "sent_1m", "is_sending_7d", "is_sending_1m")
    columns += ("usage_days_not_arrived_7d", "usage_days_not_arrived_1m")
    both = sample.compute(
        D, subscribers, {"usage": {date(2026, 3, 25), date(2026, 2, 1), date(2026, 2, 2), date(2026, 1, 31)}}, usage=usage
    )
    sample.table.conform(both)
    assert by_role(both, *columns) == {"loyal": (3, None, 3, 5, None, None, 1, 2), "silent": (0, None, 0, 0, None, None, 1, 2)}
    outside = sample.compute(D, subscribers, {"usage": {date(2026, 3, 24), date(2026, 3, 1), date(2026, 1, 31)}}, usage=usage)
    assert by_role(outside, *columns) == {"loyal": (3, 5, 3, 5, True, True, 0, 0), "silent": (0, 0, 0, 0, False, False, 0, 0)}


def test_a_column_that_is_no_tag_serves_derived_tags_and_the_table_does_not_have_it(spark: SparkSession) -> None:
    sample = family(**USAGE)
    sample.windowed("sum", days=(7,), is_tag=False)(messages)

    def doubled() -> Column:
        """Twice the messages."""
        return F.col("messages_7d") * 2

    sample.derived("int", unit="messages", label="两倍", checks=(NOT_NULL,))(doubled)
    usage = frame(spark, ODS_USAGE, "subscriber_id | day | sms_count\nloyal | 2026-03-31 | 3")
    found = sample.compute(D, frame(spark, DWD_SUBSCRIBER, TWO), usage=usage)
    assert found.columns == ["subscriber_id", "usage_days_not_arrived_7d", "doubled", "business_date"]
    assert [tag.column.name for tag in sample.tags] == ["usage_days_not_arrived_7d", "doubled"]
    assert by_role(sample.table.conform(found), "doubled") == {"loyal": 6, "silent": 0}


def test_derived_tags_see_the_filled_tags_before_them(spark: SparkSession) -> None:
    sample = family(**USAGE)
    sample.windowed("sum", days=(7,), unit="messages", label="短信条数")(messages)

    def doubled() -> Column:
        """Twice the messages."""
        return F.col("messages_7d") * 2

    def since_then(on: Column) -> Column:
        """Twice the messages and the year."""
        return F.col("doubled") + F.year(on)

    sample.derived("int", unit="messages", label="两倍", checks=(NOT_NULL,))(doubled)
    sample.derived("bigint", unit="messages", label="加年", checks=(NOT_NULL,))(since_then)
    subscribers = frame(spark, DWD_SUBSCRIBER, "subscriber_id | entry_date\nsilent | 2020-01-01")
    found = sample.compute(D, subscribers, usage=ODS_USAGE.empty(spark))
    assert by_role(sample.table.conform(found), "doubled", "since_then", "business_date") == {"silent": (0, 2026, D)}


def test_latest_takes_the_newest_row_that_has_the_quantity(spark: SparkSession) -> None:
    sample = family(orders=Rows(DWD_SUBSCRIPTION_INTERVAL, newest_by=("valid_from", "order_id")))

    def app() -> Column:
        """App ordered last."""
        return F.when(F.col("product_kind") == "app", F.col("product"))

    sample.aggregated("latest", type="string", label="应用")(app)
    subscribers = frame(spark, DWD_SUBSCRIBER, TWO)
    orders = frame(
        spark,
        DWD_SUBSCRIPTION_INTERVAL,
        """
        subscriber_id | order_id | product | product_kind | valid_from
        loyal         | 3        | mail    | app          | 2026-01-01
        loyal         | 4        | video   | app          | 2026-01-01
        loyal         | 5        | plan    | data_plan    | 2026-03-01
        loyal         | 9        | reading | app          | 2025-01-01
        """,
    )
    assert by_role(sample.compute(D, subscribers, orders=orders), "app") == {"loyal": "video", "silent": None}


def test_a_lookup_brings_columns_by_its_key_and_leaves_the_spines_own_alone(spark: SparkSession) -> None:
    sample = family(catalogue=Lookup(ODS_TERMINAL, by="tac"))
    sample.carry("network", label="制式", null_means="unknown handset")
    sample.carry("state", label="状态")
    subscribers = frame(
        spark, DWD_SUBSCRIBER, "subscriber_id | tac | state\nsmart | 86000001 | active\nodd | 99999999 | active\nbare | | stopped"
    )
    terminals = frame(spark, ODS_TERMINAL, "tac | network | day\n86000001 | 4G | 2026-03-01")
    found = sample.table.conform(sample.compute(D, subscribers, catalogue=terminals))
    assert by_role(found, "network", "state") == {"smart": ("4G", "active"), "odd": (None, "active"), "bare": (None, "stopped")}
    assert sample.table.column("network").nullable
    assert not sample.table.column("state").nullable


def test_an_aggregated_tag_may_ask_what_holds_on_the_date(spark: SparkSession) -> None:
    sample = family(orders=Rows(DWD_SUBSCRIPTION_INTERVAL))

    def held(on: date) -> Column:
        """Order lines that have begun."""
        return F.col("valid_from") <= F.lit(on)

    def held_of(kind: str, on: date) -> Column:
        """Order lines of kind {} that have begun."""
        return held(on) & (F.col("product_kind") == kind)

    sample.aggregated("count", unit="order lines", label="持有数")(held)
    sample.aggregated("any", per={"app": "应用", "top_up_pack": "加油包"}, label="是否持有{}")(held_of)
    orders = frame(
        spark,
        DWD_SUBSCRIPTION_INTERVAL,
        "subscriber_id | product_kind | valid_from\nloyal | app | 2026-03-31\nloyal | top_up_pack | 2026-04-01",
    )
    found = sample.table.conform(sample.compute(D, frame(spark, DWD_SUBSCRIBER, TWO), orders=orders))
    assert by_role(found, "held", "app_held_of", "top_up_pack_held_of") == {"loyal": (1, True, False), "silent": (0, False, False)}


def test_a_family_may_read_several_facts_each_aggregated_by_itself(spark: SparkSession) -> None:
    sample = family(**USAGE, **BILLS)

    def billed() -> Column:
        """Amount billed."""
        return F.col("bill_fen")

    sample.windowed("sum", days=(7,), of="usage", unit="messages", label="短信条数")(messages)
    sample.windowed("sum", months=(1,), of="bills", unit="fen", label="账单")(billed)
    usage = frame(spark, ODS_USAGE, "subscriber_id | day | sms_count\nloyal | 2026-03-31 | 3\nloyal | 2026-03-30 | 4")
    bills = frame(spark, ODS_BILL, "subscriber_id | month | bill_fen\nloyal | 2026-02-01 | 5800")
    found = sample.compute(D, frame(spark, DWD_SUBSCRIBER, TWO), usage=usage, bills=bills)
    assert by_role(found, "messages_7d", "billed_1m") == {"loyal": (7, 5800), "silent": (0, 0)}


def test_a_derived_tag_reads_another_family_and_is_null_without_it(spark: SparkSession) -> None:
    other = family("usage", **USAGE)
    other.windowed("sum", days=(7, 30), unit="messages", label="短信条数")(messages)
    sample = family(usage=TagsOf(other))

    def is_busy(usage: Tags) -> Column:
        """Whether messages were sent and the brand is mzone."""
        return (usage.messages_7d > 0) & (F.col("brand") == "mzone")

    def is_quiet() -> Column:
        """Whether it is known that there were no messages."""
        return F.coalesce(~F.col("is_busy"), F.lit(False))

    sample.derived("boolean", label="忙", null_means="usage not known")(is_busy)
    sample.derived("boolean", label="静", null_means="never")(is_quiet)
    subscribers = frame(spark, DWD_SUBSCRIBER, "subscriber_id | brand\nloyal | mzone\nsilent | mzone\njoined | mzone")
    tags = frame(spark, other.table, "subscriber_id | messages_7d\nloyal | 3\nsilent | 0")
    found = sample.table.conform(sample.compute(D, subscribers, usage=tags))
    assert by_role(found, "is_busy", "is_quiet") == {"loyal": (True, False), "silent": (False, True), "joined": (None, False)}
    without = sample.table.conform(sample.compute(D, subscribers, usage=None))
    assert by_role(without, "is_busy", "is_quiet") == dict.fromkeys(("loyal", "silent", "joined"), (None, False))


def test_of_another_family_only_the_tags_that_are_used_are_read(spark: SparkSession) -> None:
    other = family("usage", **USAGE)
    other.windowed("sum", days=(7, 30), unit="messages", label="短信条数")(messages)
    sample = family(usage=TagsOf(other))

    def is_busy(usage: Tags) -> Column:
        """Whether messages were sent."""
        return usage.messages_7d > 0

    sample.derived("boolean", label="忙", null_means="usage not known")(is_busy)
    # A frame that has nothing else would fail if anything else were asked for.
    tags = frame(spark, other.table, "subscriber_id | messages_7d\nloyal | 3").select("subscriber_id", "messages_7d")
    subscribers = frame(spark, DWD_SUBSCRIBER, "subscriber_id\nloyal")
    assert by_role(sample.compute(D, subscribers, usage=tags), "is_busy") == {"loyal": True}


def test_a_tag_that_another_family_does_not_have_is_refused_by_name(spark: SparkSession) -> None:
    sample = family(usage=TagsOf(family("usage", **USAGE)))

    def is_busy(usage: Tags) -> Column:
        """Whether calls were made."""
        return usage.calls_7d > 0

    sample.derived("boolean", label="忙", null_means="usage not known")(is_busy)
    with pytest.raises(ContractError, match=r"Table tag\.usage has no column calls_7d"):
        sample.compute(D, frame(spark, DWD_SUBSCRIBER, TWO), usage=frame(spark, DWD_SUBSCRIBER, TWO))


def test_a_derived_tag_reads_its_own_yesterday_which_is_null_on_the_first_night(spark: SparkSession) -> None:
    sample = family(yesterday=Yesterday())

    def nights_known(yesterday: Tags) -> Column:
        """Nights since the subscriber is known."""
        return F.coalesce(yesterday.nights_known, F.lit(0)) + 1

    sample.derived("int", unit="nights", label="已知天数", checks=(NOT_NULL,))(nights_known)
    subscribers = frame(spark, DWD_SUBSCRIBER, TWO)
    first = sample.table.conform(sample.compute(D, subscribers, yesterday=None))
    assert by_role(first, "nights_known") == {"loyal": 1, "silent": 1}
    before = frame(spark, sample.table, "subscriber_id | nights_known\nloyal | 6\nnobody | 9")
    assert by_role(sample.compute(D, subscribers, yesterday=before), "nights_known") == {"loyal": 7, "silent": 1}
