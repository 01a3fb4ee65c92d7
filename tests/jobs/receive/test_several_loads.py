"""Several feeds for one table, several scopes of a feed, several days in a delivery: each is a load of its own."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from expectations.checks import NOT_NULL, at_least
from expectations.columns import DAY, LOAD_ID, SUBSCRIBER_ID
from expectations.contract import Column, Table
from expectations.errors import FeedError
from expectations.feed import Feed, Field
from expectations.files import FileNames
from expectations.forms import DATE, INTEGER, token
from expectations.tables.ops import OPS_LOAD, OPS_QUARANTINE
from jobs.receive.receive_feed import job_of
from jobs.receive.releases import release
from jobs.runtime.job import Job, Order, by_name
from jobs.runtime.job_run import JobRun, Runner
from jobs.runtime.reads import Known, Latest
from jobs.runtime.vault import make_demo_key
from tests.night.deliveries import deliver
from tests.night.homes import NIGHT, runner_of

CALLS = Table(
    name="ods.calls",
    owner="tests",
    comment="Calls of a day.",
    key=("subscriber_id", "load_id"),
    event_date="day",
    columns=(DAY, SUBSCRIBER_ID, Column("seconds", "bigint", "Seconds.", (NOT_NULL, at_least(0))), LOAD_ID),
)
USER, SECONDS = Field("USER_ID", "subscriber_id", token("user"), personal=True), Field("SECONDS", "seconds", INTEGER)
BEFORE, AFTER = NIGHT - timedelta(days=1), NIGHT + timedelta(days=1)
NOW = datetime(2026, 3, 6, tzinfo=UTC)
BY_CITY = FileNames("{feed}_{scope}_{date:%Y%m%d}_{sequence:02}_{part:03}.{suffix}", "{feed}_{scope}_{date:%Y%m%d}_{sequence:02}.chk")


def feed(name: str, **otherwise: Any) -> Feed:
    usual: dict[str, Any] = {"source": "S3", "label": "通话", "owner": "tests", "table": CALLS, "cadence": "daily", "content": "delta"}
    usual |= {"data_class": "orders and usage", "gzip": False, "bad_per_mille": 500, "fields": (USER, SECONDS)}
    return Feed(name=name, **(usual | otherwise))


NORTH = feed("north")
SOUTH = feed("south", delimiter=";", header=True, fields=(SECONDS, USER))
CITIES = feed("cities", files=BY_CITY, scopes=("3501", "3502"))
LOG = feed("log", days=3, fields=(USER, Field("USE_DATE", None, DATE, is_event_date=True), SECONDS))


@pytest.fixture
def runner(spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Runner]:
    make_demo_key(tmp_path / "vault", 1)

    def of(*feeds: Feed) -> Runner:
        for module in ("jobs.runtime.loads", "jobs.receive.releases"):
            monkeypatch.setattr(f"{module}.FEEDS", {feed.name: feed for feed in feeds})
        return runner_of(tmp_path)

    return of


def receive(runner: Runner, feed: Feed, on: date = NIGHT) -> JobRun:
    return runner.run(job_of(feed), on)


def known(runner: Runner, on: date = NIGHT) -> list[tuple[date, str, int]]:
    """Day, feed and seconds of every row that the night knows."""
    found = runner.lake.read(Known(CALLS), on).select("day", "feed", "seconds").collect()
    return sorted((row.day, row.feed, row.seconds) for row in found)


def listed(runner: Runner, feed: Feed, on: date) -> list[tuple[date, str, int, int]]:
    """Event date, state, rows loaded and rows kept back of what the night saw."""
    rows = [row for row in runner.lake.log(OPS_LOAD, feed=feed.name) if row["known_on"] == on]
    return sorted((row["event_date"], row["state"], row["rows_loaded"], row["rows_quarantined"]) for row in rows)


def test_two_layouts_fill_one_table_and_each_replaces_its_own_files_alone(runner: Callable[..., Runner], tmp_path: Path) -> None:
    both = runner(NORTH, SOUTH)
    deliver(tmp_path, NORTH, [b"80000000017|10", b"80000000025|20"])
    deliver(tmp_path, SOUTH, [b"SECONDS;USER_ID", b"30;80000000033"])
    for one in (NORTH, SOUTH):
        receive(both, one)
    assert known(both) == [(NIGHT, "north", 10), (NIGHT, "north", 20), (NIGHT, "south", 30)]
    files = {file.path for file in both.lake.at(CALLS).present() if file.partition["feed"] == "south"}
    deliver(tmp_path, NORTH, [b"80000000017|11"])
    receive(both, NORTH)
    deliver(tmp_path, SOUTH, [b"SECONDS;USER_ID", b"31;80000000033"], known_on=AFTER, sequence=2)
    deliver(tmp_path, SOUTH, [b"SECONDS;USER_ID", b"32;80000000033"], known_on=AFTER, data_date=AFTER)
    receive(both, SOUTH, AFTER)
    assert known(both) == [(NIGHT, "north", 11), (NIGHT, "south", 30)]
    assert known(both, AFTER) == [(NIGHT, "north", 11), (NIGHT, "south", 31), (AFTER, "south", 32)]
    assert files < {file.path for file in both.lake.at(CALLS).present()}
    made = both.lake.publications.of(CALLS)
    assert {place[1:]: found.rows for place, found in made.items() if place[0] == NIGHT} == {
        (NIGHT, "north"): 1,
        (NIGHT, "south"): 1,
        (AFTER, "south"): 1,
    }


def test_who_reads_a_table_waits_for_every_feed_that_fills_it_and_another_writer_is_refused() -> None:
    reader = Job(name="read", stage="tag", kind="effect", call=print, writes=(), reads={"calls": Known(CALLS)}, runbook="Read.")
    jobs = by_name([job_of(NORTH), job_of(SOUTH), reader])
    assert Order(jobs).before["read"] == {"receive_north", "receive_south"}
    other = Job(name="make", stage="refine", kind="effect", call=print, writes=(CALLS,), runbook="Make.")
    with pytest.raises(Exception, match=r"table ods\.calls is written by receive_north and make"):
        by_name([job_of(NORTH), other])


def test_each_scope_is_a_load_and_one_that_is_missing_is_named_with_its_file(runner: Callable[..., Runner], tmp_path: Path) -> None:
    cities = runner(CITIES)
    deliver(tmp_path, CITIES, [b"80000000017|10"], scope="3501")
    with pytest.raises(FeedError) as refusal:
        receive(cities, CITIES)
    assert "expected a delivery of scope 3502 for 2026-03-04 by the night of 2026-03-04" in str(refusal.value)
    assert "place cities_3502_20260304_01_001.txt and, last, cities_3502_20260304_01.chk" in str(refusal.value)
    deliver(tmp_path, CITIES, [b"80000000025|20"], scope="3502")
    deliver(tmp_path, CITIES, [b"80000000025|20"], scope="9999")
    (refused,) = receive(cities, CITIES).refused
    assert "scope 9999 is not one of 3501, 3502" in refused
    deliver(tmp_path, CITIES, [b"80000000017|11"], scope="3501", sequence=2, known_on=AFTER)
    for scope in CITIES.scopes:
        deliver(tmp_path, CITIES, [b"80000000033|30"], scope=scope, known_on=AFTER, data_date=AFTER)
    receive(cities, CITIES, AFTER)
    assert known(cities) == [(NIGHT, "cities", 10), (NIGHT, "cities", 20)]
    assert known(cities, AFTER) == [(NIGHT, "cities", 11), (NIGHT, "cities", 20), (AFTER, "cities", 30), (AFTER, "cities", 30)]
    once = cities.lake.read(Latest(CALLS), AFTER)
    assert [row.seconds for row in once.collect()] == [30], "somebody in the extracts of two cities is one row"


def test_each_day_of_a_delivery_is_a_load_with_its_own_rows_duplicates_and_corrections(
    runner: Callable[..., Runner], tmp_path: Path
) -> None:
    log = runner(LOG)
    days = [b"80000000017|20260304|40", b"80000000025|20260303|30", b"80000000033|20260303|31", b"80000000017|20260303|32"]
    deliver(tmp_path, LOG, [*days, b"80000000041|20260301|1", b"80000000017|20260302|20"])
    receive(log, LOG)
    assert listed(log, LOG, NIGHT) == [(NIGHT - timedelta(days=2), "loaded", 1, 0), (BEFORE, "loaded", 3, 0), (NIGHT, "loaded", 1, 1)]
    (kept,) = log.lake.log(OPS_QUARANTINE, feed="log")
    assert (kept["line"], kept["reasons"]) == (5, ["USE_DATE: expected one of the 3 days up to the data date of the delivery"])

    late, same, new = [b"80000000025|20260303|33", b"80000000041|20260303|34"], b"80000000017|20260304|40", b"80000000017|20260305|50"
    deliver(tmp_path, LOG, [new, *late, same], known_on=AFTER, data_date=AFTER)
    ended = receive(log, LOG, AFTER)
    # A bad row of the first delivery counted with its data date, so the day came with other rows.
    assert listed(log, LOG, AFTER) == [(BEFORE, "held", 0, 2), (NIGHT, "loaded", 1, 0), (AFTER, "loaded", 1, 0)]
    assert "2 good rows, expected the whole day, of which 3 rows are loaded" in ended.refused[0]
    assert [row for row in known(log, AFTER) if row[0] == BEFORE] == [(BEFORE, "log", seconds) for seconds in (30, 31, 32)]
    release(log.lake, "log", BEFORE, NOW)
    receive(log, LOG, AFTER)
    assert [row for row in known(log, AFTER) if row[0] == BEFORE] == [(BEFORE, "log", 33), (BEFORE, "log", 34)]
    assert len([row for row in known(log) if row[0] == BEFORE]) == 3, "the night before keeps what it knew"

    again = AFTER + timedelta(days=1)
    deliver(tmp_path, LOG, [b"80000000017|20260306|60", new, same, b"80000000025|20260304|41"], known_on=again, data_date=again)
    receive(log, LOG, again)
    assert listed(log, LOG, again) == [(NIGHT, "loaded", 2, 0), (AFTER, "duplicate", 0, 0), (again, "loaded", 1, 0)]


def test_a_day_of_which_only_late_rows_came_still_lacks_its_own_delivery(runner: Callable[..., Runner], tmp_path: Path) -> None:
    log, following = runner(LOG), AFTER + timedelta(days=1)
    deliver(tmp_path, LOG, [b"80000000017|20260303|30"], known_on=BEFORE, data_date=BEFORE)
    deliver(tmp_path, LOG, [b"80000000017|20260305|50", b"80000000025|20260304|40"], known_on=AFTER, data_date=AFTER)
    receive(log, LOG, BEFORE)
    warning = "feed log: 1 day(s) without a delivery: 2026-03-04"
    assert warning in receive(log, LOG, AFTER).warnings
    deliver(tmp_path, LOG, [b"80000000017|20260304|41", b"80000000025|20260304|40"], known_on=following)
    deliver(tmp_path, LOG, [b"80000000017|20260306|60"], known_on=following, data_date=following)
    assert warning not in receive(log, LOG, following).warnings


def test_before_the_date_it_is_expected_from_a_feed_is_not_missed(runner: Callable[..., Runner], tmp_path: Path) -> None:
    later = feed("north", expected_from=AFTER)
    north = runner(later)
    assert receive(north, later).warnings == []
    deliver(tmp_path, later, [b"80000000017|10"], data_date=NIGHT - timedelta(days=2))
    assert receive(north, later).warnings == [], "the day between is no gap either"
    with pytest.raises(FeedError, match="expected a delivery for 2026-03-05 by the night of 2026-03-05"):
        receive(north, later, AFTER)
