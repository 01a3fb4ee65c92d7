"""Which lists are held before publish, from tonight's and the last counts."""

from datetime import date
from pathlib import Path

import pytest

from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.mkt_limit import MKT_LIMIT
from jobs.publish.held import capacity_of, empty, last_lists, reasons_to_hold
from jobs.publish.key import Key
from jobs.runtime.lake import Lake
from jobs.runtime.settings import settings
from tests.jobs.people.stored import store

ON = date(2026, 3, 4)
SMS, CRM = Key("sms", "c10", "wave1"), Key("crm", "c10", "wave1")


@pytest.mark.parametrize(
    ("rows", "last", "is_held"),
    [
        (3000, 1000, False),
        (3001, 1000, True),
        (1000, 3000, False),
        (999, 3000, True),
        (500, 1, False),
        (502, 2, True),
        (90_000, None, False),
    ],
)
def test_a_list_is_held_when_it_is_three_times_larger_or_smaller_than_the_last_one(rows: int, last: int | None, is_held: bool) -> None:
    before = {} if last is None else {SMS: last}
    assert bool(reasons_to_hold({SMS: rows}, before, {}, {})) == is_held


def test_all_lists_of_a_channel_with_too_many_rows_are_held_and_every_reason_is_named() -> None:
    lists = {SMS: 600, Key("sms", "c13", "entry"): 401, CRM: 5000}
    held = reasons_to_hold(lists, {SMS: 10}, {"sms": 1000, "crm": 5000}, {CRM: ["2 row(s) are of subscribers who have too many"]})
    too_many = "its channel has 1,001 rows tonight and takes 1,000 a day"
    assert held == {
        SMS: ["600 rows, 10 last time; expected at most 3 times as many, or as few", too_many],
        Key("sms", "c13", "entry"): [too_many],
        CRM: ["2 row(s) are of subscribers who have too many"],
    }


def test_a_list_that_is_empty_though_its_step_was_decided_is_named() -> None:
    last = {SMS: 1200, CRM: 7, Key("sms", "c11", "wave2"): 9}
    assert empty(last, [CRM], {("c10", "wave1")}) == ["list sms/c10/wave1 is empty; it had 1,200 rows last time"]


def test_the_last_list_is_the_newest_one_before_the_night_of_at_most_62_nights(tmp_path: Path) -> None:
    lake = Lake(settings({"CHUDIAN_HOME": f"{tmp_path}"}))
    assert (last_lists(lake, ON), capacity_of(lake, ON)) == ({}, {})
    of = {"scenario": "c10", "step": "wave1", "channel": "sms"}
    for night, rows in ((date(2025, 12, 31), 9), (date(2026, 2, 4), 2), (date(2026, 3, 2), 3), (ON, 5)):
        store(lake, MKT_CONTACT, [of | {"business_date": night, "contact_id": f"{n}"} for n in range(rows)])
    store(lake, MKT_CONTACT, [of | {"channel": "crm", "business_date": date(2025, 12, 31), "contact_id": "c"}])
    assert last_lists(lake, ON) == {SMS: 3}
    limit = {"business_date": ON, "used": 1, "price_fen": 0, "missing": 0, "profit_fen": 1, "bound_fen": 1}
    sms, county = limit | {"name": "capacity sms", "most": 70, "channel": "sms"}, {"name": "capacity sms county 990101", "county": "990101"}
    lake.records.append(MKT_LIMIT, [sms, sms | county | {"most": 9}, limit | {"name": "stock credit_5", "most": 5}])
    assert capacity_of(lake, ON) == {"sms": 70}
