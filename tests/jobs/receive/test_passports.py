"""A load's passport counts values without showing any that may be personal, and a column far from the last loads is an alarm."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations.feeds import FEEDS
from jobs.receive.deliveries import Delivery
from jobs.receive.passports import Passport, alarms, passports
from jobs.receive.weighing import Outcome
from tests.night.homes import NIGHT

USAGE, SUBSCRIBERS = FEEDS["boss_usage"], FEEDS["boss_subscriber"]


def test_nulls_distinct_values_and_groups_are_counted_of_good_rows_by_load(tmp_path: Path) -> None:
    good: list[list[str]] = [[], [], [], [], ["broken"]]
    rows = {"known_on": [NIGHT] * 5, "load_id": ["a", "a", "a", "b", "a"], "day": [NIGHT] * 5, "reasons": good}
    types = {"bigint": pa.int64(), "int": pa.int32(), "date": pa.date32(), "timestamp": pa.timestamp("us", "UTC"), "string": pa.string()}
    given = {
        "subscriber_id": ["x", "y", "y", "z", "w"],
        "state": ["active", "active", None, "frozen", "active"],
        "points": [0, 1, 1000, 3, 7],
        "entry_date": [date(2020, 1, 1), date(2020, 5, 1), None, date(2021, 1, 1), None],
    }
    columns = [column for column in SUBSCRIBERS.table.columns if column.name not in rows and column.name != "feed"]
    arrays = {column.name: pa.array(given.get(column.name, [None] * 5), types[column.type]) for column in columns}
    pq.write_table(pa.table({**rows, **arrays}), tmp_path / "part.parquet")
    of = {name: Delivery(SUBSCRIBERS, NIGHT, NIGHT, 1, (), name, (), 3) for name in ("a", "b")}
    outcomes = [Outcome(of["a"], "loaded", loaded=3), Outcome(of["b"], "refused", loaded=0)]
    found = {one.column: one for one in passports(SUBSCRIBERS, str(tmp_path), outcomes)}
    assert {(one.load_id, one.rows) for one in found.values()} == {("a", 3)}
    told = {name: (found[name].nulls, found[name].distinct, dict(found[name].bins)) for name in given}
    assert told == {
        "subscriber_id": (0, 2, {}),
        "state": (1, 1, {"active": 2}),
        "points": (0, 3, {"0": 1, "1": 1, "9": 1}),
        "entry_date": (1, 2, {"5": 1, "6": 1}),
    }
    assert Passport.of_row(found["points"].as_row(SUBSCRIBERS)) == found["points"]


def passport(back: int, nulls: int = 0, **bins: int) -> Passport:
    day = NIGHT - timedelta(days=back)
    return Passport("", day, day, f"{back}", "sms_count", 1000, nulls, 10, bins or {"0": 500, "1": 500})


BEFORE = [passport(back) for back in range(1, 29)]


@pytest.mark.parametrize(
    ("tonight", "before", "said"),
    [
        (passport(0), BEFORE, []),
        (passport(0, nulls=100), BEFORE, []),
        (passport(0, nulls=101), BEFORE, ["is null in 10% of the rows, in the last 28 loads in 0%"]),
        (passport(0, **{"0": 600, "1": 400}), BEFORE, []),
        (passport(0, **{"0": 900, "1": 100}), BEFORE, ["PSI 0.88, expected at most 0.25"]),
        (passport(0, **{"0": 900, "1": 100}), BEFORE[:6], []),
        (replace(passport(0, nulls=99), rows=99), BEFORE, []),
        (passport(0, **{"0": 90, "1": 9}), BEFORE, []),
        (passport(0, nulls=500), [*BEFORE, *(passport(back, nulls=1000) for back in range(29, 60))], ["is null in 50%"]),
    ],
    ids=["as usual", "ten points", "more", "a little", "shifted", "too few before", "too few rows", "too few values", "the last 28 count"],
)
def test_a_column_far_from_the_last_loads_is_an_alarm(tonight: Passport, before: list[Passport], said: list[str]) -> None:
    found = alarms(USAGE, [tonight], before)
    assert len(found) == len(said)
    assert all(words in text for words, text in zip(said, found, strict=True))


def test_a_daily_feed_is_compared_with_the_loads_of_the_last_28_days_alone() -> None:
    weekly = [passport(back) for back in range(7, 190, 7)]
    tonight = passport(0, **{"5": 1000})
    assert alarms(USAGE, [tonight], weekly) == [], "four loads of the last 28 days are too few to compare with"
    daily = [passport(back) for back in (*range(1, 7), 28)]
    assert len(alarms(USAGE, [tonight], daily)) == 1
    assert alarms(USAGE, [tonight], [*daily[:-1], passport(29)]) == []
    assert len(alarms(FEEDS["boss_bill"], [tonight], weekly)) == 1, "a feed that comes seldom is compared with its last loads"
