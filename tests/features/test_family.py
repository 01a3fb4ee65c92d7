from datetime import date

import pytest
from pyspark.sql import Column, SparkSession
from pyspark.sql import functions as F

from expectations.checks import NOT_NULL
from expectations.errors import ContractError
from expectations.tables.dwd_bill_monthly import DWD_BILL_MONTHLY
from expectations.tables.dwd_content_daily import DWD_CONTENT_DAILY
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.dwd_usage_daily import DWD_USAGE_DAILY
from expectations.tables.ods_terminal import ODS_TERMINAL
from features.family import Family
from tests.frames import by_role, frame

D = date(2026, 3, 31)


def family(source: object = DWD_USAGE_DAILY, **more: object) -> Family:
    return Family(name="sample", source=source, owner="tests", label="样本", **more)  # type: ignore[arg-type]


def messages() -> Column:
    """Messages sent."""
    return F.col("sms_count")


def newest() -> Column:
    """Product ordered last."""
    return F.col("product")


def test_a_windowed_declaration_makes_one_described_tag_per_window() -> None:
    sample = family()
    sample.windowed("sum", days=(7,), months=(1, 3), single_months=(2,), unit="messages", label="短信条数")(messages)
    column = sample.table.column("messages_7d")
    assert [tag.column.name for tag in sample.tags] == ["messages_7d", "messages_1m", "messages_3m", "messages_m2"]
    assert (column.type, column.label, column.comment) == (
        "bigint",
        "近7天短信条数",
        "Messages sent. Last 7 days, D included. In messages.",
    )
    assert column.null_means == "the window ended before network entry"


def test_the_table_is_a_snapshot_of_subscribers_named_after_the_family() -> None:
    table = family().table
    assert (table.name, table.kind, table.key) == ("tag.sample", "snapshot", ("subscriber_id",))


def test_needs_are_the_windows_days_and_no_others() -> None:
    sample = family()
    sample.windowed("sum", days=(7, 30), months=(3,), unit="messages", label="短信条数")(messages)
    needs = sample.needs(D)
    assert needs is not None
    assert (needs[0], needs[-1], len(needs)) == (date(2025, 12, 1), D, 90 + 30)
    assert date(2026, 3, 1) not in needs
    assert date(2026, 3, 2) in needs


def test_needs_of_a_monthly_fact_are_first_days_of_months_and_a_snapshot_has_none() -> None:
    bills, holdings = family(DWD_BILL_MONTHLY), family(DWD_SUBSCRIPTION_INTERVAL)
    bills.windowed("count", months=(1, 3), unit="bills", label="账单数")(messages)
    holdings.windowed("count", unit="order lines", label="持有数")(messages)
    assert bills.needs(D) == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
    assert holdings.needs(D) is None


def test_a_bad_declaration_is_refused_with_all_its_faults() -> None:
    sample = family(DWD_BILL_MONTHLY)

    def unsaid(when: date) -> Column:
        return F.col("bill_fen")

    with pytest.raises(ContractError) as refused:
        sample.windowed("total", days=(7, 7), label="", type="double")(unsaid)
    faults = str(refused.value)
    for fault in (
        "Tag unsaid of family sample",
        "tag unsaid_7d is declared twice",
        "no docstring",
        "label is empty",
        "something else than `on`",
        "type double is not one of boolean, int, bigint, string, date",
        "aggregate 'total' is not one of sum, count,",
        "is monthly: use months",
    ):
        assert fault in faults
    assert not sample.tags


@pytest.mark.parametrize(
    ("source", "aggregate", "windows", "fault"),
    [
        (DWD_USAGE_DAILY, "sum", {}, "needs windows, it has event dates"),
        (DWD_SUBSCRIPTION_INTERVAL, "count", {"days": (7,)}, "takes no windows, it is a snapshot"),
        (DWD_SUBSCRIPTION_INTERVAL, "latest", {}, "needs the family's newest_by"),
        (DWD_SUBSCRIPTION_INTERVAL, "max", {}, "type None is not one of"),
        (DWD_SUBSCRIBER, "sum", {}, "use derived"),
        (DWD_CONTENT_DAILY, "active_days", {"days": (7,)}, "may have several a day"),
        (DWD_USAGE_DAILY, "sum", {"single_months": (1,)}, "is months=(1,)"),
    ],
)
def test_windows_and_aggregates_must_suit_the_source(source: object, aggregate: str, windows: dict[str, object], fault: str) -> None:
    with pytest.raises(ContractError, match=fault.replace("(", r"\(").replace(")", r"\)")):
        family(source).windowed(aggregate, label="样本", **windows)(messages)  # type: ignore[arg-type]


def test_a_tag_declared_again_is_refused_whatever_its_form() -> None:
    sample = family()
    sample.windowed("sum", days=(7,), unit="messages", label="短信条数")(messages)

    def messages_7d() -> Column:
        """Messages again."""
        return F.lit(0)

    with pytest.raises(ContractError, match="tag messages_7d is declared twice"):
        sample.derived("int", unit="messages", label="短信条数", checks=(NOT_NULL,))(messages_7d)


def test_a_derived_tag_must_say_what_null_means_or_that_there_is_none() -> None:
    with pytest.raises(ContractError, match="neither what null means"):
        family().derived("int", unit="messages", label="短信条数")(messages)


def test_a_figure_without_a_unit_is_refused_and_a_flag_needs_none() -> None:
    for declare in (family().windowed("sum", days=(7,), label="短信条数"), family().derived("int", label="短信条数", null_means="none")):
        with pytest.raises(ContractError, match="a figure without a unit"):
            declare(messages)
    family().windowed("any", days=(7,), label="是否发短信")(messages)


def test_a_tag_over_a_snapshot_that_is_always_filled_promises_to_be_never_null() -> None:
    sample = family(DWD_SUBSCRIPTION_INTERVAL, newest_by=("order_id",))
    sample.windowed("count", unit="order lines", label="持有数")(messages)
    sample.windowed("latest", type="string", label="最近", null_means="none")(newest)
    assert (sample.table.column("messages").nullable, sample.table.column("newest").nullable) == (False, True)


def test_sums_fill_missing_rows_and_are_null_in_windows_that_ended_before_entry(spark: SparkSession) -> None:
    sample = family()
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
        DWD_USAGE_DAILY,
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
    found = by_role(sample.compute(D, usage, subscribers), "messages_7d", "messages_1m", "messages_m2")
    assert found == {
        "loyal": (11, 1000, 10000),
        "silent": (0, 0, 0),
        "joined": (0, 5, None),
        "newest": (0, None, None),
        "unknown": (0, 0, 0),
    }


def test_missing_none_tells_no_rows_from_zero_and_active_days_count_true_rows(spark: SparkSession) -> None:
    sample = family()
    sample.windowed("sum", days=(7,), unit="messages", label="短信条数", missing=None)(messages)

    def sending_days() -> Column:
        """Days with messages."""
        return F.col("sms_count") > 0

    def most_messages() -> Column:
        """Most messages on a day."""
        return F.col("sms_count")

    sample.windowed("active_days", days=(7,), unit="days", label="短信天数")(sending_days)
    sample.windowed("max", days=(7,), type="bigint", unit="messages", label="最多短信")(most_messages)
    subscribers = frame(spark, DWD_SUBSCRIBER, "subscriber_id | entry_date\nloyal | 2020-01-01\nsilent | 2020-01-01")
    usage = frame(
        spark,
        DWD_USAGE_DAILY,
        "subscriber_id | day | sms_count\nloyal | 2026-03-31 | 3\nloyal | 2026-03-30 | 0\nloyal | 2026-03-29 | 4\nloyal | 2026-03-28 |",
    )
    found = sample.compute(D, usage, subscribers)
    sample.table.conform(found)
    assert by_role(found, "messages_7d", "sending_days_7d", "most_messages_7d") == {"loyal": (7, 2, 4), "silent": (None, 0, None)}


def test_derived_tags_see_the_filled_tags_before_them(spark: SparkSession) -> None:
    sample = family()
    sample.windowed("sum", days=(7,), unit="messages", label="短信条数")(messages)

    def doubled() -> Column:
        """Twice the messages."""
        return F.col("messages_7d") * 2

    def since_then(on: date) -> Column:
        """Twice the messages and the year."""
        return F.col("doubled") + F.lit(on.year)

    sample.derived("int", unit="messages", label="两倍", checks=(NOT_NULL,))(doubled)
    sample.derived("bigint", unit="messages", label="加年", checks=(NOT_NULL,))(since_then)
    subscribers = frame(spark, DWD_SUBSCRIBER, "subscriber_id | entry_date\nsilent | 2020-01-01")
    found = sample.compute(D, DWD_USAGE_DAILY.empty(spark), subscribers)
    assert by_role(sample.table.conform(found), "doubled", "since_then", "business_date") == {"silent": (0, 2026, D)}


def test_latest_takes_the_newest_row_that_has_the_quantity(spark: SparkSession) -> None:
    sample = family(DWD_SUBSCRIPTION_INTERVAL, newest_by=("valid_from", "order_id"))

    def app() -> Column:
        """App ordered last."""
        return F.when(F.col("product_kind") == "app", F.col("product"))

    sample.windowed("latest", type="string", label="应用")(app)
    subscribers = frame(spark, DWD_SUBSCRIBER, "subscriber_id | entry_date\nloyal | 2020-01-01\nsilent | 2020-01-01")
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
    assert by_role(sample.compute(D, orders, subscribers), "app") == {"loyal": "video", "silent": None}


def test_a_lookup_brings_columns_by_its_key_and_leaves_the_spines_own_alone(spark: SparkSession) -> None:
    sample = family(DWD_SUBSCRIBER, lookups={"tac": ODS_TERMINAL})
    sample.carry("network", label="制式", null_means="unknown handset")
    sample.carry("state", label="状态")
    subscribers = frame(
        spark, DWD_SUBSCRIBER, "subscriber_id | tac | state\nsmart | 86000001 | active\nodd | 99999999 | active\nbare | | stopped"
    )
    terminals = frame(spark, ODS_TERMINAL, "tac | network | day\n86000001 | 4G | 2026-03-01")
    found = sample.table.conform(sample.compute(D, subscribers, subscribers, terminal=terminals))
    assert by_role(found, "network", "state") == {"smart": ("4G", "active"), "odd": (None, "active"), "bare": (None, "stopped")}
    assert sample.table.column("network").nullable
    assert not sample.table.column("state").nullable
