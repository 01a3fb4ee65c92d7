"""A view on the screen: what is there, what there is none of, and what was not made."""

from datetime import UTC, date, datetime
from typing import Any

from expectations.tables.dws_customer_view import DWS_CUSTOMER_VIEW
from jobs.people.record import as_grids
from jobs.screen import console

RECORD: dict[str, Any] = {
    "subscriber_id": "t",
    "name": "欧阳锋",
    "business_date": date(2026, 3, 4),
    "tier": "gold",
    "services": ["one", "two"],
    "value_fen": 123456,
    "points": None,
    "has_open_complaint": False,
    "accounts": [],
    "products": [
        {"product": "dp010", "name": "10元包", "fee_fen": 1000, "until": None},
        {"product": "x", "name": None, "fee_fen": 0, "until": None},
    ],
    "service": [{"occurred_at": datetime(2026, 3, 1, 16, 30, tzinfo=UTC), "kind": "complaint"}],
    "labels": None,
}


def screen(record: dict[str, Any], personal: tuple[str, ...] = ("name",)) -> list[list[str]]:
    """The words of each line."""
    with console.capture() as said:
        for heading, grid in as_grids(record, DWS_CUSTOMER_VIEW, personal):
            console.print(heading, markup=False)
            console.print(grid)
    return [line.split() for line in said.get().splitlines() if line.strip()]


def test_a_record_is_shown_with_its_person_figures_and_parts() -> None:
    lines = screen(RECORD)
    assert lines[:4] == [["Person"], ["field", "value"], ["name", "欧阳锋"], ["As", "of", "2026-03-04"]]
    assert ["services", "分层服务", "one;", "two"] in lines
    assert ["value_fen", "近3个月月均贡献", "123,456", "fen"] in lines
    assert ["points", "积分", "points"] in lines
    assert ["has_open_complaint", "有未结投诉", "no"] in lines
    assert ["product", "name", "fee_fen"] in lines, "a column that is empty in all rows is left out"
    assert ["dp010", "10元包", "1,000"] in lines
    assert ["2026-03-02", "00:30", "complaint"] in lines, "in the time of the province"


def test_a_part_without_rows_is_told_apart_from_one_that_was_not_made() -> None:
    lines = screen(RECORD)
    assert ["accounts", "账户:", "none"] in lines
    assert ["labels", "识别标签:", "dws.label", "was", "not", "made", "tonight"] in lines
    assert ["As", "of", "no", "night"] in screen({"name": "欧阳锋"})
