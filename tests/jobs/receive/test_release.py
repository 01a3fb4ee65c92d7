"""A tenth of a daily extract is held, stops what needs it by name, and is loaded once somebody has released it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from expectations.errors import FeedError
from expectations.feeds import FEEDS
from expectations.tables.ops import OPS_LOAD
from jobs.receive.releases import release
from jobs.register import all_jobs
from jobs.runtime.vault import make_demo_key
from tests.night.deliveries import deliver
from tests.night.homes import NIGHT, runner_of

FEED = FEEDS["boss_subscriber"]
NOW = datetime(2026, 3, 5, 6, tzinfo=UTC)
LINE = "{user}|{number}|1||20200101|01|20200101|10|20200101|||0|353686010000000|3501|350102|1|0|0|||||||"


def lines(rows: int) -> list[bytes]:
    return [LINE.format(user=80000000000 + row, number=12900000000 + row).encode() for row in range(rows)]


def test_a_tenth_of_the_subscribers_is_held_until_it_is_released(tmp_path: Path) -> None:
    make_demo_key(tmp_path / "vault", 1)
    before = [NIGHT - timedelta(days=back) for back in (3, 2, 1)]
    for day in before:
        deliver(tmp_path, FEED, lines(20), known_on=day, data_date=day)
    deliver(tmp_path, FEED, lines(2))
    runner, job = runner_of(tmp_path), all_jobs()["receive_boss_subscriber"]
    runner.run(job, before[-1], before[0])

    with pytest.raises(FeedError) as refusal:
        runner.run(job, NIGHT)
    assert "held: landing/2026-03-04/boss_subscriber/boss_subscriber_20260304_01: 2 rows, expected 20" in str(refusal.value)
    assert "To mend it: release the one that is held, or place boss_subscriber_" in str(refusal.value)
    with pytest.raises(FeedError, match=r"no delivery for 2026-03-03 is held(.|\n)*a held one: 2026-03-04"):
        release(runner.lake, FEED.name, before[-1], NOW)
    with pytest.raises(FeedError, match="Did you mean boss_subscriber"):
        release(runner.lake, "boss_subscribers", NIGHT, NOW)

    assert release(runner.lake, FEED.name, NIGHT, NOW)["rows_delivered"] == 2
    release(runner.lake, FEED.name, NIGHT, NOW)
    runner.run(job, NIGHT)
    listed = [row for row in runner.lake.log(OPS_LOAD, feed=FEED.name) if row["known_on"] == NIGHT]
    assert [(row["state"], row["rows_loaded"], row["rows_quarantined"]) for row in listed] == [("loaded", 2, 0)]
    assert runner.lake.whole(FEED.table, day=NIGHT).count() == 2


def test_a_delivery_refused_for_its_rows_is_missed_in_a_bulk_load_where_nothing_replaces_it(tmp_path: Path) -> None:
    make_demo_key(tmp_path / "vault", 1)
    day = NIGHT - timedelta(days=1)
    deliver(tmp_path, FEED, [line.replace(b"|10|", b"|99|") for line in lines(20)], known_on=day, data_date=day)
    deliver(tmp_path, FEED, lines(20))
    ended = runner_of(tmp_path).run(all_jobs()["receive_boss_subscriber"], NIGHT, day)
    assert ended.missed == ["landing/2026-03-03/boss_subscriber/boss_subscriber_20260303_01"]
    (said,) = ended.refused
    assert "20 of 20 rows cannot be loaded" in said


def test_a_part_without_its_check_file_is_missed_in_a_bulk_load(tmp_path: Path) -> None:
    make_demo_key(tmp_path / "vault", 1)
    deliver(tmp_path, FEED, lines(2))
    day = NIGHT - timedelta(days=1)
    deliver(tmp_path, FEED, lines(2), known_on=day, data_date=day)
    (tmp_path / "landing" / f"{day}" / FEED.name / FEED.check_name(day, 1)).unlink()
    ended = runner_of(tmp_path).run(all_jobs()["receive_boss_subscriber"], NIGHT, day)
    said = f"no check file lists {day}/boss_subscriber/{FEED.part_name(day, 1, 1)}"
    assert ended.missed == [said]
    assert f"feed boss_subscriber: {said}" in ended.warnings
    assert (ended.rows, ended.quarantined) == (2, 0)
