"""Value matching 价值匹配 (P4): and terminal matching 终端匹配: what the tables close and open, and which faults in them are refused."""

from pathlib import Path

import pytest

from scenarios.errors import ScenarioError
from scenarios.matching import matching, read

TABLES = {
    "customer_channel": """
        channel,perceived,high,middle,low,why
        sms,2,yes,yes,yes,
        outbound_call,2,yes,no,no,
        toolbar,1,yes,yes,yes,
        crm,3,yes,yes,yes,
        """,
    "product_channel": """
        kind,channel,match,why
        handset,outbound_call,always,
        handset,toolbar,never,
        """,
    "customer_product": """
        customer,kind,most_fee_yuan,why
        low,data_plan,10,
        """,
    "customer_perception": """
        customer,least_perceived,most_contacts_30d,why
        high,2,4,
        middle,1,6,
        low,1,8,
        """,
    "terminal": """
        what,code,needs,why
        channel,toolbar,is_smartphone,
        product,reading,has_java,
        """,
}


def folder_of(path: Path, **other: str) -> Path:
    for name, text in (TABLES | other).items():
        (path / f"{name}.csv").write_text("\n".join(line.strip() for line in text.strip().splitlines()), "utf-8")
    return path


@pytest.mark.parametrize(
    ("customer", "kind", "channels"),
    [
        ("high", "data_plan", {"sms", "outbound_call", "crm"}),
        ("middle", "data_plan", {"sms", "toolbar", "crm"}),
        ("low", "data_plan", {"sms", "toolbar", "crm"}),
        ("low", "handset", {"sms", "outbound_call", "crm"}),
        ("low", "", {"sms", "toolbar", "crm"}),
    ],
    ids=["a call for high value, no pop-up", "no call for middle value", "none for low", "a handset is worth a call", "no product"],
)
def test_a_channel_suits_by_the_value_of_customer_and_product_and_by_how_it_is_perceived(
    tmp_path: Path, customer: str, kind: str, channels: set[str]
) -> None:
    assert read(folder_of(tmp_path)).channels(customer, kind) == channels


def test_fees_and_contacts_have_limits_by_the_value_of_the_customer(tmp_path: Path) -> None:
    found = read(folder_of(tmp_path))
    assert found.most_fee_fen == {("low", "data_plan"): 1000}
    assert found.most_contacts_30d == {"high": 4, "middle": 6, "low": 8}


def test_unknown_codes_and_odd_figures_of_the_tables_are_told_all_at_once(tmp_path: Path) -> None:
    strange = {
        "customer_channel": "channel,perceived,high,middle,low,why\npigeon,4,yes,maybe,no,\nsms,2,yes,yes,yes,\nsms,2,yes,yes,yes,",
        "product_channel": "kind,channel,match,why\nhandsets,call,often,",
        "customer_product": "customer,kind,most_fee_yuan,why\npoor,data_plan,9.5,",
        "customer_perception": "customer,least_perceived,most_contacts_30d,why\nhigh,2,-1,\nlow,1,8,",
        "terminal": "what,code,needs,why\nchannel,pigeon,has_wings,\nplan,dp005,has_java,",
    }
    with pytest.raises(ScenarioError) as refusal:
        read(folder_of(tmp_path, **strange))
    for fault in (
        *("customer_channel.csv, pigeon: channel is 'pigeon'; expected account_manager", "pigeon: perceived is '4'; expected 1, 2, 3"),
        *("pigeon: middle is 'maybe'; expected yes, no", "customer_channel.csv has sms twice"),
        *("handsets call: kind is 'handsets'; expected base_plan", "channel is 'call'", "match is 'often'; expected always, never"),
        *("poor data_plan: customer is 'poor'; expected high, middle, low", "most_fee_yuan is '9.5'; expected a whole number"),
        *("high: most_contacts_30d is '-1'; expected a whole number", "customer_perception.csv has no line for middle"),
        *("terminal.csv, pigeon: needs is 'has_wings'; expected is_smartphone", "terminal.csv, pigeon: code is 'pigeon'"),
        "terminal.csv, dp005: what is 'plan'; expected channel, product",
    ):
        assert fault in str(refusal.value)


def test_a_table_that_is_missing_or_no_table_with_these_columns_is_told_with_its_line(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        customer_product="customer,kind,fee,why\nlow,data_plan,10,",
        customer_perception="customer,least_perceived,most_contacts_30d,why\nhigh,2,4,few, and none by window\n\nmiddle,1,6\nlow,1,8,",
    )
    (folder / "customer_channel.csv").write_bytes("channel,perceived,high,middle,low,why\nsms,2,yes,yes,yes,便宜".encode("gbk"))
    (folder / "product_channel.csv").unlink()
    with pytest.raises(ScenarioError) as refusal:
        read(folder)
    assert str(refusal.value).splitlines()[1:] == [
        "  - customer_channel.csv is not in UTF-8; save it as CSV UTF-8",
        "  - product_channel.csv is missing",
        "  - customer_product.csv begins with customer,kind,fee,why; expected customer,kind,most_fee_yuan,why",
        "  - customer_perception.csv, line 2: 5 cells, expected 4; put a text with a comma in quotes",
        "  - customer_perception.csv, line 4: 3 cells, expected 4; put a text with a comma in quotes",
        "  To mend it: correct the tables in scenarios/matching/.",
    ]


def test_the_operators_tables_give_a_call_to_high_value_and_a_plan_of_10_yuan_to_low() -> None:
    told = matching()
    calls = {customer: "outbound_call" in told.channels(customer, "data_plan") for customer in ("high", "middle", "low")}
    assert calls == {"high": True, "middle": True, "low": False}
    assert "outbound_call" in told.channels("low", "handset")
    assert told.most_fee_fen["low", "data_plan"] == 1000


def test_a_channel_of_the_tables_that_the_catalogue_lacks_is_named() -> None:
    known = matching().perceived.keys() - {"fetion"}
    assert matching().unknown(known) == ["value matching names channel fetion, which the catalogue lacks"]
