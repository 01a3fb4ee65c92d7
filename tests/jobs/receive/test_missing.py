"""The text about a missing delivery names files that receive takes, whatever the feed calls its files."""

import gzip
import hashlib
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from expectations.errors import FeedError, SlippedError
from expectations.feed import Feed
from expectations.feeds import FEEDS
from expectations.files import CheckFile, FileNames
from jobs.receive.deliveries import deliveries
from jobs.receive.missing import listed_days, look_for_missing, needed_date
from jobs.runtime.job_run import JobRun
from jobs.runtime.lake import Lake
from jobs.runtime.reads import NotArrived
from jobs.runtime.settings import settings

NIGHT = date(2026, 3, 20)
NO_SEQUENCE = FileNames(part="S_{date:%Y%m%d}.{part:03}.{suffix}", check="S_{date:%Y%m%d}.CHK")
OF_A_MONTH = FileNames(part="S4-{date:%Y-%m}-{sequence:02}-{part:03}.{suffix}", check="S4-{date:%Y-%m}-{sequence:02}.ok")
IS_MISSED = [replace(feed, at_deadline="stop") for feed in FEEDS.values() if (feed.cadence, feed.content) != ("on change", "delta")]
OWN_NAMES = [replace(FEEDS["boss_usage"], files=NO_SEQUENCE), replace(FEEDS["boss_bill"], files=OF_A_MONTH)]


def missing(home: Path, feed: Feed) -> str:
    """What is said when no load of the feed was accepted."""
    chosen = SimpleNamespace(landing=home / "landing")
    run = SimpleNamespace(settings=chosen, on=NIGHT, since=NIGHT, refused=[], warnings=[], started_at=None)
    with pytest.raises(FeedError) as refusal:
        look_for_missing(cast(JobRun, run), feed, [])
    return str(refusal.value)


def late(home: Path, feed: Feed) -> list[str]:
    """The warnings of a night that runs without a delivery."""
    run = SimpleNamespace(settings=SimpleNamespace(landing=home), on=NIGHT, since=NIGHT, refused=[], warnings=[], started_at=None)
    look_for_missing(cast(JobRun, run), feed, [])
    return run.warnings


def test_at_its_deadline_a_delivery_stops_what_needs_it_or_slips_or_is_gone_without(tmp_path: Path) -> None:
    usage = FEEDS["boss_usage"]
    wanted = "expected a delivery for 2026-03-17 by the night of 2026-03-20, none was accepted"
    assert wanted in missing(tmp_path, usage)
    assert late(tmp_path, replace(usage, at_deadline="run without")) == [
        "feed boss_usage: the delivery for 2026-03-20 is due; it may be 3 night(s) late",
        f"feed boss_usage: {wanted}; the night runs without it",
    ]
    with pytest.raises(SlippedError, match=wanted) as slip:
        late(tmp_path, replace(usage, at_deadline="slip"))
    assert "To mend it: nothing; jobs that need it run once it is there. Else place boss_usage_20260317" in str(slip.value)


def follow(home: Path, feed: Feed, text: str, rows: int) -> None:
    """Do what the text says; the check file tells of one row, whatever the part holds."""
    told = re.search(r"To mend it: place (\S+) and, last, (\S+) in (landing/\S+/)( to replace the present files)?, then run", text)
    assert told, text
    folder = home / told[3]
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir() if told[4] else ():
        old.unlink()
    header = feed.delimiter.join(field.name for field in feed.fields).encode() + b"\n" if feed.header else b""
    content = header + b"row\n" * rows
    part = folder / told[1]
    part.write_bytes(gzip.compress(content) if feed.gzip else content)
    md5 = hashlib.md5(part.read_bytes()).hexdigest()
    assert isinstance(feed.check, CheckFile)
    (folder / told[2]).write_text(feed.check.line(part.name, 1, part.stat().st_size, md5, needed_date(feed, NIGHT) or NIGHT))


@pytest.mark.parametrize("feed", [*IS_MISSED, *OWN_NAMES], ids=lambda feed: f"{feed.name} {feed.check_name(NIGHT, 1)}")
def test_the_files_that_the_text_names_are_taken_also_where_a_refused_delivery_lies(tmp_path: Path, feed: Feed) -> None:
    follow(tmp_path, feed, missing(tmp_path, feed), rows=2)
    (refused,) = deliveries(feed, tmp_path / "landing", NIGHT, NIGHT)
    assert any("1 rows by the check file, got 2" in fault for fault in refused.faults)
    follow(tmp_path, feed, missing(tmp_path, feed), rows=1)
    taken = [found for found in deliveries(feed, tmp_path / "landing", NIGHT, NIGHT) if not found.faults]
    assert [found.data_date for found in taken] == [needed_date(feed, NIGHT) or NIGHT]


def test_of_many_days_that_never_came_only_the_newest_are_named() -> None:
    holes = [date(2026, 1, 1) + timedelta(days=place) for place in range(400)]
    assert listed_days(holes[:2]) == "2026-01-01, 2026-01-02"
    assert listed_days(holes) == "the newest are " + ", ".join(f"{day}" for day in holes[386:])


def days_absent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, feed: Feed, listed: list[tuple[str, date, date, date]]) -> list[int]:
    """The days of March that the night of the 5th knows to be absent, after loads of these (scope, data date, event date, known on)."""
    monkeypatch.setattr("jobs.runtime.loads.FEEDS", {feed.name: feed})
    monkeypatch.setattr("jobs.runtime.lake.FEEDS", {feed.name: feed})
    names = ("scope", "data_date", "event_date", "known_on")
    rows = [dict(zip(names, load, strict=True)) | {"state": "loaded"} for load in listed]
    lake = Lake(settings({"CHUDIAN_HOME": str(tmp_path)}))
    monkeypatch.setattr(lake, "_loads_of", lambda _: rows)
    month = NotArrived(feed.table, lambda on: [date(2026, 2, 28), *(on.replace(day=day) for day in range(1, on.day + 1))])
    return sorted(day.day for day in lake.not_arrived(month, date(2026, 3, 5)))


def march(*days: int, scope: str = "", known_on: int = 5) -> list[tuple[str, date, date, date]]:
    return [(scope, date(2026, 3, day), date(2026, 3, day), date(2026, 3, known_on)) for day in days]


def test_a_day_is_absent_from_the_first_load_on_until_its_own_delivery_is_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    usage = FEEDS["boss_usage"]
    late_rows_only = [("", date(2026, 3, 5), date(2026, 3, 4), date(2026, 3, 5))]
    assert days_absent(monkeypatch, tmp_path, usage, march(2, 3, 5) + late_rows_only) == [4]
    assert days_absent(monkeypatch, tmp_path, usage, march(2, 3, 4) + march(5, known_on=6)) == [5]
    assert days_absent(monkeypatch, tmp_path, usage, []) == []
    assert days_absent(monkeypatch, tmp_path, replace(usage, expected_from=date(2026, 3, 4)), march(1, 5)) == [4]
    assert days_absent(monkeypatch, tmp_path, FEEDS["boss_subscriber"], march(2, 5)) == [], "a full extract has everything on each day"
    by_city = FileNames("{feed}_{scope}_{date:%Y%m%d}_{part:03}.{suffix}", "{feed}_{scope}_{date:%Y%m%d}.chk")
    cities = replace(usage, files=by_city, scopes=("3501", "3502"))
    assert days_absent(monkeypatch, tmp_path, cities, march(3, 4, 5, scope="3501") + march(3, 5, scope="3502")) == [4]


def test_a_feed_of_what_happened_now_and_then_is_never_missed(tmp_path: Path) -> None:
    run = SimpleNamespace(
        settings=SimpleNamespace(landing=tmp_path / "landing"), on=NIGHT, since=NIGHT, refused=[], warnings=[], started_at=None
    )
    look_for_missing(cast(JobRun, run), FEEDS["survey"], [])
    assert run.warnings == []


def test_of_deliveries_that_no_night_looked_at_the_first_is_named_and_a_range_to_load(tmp_path: Path) -> None:
    for day in (3, 4, 9):
        folder = tmp_path / f"2026-03-{day:02}" / "survey"
        folder.mkdir(parents=True)
        (folder / f"survey_202603{day:02}_01.chk").touch()
    (said,) = late(tmp_path, FEEDS["survey"])
    assert "landing/2026-03-03/survey/survey_20260303_01.chk and 2 more up to 2026-03-09 are not in ops.load" in said
    assert said.endswith("chudian load --from 2026-03-03 --to 2026-03-09 takes in what is missing")
    at = date(2026, 3, 5)
    seen = {"scope": "", "state": "loaded", "known_on": at, "data_date": at, "event_date": at, "sequence": 1}
    run = SimpleNamespace(settings=SimpleNamespace(landing=tmp_path), on=NIGHT, since=NIGHT, refused=[], warnings=[], started_at=None)
    look_for_missing(cast(JobRun, run), FEEDS["survey"], [seen])
    assert run.warnings[0].endswith("chudian load --from 2026-03-03 --to 2026-03-04 takes in the first")


def test_a_newer_full_extract_stands_in_for_one_that_never_came(tmp_path: Path) -> None:
    newer = {"scope": "", "state": "loaded", "known_on": NIGHT, "sequence": 1}

    def look(back: int) -> list[str]:
        run = SimpleNamespace(settings=SimpleNamespace(landing=tmp_path), on=NIGHT, since=NIGHT, refused=[], warnings=[], started_at=None)
        day = NIGHT - timedelta(days=back)
        look_for_missing(cast(JobRun, run), FEEDS["no_call"], [{**newer, "event_date": day, "data_date": day}])
        return run.warnings

    told = ["feed no_call: the delivery for 2026-03-20 is due; it may be 7 night(s) late"]
    assert look(1) == look(7) == told
    with pytest.raises(FeedError, match="expected a delivery for 2026-03-13"):
        look(8)
