"""Days after the night: a correction shows in the next night, and the second wave goes to those who did not order after the first."""

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.fb_customer_state import FB_CUSTOMER_STATE
from expectations.tables.mkt_decision import MKT_DECISION
from features.library import CAR
from jobs.register import history_jobs, job_named
from jobs.runtime.reads import Snapshot
from jobs.runtime.sequence import run_sequence
from simulator.history import live_on
from tests.night.corrections import deliver_a_corrected_bill
from tests.night.homes import NIGHT, PROVINCE, fork, list_bytes, runner_of, walk
from tests.night.oracle import Oracle, token

C10 = "c10_data_without_plan"
NEXT = NIGHT + timedelta(days=1)
# The first wave slipped to the import day of the 6th, so the second opens five days after, on the 11th.
SECOND = date(2026, 3, 10)


@pytest.fixture(scope="module")
def week(before_night: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = fork(before_night, tmp_path_factory.mktemp("week") / "home")
    deliver_a_corrected_bill(home)
    take_in(home, NIGHT, NIGHT)
    live_on(PROVINCE, home, NEXT)
    assert [end for end in walk(home, NEXT) if end.state != "done"] == []
    for later in range(2, (SECOND - NIGHT).days + 1):
        live_on(PROVINCE, home, NIGHT + timedelta(days=later))
    take_in(home, NEXT + timedelta(days=1), SECOND - timedelta(days=1))
    assert [end for end in walk(home, SECOND) if end.state != "done"] == []
    return home


def take_in(home: Path, since: date, upto: date) -> None:
    run_sequence(runner_of(home), history_jobs(), upto, lambda _: None, since)


@pytest.mark.prove
def test_those_listed_the_day_after_have_the_corrected_bill(week: Path, after_night: Path) -> None:
    both = {row.subscriber_id for row in listed(after_night, NIGHT, "wave1")} & {row.subscriber_id for row in listed(week, NEXT, "wave1")}
    assert len(both) > 10
    before, after = fees(after_night, NIGHT), fees(week, NEXT)
    assert {who: after[who] for who in both} == {who: 2 * before[who] + 100 for who in both}


@pytest.mark.prove
def test_the_second_wave_is_listed_for_who_was_listed_and_did_not_order_the_other_way(week: Path) -> None:
    first = {row.subscriber_id: row for row in listed(week, NEXT, "wave1")}
    second = {row.subscriber_id: row for row in listed(week, SECOND, "wave2")}
    lake = runner_of(week).lake
    orders = lake.read(Snapshot(DWD_SUBSCRIPTION_INTERVAL), SECOND).where(f"product_kind = 'data_plan' AND to_date(ordered_at) > '{NEXT}'")
    responded = {row.subscriber_id for row in orders.collect()} & first.keys()
    assert second
    assert responded, "nobody responded, so the test would show nothing"
    assert second.keys() <= first.keys() - responded
    assert [s for s, row in second.items() if row.mode == first[s].mode] == []
    assert {path.split("/")[1] for path in list_bytes(week) if f"/{SECOND}/" in path} >= {C10}


@pytest.mark.prove
def test_the_state_says_of_whom_the_truth_has_a_delivery_that_it_was_delivered(week: Path) -> None:
    key = Oracle(week, SECOND).key
    known = pd.concat(pd.read_parquet(path) for path in sorted((week / "truth" / "contacts").glob("*.parquet")))
    known = known[known["delivered"]]
    truth = {(token(key, "user", row.user_id), row.scenario, row.step, row.channel, f"{row.list_date}") for row in known.itertuples()}
    state = runner_of(week).lake.read(Snapshot(FB_CUSTOMER_STATE), SECOND).where("delivered_on IS NOT NULL").collect()
    found = {(row.subscriber_id, row.scenario, row.step, row.channel, f"{row.list_date}") for row in state}
    assert found <= truth
    # A channel may report a few days late.
    assert len(found) > 0.7 * len(truth) > 10
    assert {row.arm for row in state} == {"treated"}


@pytest.mark.prove
def test_a_night_that_failed_and_is_run_after_a_later_one_contacts_nobody_again(week: Path, tmp_path: Path) -> None:
    home = fork(week, tmp_path / "home")
    before = waves(home)
    assert [end for end in walk(home, NIGHT) if end.state != "done"] == []
    assert not [path for path in waves(home) if f"/{NIGHT}/" in path]
    again = [job_named(name) for name in ("advance_customer_state", "find_candidates", "decide_contacts", "publish_lists")]
    assert [end for end in walk(home, NEXT, again) if end.state != "done"] == []
    assert waves(home) == before


def waves(home: Path) -> dict[str, bytes]:
    """The lists of monthly waves."""
    return {path: content for path, content in list_bytes(home).items() if "/wave" in path}


def listed(home: Path, on: date, step: str) -> list:
    where = f"scenario = '{C10}' AND step = '{step}' AND stage = 'listed'"
    return runner_of(home).lake.read(Snapshot(MKT_DECISION), on).where(where).collect()


def fees(home: Path, on: date) -> dict[str, int]:
    """Last month's data fee outside the package, in fen."""
    rows = runner_of(home).lake.read(Snapshot(CAR), on).select("subscriber_id", "bill_data_fee_outside_fen_1m").collect()
    return dict(map(tuple, rows))
