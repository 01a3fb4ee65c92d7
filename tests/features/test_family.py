"""Declarations of tags: what they make, which dates they need, what they may depend on, and how faults are refused."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.checks import NOT_NULL
from expectations.errors import ContractError
from expectations.tables.dwd_content_daily import DWD_CONTENT_DAILY
from expectations.tables.dwd_number_interval import DWD_NUMBER_INTERVAL
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.ods_bill import ODS_BILL
from expectations.tables.ods_usage import ODS_USAGE
from features.family import Family
from features.reads import Lookup, Read, Rows, TagsOf, Yesterday
from features.tag import Derived, Tags

D = date(2026, 3, 31)
USAGE = {"usage": Rows(ODS_USAGE)}
BILLS = {"bills": Rows(ODS_BILL)}
ORDERS = {"orders": Rows(DWD_SUBSCRIPTION_INTERVAL)}


def family(name: str = "sample", **reads: Read) -> Family:
    return Family(name=name, owner="tests", label="样本", reads=reads)


def messages() -> Column:
    """Messages sent."""
    return F.col("sms_count")


def test_a_windowed_declaration_makes_one_described_tag_per_window() -> None:
    sample = family(**USAGE)
    sample.windowed("sum", days=(7,), months=(1, 3), single_months=(2,), unit="messages", label="短信条数")(messages)
    column = sample.table.column("messages_7d")
    names = ["messages_7d", "messages_1m", "messages_3m", "messages_m2", "usage_days_not_arrived_7d"]
    assert [tag.column.name for tag in sample.tags] == names
    assert (column.type, column.label, column.comment) == (
        "bigint",
        "近7天短信条数",
        "Messages sent. Last 7 days, D included. In messages.",
    )
    assert column.null_means == "the window ended before network entry"


def test_no_day_of_a_fact_that_comes_on_change_is_missing() -> None:
    sample = family(usage=Rows(ODS_USAGE, on_change=True))
    sample.windowed("sum", days=(7,), months=(1,), unit="messages", label="短信条数")(messages)
    assert [tag.column.name for tag in sample.tags] == ["messages_7d", "messages_1m"]
    assert sample.table.column("messages_1m").null_means == "the window ended before network entry"


def test_a_declaration_per_category_makes_a_described_tag_for_each_of_them_and_each_window() -> None:
    sample = family(**USAGE)

    def messages_to(where: str) -> Column:
        """Messages to {} numbers."""
        return F.col(f"sms_{where}")

    sample.windowed("sum", days=(7, 30), per={"home": "网内", "other": "网外"}, unit="messages", label="{}短信条数")(messages_to)
    names = ["home_messages_to_7d", "home_messages_to_30d", "other_messages_to_7d", "other_messages_to_30d"]
    column = sample.table.column("other_messages_to_30d")
    assert [tag.column.name for tag in sample.tags] == [*names, "usage_days_not_arrived_7d", "usage_days_not_arrived_30d"]
    assert (column.label, column.comment) == (
        "近30天网外短信条数",
        "Messages to other numbers. Last 30 days, D included. In messages.",
    )


def test_the_table_is_a_snapshot_of_subscribers_named_after_the_family() -> None:
    table = family(**USAGE).table
    assert (table.name, table.kind, table.key) == ("tag.sample", "snapshot", ("subscriber_id",))


def test_the_days_of_a_read_are_those_of_its_own_windows_and_no_others() -> None:
    sample = family(**USAGE, **BILLS)
    sample.windowed("sum", days=(7, 30), months=(3,), of="usage", unit="messages", label="短信条数")(messages)

    def bills() -> Column:
        """Bills."""
        return F.lit(True)

    sample.windowed("count", months=(1, 3), of="bills", unit="bills", label="账单数")(bills)
    days = sample.days("usage", D)
    assert (days[0], days[-1], len(days)) == (date(2025, 12, 1), D, 90 + 30)
    assert date(2026, 3, 1) not in days
    assert date(2026, 3, 2) in days
    assert sample.days("bills", D) == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)], "a monthly fact has first days of months"


def test_a_bad_declaration_is_refused_with_all_its_faults() -> None:
    sample = family(**BILLS)

    def unsaid(on: date, when: date) -> Column:
        return F.col("bill_fen")

    with pytest.raises(ContractError) as refused:
        sample.windowed("total", days=(7, 7), label="", type="double")(unsaid)
    told = str(refused.value)
    for fault in (
        "Tag unsaid of family sample",
        "tag unsaid_7d is declared twice",
        "no docstring",
        "label is empty",
        "the function of a windowed tag takes no parameter, and this one takes on, when",
        "type double is not one of boolean, int, bigint, string, date",
        "aggregate 'total' is not one of sum, count,",
        "is monthly: use months",
    ):
        assert fault in told
    assert not sample.tags


def windowed(aggregate: str, **more: Any) -> Callable[[Family], Any]:
    return lambda sample: sample.windowed(aggregate, **{"unit": "messages", "label": "样本", **more})


def aggregated(aggregate: str, **more: Any) -> Callable[[Family], Any]:
    return lambda sample: sample.aggregated(aggregate, **{"unit": "messages", "label": "样本", **more})


def derived(type: str, **more: Any) -> Callable[[Family], Any]:
    return lambda sample: sample.derived(type, **{"unit": "messages", "label": "样本", "null_means": "none", **more})


def brand() -> Column:
    """Another brand."""
    return F.lit("none")


def dated(on: date) -> Column:
    """Messages up to D."""
    return F.col("sms_count")


def by_place(where: str) -> Column:
    """Messages."""
    return F.col("sms_count")


@pytest.mark.parametrize(
    ("reads", "declare", "function", "fault"),
    [
        (USAGE, windowed("sum"), messages, "it has no window"),
        (USAGE, windowed("sum", single_months=(1,)), messages, "is months=(1,)"),
        (USAGE, windowed("sum", days=(7,)), dated, "takes no parameter"),
        (USAGE, windowed("sum", days=(7,), per={"home": "网内"}), by_place, "need {} in the label and in the docstring"),
        (USAGE, windowed("sum", days=(7,), per={"a b": "网内"}, label="{}"), messages, "category 'a b' begins a tag's name"),
        (USAGE, windowed("sum", days=(7,), per={1: "网内"}, label="{}"), messages, "category 1 begins a tag's name"),
        (USAGE, windowed("sum", days=(7,), per={"home": ""}, label="{}"), messages, "category 'home' has no Chinese name"),
        (USAGE, windowed("sum", days=(7,), per={"a": "网", "b": "网"}, label="{}"), messages, "2 categories have the Chinese name 网"),
        (USAGE, windowed("sum", days=(7,), per=["home"], label="{}"), messages, "per is ['home']; expected categories"),
        (USAGE, windowed("sum", days=(7,), per={"home": "网内"}, label="{}"), messages, "whose first parameter is the category"),
        (USAGE, aggregated("count"), messages, "aggregated tags need one read of a snapshot"),
        (USAGE, aggregated("count", of="usage"), messages, "is a fact: use windowed"),
        (ORDERS, windowed("sum", days=(7,)), messages, "windowed tags need one read of a fact"),
        (ORDERS, windowed("sum", days=(7,), of="orders"), messages, "is a snapshot: use aggregated"),
        (ORDERS, windowed("sum", days=(7,), of="usage"), messages, "or of= to name it"),
        (USAGE | BILLS, windowed("sum", months=(1,)), messages, "it is not clear which rows are meant"),
        (ORDERS, aggregated("latest", type="string"), messages, "aggregate latest needs the newest_by of the rows"),
        (ORDERS, aggregated("max"), messages, "type None is not one of"),
        (ORDERS, aggregated("count"), by_place, "takes where; aggregated tags may take on"),
        ({"content": Rows(DWD_CONTENT_DAILY)}, windowed("active_days", days=(7,)), messages, "may have several a day"),
        ({}, derived("int"), by_place, "takes where; derived tags may take on"),
        ({"yesterday": Yesterday()}, derived("int"), by_place, "takes where; derived tags may take on, yesterday"),
        ({}, derived("string"), brand, "tag brand has the name of a column of dwd.subscriber"),
        ({}, derived("int", null_means=""), messages, "needs either null_means"),
        ({}, derived("int", unit=""), messages, "a figure needs a unit"),
        (USAGE, windowed("sum", days=(7,), unit=""), messages, "a figure needs a unit"),
        (USAGE, windowed("top", days=(7,)), messages, "aggregate top compares the values of a column: by= names one of"),
        (USAGE, windowed("entropy", days=(7,), by="cell"), messages, "aggregate entropy compares the values of a column: by= names one"),
        (USAGE, windowed("sum", days=(7,), by="day"), messages, "aggregate sum takes no by="),
        (USAGE, windowed("days", days=(63,)), messages, "aggregate days counts at most 62 days, and a window is longer"),
        (USAGE, windowed("distinct", days=(7,), by="day", k=2), messages, "k is 2: aggregate top takes"),
        (USAGE, windowed("top", days=(7,), by="day", k=0), messages, "k is 0: aggregate top takes"),
        (USAGE, windowed("decayed", days=(7,)), messages, "half_life is None: aggregate decayed takes a number of days from 1 up"),
        (USAGE, windowed("sum", days=(7,), half_life=7), messages, "half_life is 7: aggregate decayed takes"),
    ],
)
def test_a_fault_of_a_declaration_is_named(
    reads: dict[str, Read], declare: Callable[[Family], Any], function: Callable[..., Column], fault: str
) -> None:
    with pytest.raises(ContractError) as refused:
        declare(family(**reads))(function)
    assert fault in str(refused.value)


def test_faults_of_a_familys_reads_are_all_named() -> None:
    with pytest.raises(ContractError) as refused:
        family(
            on=Rows(DWD_SUBSCRIBER),
            found=Lookup(DWD_NUMBER_INTERVAL, by="number_token"),
            yesterday=Yesterday(),
            before=Yesterday(nights=30),
        )
    for fault in (
        "a read is called on, a name that compute uses itself",
        "read on is the spine",
        "a lookup in dwd.number_interval, which is no full extract",
        "its own yesterday twice",
    ):
        assert fault in str(refused.value)


def test_a_flag_needs_no_unit() -> None:
    family(**USAGE).windowed("any", days=(7,), label="是否发短信")(messages)


def test_a_tag_declared_again_is_refused_whatever_its_form() -> None:
    sample = family(**USAGE)
    sample.windowed("sum", days=(7,), unit="messages", label="短信条数")(messages)

    def messages_7d() -> Column:
        """Messages again."""
        return F.lit(0)

    with pytest.raises(ContractError, match="tag messages_7d is declared twice"):
        sample.derived("int", unit="messages", label="短信条数", checks=(NOT_NULL,))(messages_7d)


def test_an_aggregated_tag_that_is_always_filled_promises_to_be_never_null() -> None:
    sample = family(orders=Rows(DWD_SUBSCRIPTION_INTERVAL, newest_by=("order_id",)))

    def newest() -> Column:
        """Product ordered last."""
        return F.col("product")

    sample.aggregated("count", unit="order lines", label="持有数")(messages)
    sample.aggregated("latest", type="string", label="最近", null_means="none")(newest)
    assert (sample.table.column("messages").nullable, sample.table.column("newest").nullable) == (False, True)


def takes_usage(usage: Tags) -> Column:
    """Whether there were messages."""
    return usage.messages_7d > 0


def plain() -> Column:
    """Nothing."""
    return F.lit(False)


def test_a_family_can_do_without_another_as_long_as_no_tag_that_may_be_made_of_it_promises_a_value() -> None:
    other = family("usage", **USAGE)
    sample = family("sample", usage=TagsOf(other))
    sample.derived("boolean", label="前", checks=(NOT_NULL,))(plain)
    sample.derived("boolean", label="短信", null_means="none")(takes_usage)
    assert sample.can_do_without("usage")
    assert [taken for _, taken in sample.may_take()] == [set(), {"usage"}]

    def later() -> Column:
        """Whether there were messages; false where that is not known."""
        return F.coalesce("takes_usage", F.lit(False))

    sample.derived("boolean", label="后", checks=(NOT_NULL,))(later)
    assert not sample.can_do_without("usage"), "a later tag may be made of an earlier one"
    assert [taken for _, taken in sample.may_take()] == [set(), {"usage"}, {"usage"}]


def of_each(key: str, **of: Tags) -> Column:
    """Sum {}."""
    return F.lit(0)


def test_a_tag_per_category_may_take_other_reads_for_each_and_each_category_needs_its_own_alone() -> None:
    one, other = family("one", **USAGE), family("other", **USAGE)
    sample = family("sample", one=TagsOf(one), other=TagsOf(other))
    sample.derived("int", per={"a": "甲", "b": "乙"}, takes={"a": ["one"], "b": []}, unit="x", label="{}", null_means="none")(of_each)
    assert [tag.takes for tag in sample.tags if isinstance(tag, Derived)] == [{"one"}, set()]
    with pytest.raises(ContractError) as refusal:
        sample.derived("int", per={"c": "丙"}, takes={"d": ["none"]}, unit="x", label="{}", null_means="none")(of_each)
    assert "takes has the categories d; expected those of per: c" in str(refusal.value)
    assert "category d takes none; expected one of one, other" in str(refusal.value)
    with pytest.raises(ContractError, match="if and only if takes= lists them"):
        sample.derived("int", per={"c": "丙"}, unit="x", label="{}", null_means="none")(of_each)


def test_a_family_stands_on_all_that_it_reads_at_any_distance() -> None:
    first = family("first", **USAGE)
    second = family("second", first=TagsOf(first))
    assert family("third", second=TagsOf(second)).stands_on == {"first", "second", "third"}


def test_a_familys_name_and_what_it_reads_are_refused_when_they_cannot_work() -> None:
    with pytest.raises(ContractError, match="name 'a/b' is that of a table"):
        family("a/b")
    with pytest.raises(ContractError, match="read other is a Family; expected one of Rows, Lookup, TagsOf, Yesterday"):
        family(other=family("b"))  # type: ignore[arg-type]
    with pytest.raises(ContractError, match="a read is called 'Of A'"):
        family(**{"Of A": Yesterday()})
