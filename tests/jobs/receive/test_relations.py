"""A delivery that covers too little of another table is held, or loaded with a warning, as its feed says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from expectations.checks import NOT_NULL
from expectations.columns import EXTRACT_DAY, LOAD_ID, SUBSCRIBER_ID
from expectations.contract import Column, Table
from expectations.errors import FeedError
from expectations.feed import Feed, Field
from expectations.forms import INTEGER, token
from expectations.relations import Covers
from expectations.tables.ops import OPS_LOAD
from jobs.receive.receive_feed import job_of
from jobs.receive.releases import release
from jobs.runtime.job_run import Runner
from jobs.runtime.vault import make_demo_key
from tests.night.deliveries import deliver
from tests.night.homes import NIGHT, runner_of

BEFORE = NIGHT - timedelta(days=1)
NOW = datetime(2026, 3, 5, 6, tzinfo=UTC)
USERS = [f"8000000000{user}|1".encode() for user in range(10)]


def table(name: str) -> Table:
    columns = (EXTRACT_DAY, SUBSCRIBER_ID, Column("level", "bigint", "Level.", (NOT_NULL,)), LOAD_ID)
    return Table(name=name, owner="tests", comment="T.", key=("subscriber_id", "load_id"), event_date="day", columns=columns)


WHOLE = Feed(
    name="whole",
    source="S1",
    label="全",
    owner="tests",
    table=table("ods.whole"),
    fields=(Field("USER_ID", "subscriber_id", token("user"), personal=True), Field("LEVEL", "level", INTEGER)),
    cadence="daily",
    content="full",
    data_class="basic",
)
HELD = replace(WHOLE, name="part", table=table("ods.part"), covers=(Covers(WHOLE.table, ("subscriber_id",), at_least_per_mille=800),))
WARNED = replace(HELD, covers=(replace(HELD.covers[0], otherwise="warn"),))


@pytest.fixture
def runner(spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Feed], Runner]:
    make_demo_key(tmp_path / "vault", 1)

    def of(feed: Feed) -> Runner:
        for module in ("jobs.runtime.loads", "jobs.receive.releases"):
            monkeypatch.setattr(f"{module}.FEEDS", {"whole": WHOLE, "part": feed})
        runner = runner_of(tmp_path)
        deliver(tmp_path, WHOLE, USERS, known_on=BEFORE, data_date=BEFORE)
        runner.run(job_of(WHOLE), BEFORE)
        return runner

    return of


def test_a_delivery_that_covers_too_little_is_held_until_it_is_released(runner: Callable[[Feed], Runner], tmp_path: Path) -> None:
    nights = runner(HELD)
    deliver(tmp_path, HELD, [*USERS[:7], b"80000000099|1"])
    with pytest.raises(FeedError) as refusal:
        nights.run(job_of(HELD), NIGHT)
    assert "has rows for 7 of the 10 keys of ods.whole of the night before, expected 800 per mille" in str(refusal.value)
    assert "chudian release part 2026-03-04" in str(refusal.value)
    (listed,) = nights.lake.log(OPS_LOAD, feed="part")
    assert (listed["state"], listed["rows_delivered"], listed["rows_loaded"], listed["rows_quarantined"]) == ("held", 8, 0, 8)
    release(nights.lake, "part", NIGHT, NOW)
    assert nights.run(job_of(HELD), NIGHT).rows == 8


def test_a_delivery_that_covers_enough_is_loaded_and_one_that_may_cover_less_is_too_with_a_warning(
    runner: Callable[[Feed], Runner], tmp_path: Path
) -> None:
    nights = runner(WARNED)
    deliver(tmp_path, WARNED, USERS[:8])
    assert nights.run(job_of(HELD), NIGHT).warnings == []
    deliver(tmp_path, WARNED, USERS[:7])
    (warned,) = nights.run(job_of(WARNED), NIGHT).warnings
    assert warned.startswith("feed part: landing/2026-03-04/part/part_20260304_01 has rows for 7 of the 10 keys of ods.whole")
    assert nights.lake.whole(WARNED.table).count() == 7
