"""The report says what a limit costs, in words."""

from typing import Any

from expectations.tables.mkt_limit import ALL_LIMITS
from jobs.report.limits import allocation_figures


def limit(
    name: str, price_fen: int = 0, missing: int = 0, least: int | None = None, most: int | None = None, unit: str = "contacts", **about: str
) -> dict[str, Any]:
    return {
        "name": name,
        "unit": unit,
        **{column: about.get(column) for column in ("channel", "county", "manager_id")},
        "least": least,
        "most": most,
        "used": 70,
        "price_fen": price_fen,
        "missing": missing,
        "profit_fen": 99_950,
        "bound_fen": 100_000,
    }


def test_each_limit_says_what_one_more_earns_and_the_dearest_is_first() -> None:
    told = allocation_figures(
        [
            limit(ALL_LIMITS),
            limit("capacity mms", most=900, channel="mms"),
            limit("capacity sms", price_fen=970, most=70, channel="sms"),
            limit("contacts c11", price_fen=-120, least=70, most=80),
            limit("contacts c13", missing=3, least=73),
            limit("budget", price_fen=250, most=50_000, unit="fen"),
        ]
    )
    assert told
    assert [(line.name, line.allowed, line.words, line.is_missed) for line in told.lines] == [
        ("capacity through sms 短信", "at most 70", "one more contact through sms 短信 would earn 9.70 yuan", False),
        ("budget", "at most 500.00 yuan", "one more yuan would earn 2.50 yuan", False),
        ("contacts c11", "at least 70, at most 80", "one contact less would earn 1.20 yuan", False),
        ("capacity through mms 彩信", "at most 900", "more would earn nothing", False),
        ("contacts c13", "at least 73", "the least cannot be met: 3 are missing", True),
    ]
    assert [line.used for line in told.lines][:2] == ["70", "0.70 yuan"]
    assert [line.name for line in told.costly] == [line.name for line in told.lines if line.words != "more would earn nothing"]
    assert "capacity through mms 彩信" in [line.name for line in told.others]
    assert told.words.endswith("worth more than 1,000.00 yuan, so at most 0.50 yuan (0.05%) are missing.")


def test_the_price_of_a_unit_names_its_channel_and_its_county_or_account_manager() -> None:
    near, far = (
        limit(f"capacity outbound_call county {code}", price_fen=fen, county=code, channel="outbound_call")
        for code, fen in (("990101", 400), ("990102", 300))
    )
    visits = limit("capacity account_manager manager M0001", price_fen=200, manager_id="M0001", channel="account_manager")
    told = allocation_figures([limit(ALL_LIMITS), near, far, visits], {"990101": "东湖区"})
    assert told
    assert [line.words for line in told.lines] == [
        "one more contact through outbound_call 10086外呼 in county 990101 东湖区 would earn 4.00 yuan",
        "one more contact through outbound_call 10086外呼 in county 990102 would earn 3.00 yuan",
        "one more contact through account_manager 客户经理 of account manager M0001 would earn 2.00 yuan",
    ]
    assert told.lines[0].name == "capacity through outbound_call 10086外呼 in county 990101 东湖区"


def test_a_night_without_decisions_has_no_limits() -> None:
    assert allocation_figures([]) is None
