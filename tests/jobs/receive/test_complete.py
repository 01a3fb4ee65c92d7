"""What makes a delivery complete: a check file for all parts, one for each part, an `.ok` file, or files that no longer change."""

import gzip
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from expectations.feed import Feed
from expectations.feeds import FEEDS
from expectations.files import CheckFile, FileNames, OkFile, Settles
from jobs.receive.complete import strays, waiting_words
from jobs.receive.deliveries import Delivery, deliveries
from tests.night.homes import NIGHT

NOW = datetime(2026, 3, 5, 1, 30, tzinfo=UTC)
USAGE = FEEDS["boss_usage"]
PER_PART = replace(USAGE, files=FileNames(check="{feed}_{date:%Y%m%d}_{sequence:02}_{part:03}.chk"), check=CheckFile(("rows", "bytes")))
BY_OK = replace(USAGE, files=FileNames(check="{feed}_{date:%Y%m%d}_{sequence:02}.ok"), check=OkFile())
BY_TIME = replace(USAGE, files=FileNames(check=""), check=Settles(minutes=30))
STEM = "boss_usage_20260304_01"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "landing" / f"{NIGHT}" / "boss_usage"
    folder.mkdir(parents=True)
    return folder


def part(folder: Path, number: int, rows: int = 2, minutes_old: int = 60) -> Path:
    file = folder / f"{STEM}_{number:03}.txt.gz"
    file.write_bytes(gzip.compress(b"80000000017|20260304|1\n" * rows, mtime=0))
    moment = (NOW - timedelta(minutes=minutes_old)).timestamp()
    os.utime(file, (moment, moment))
    return file


def look(folder: Path, feed: Feed) -> list[Delivery]:
    return list(deliveries(feed, folder.parents[1], NIGHT, NIGHT, NOW))


def waits(folder: Path, feed: Feed) -> list[str]:
    return [waiting_words(feed, name) for name in strays(feed, folder.parents[1], NIGHT, NIGHT, NOW)]


def test_with_a_check_file_for_each_part_a_delivery_is_complete_when_every_part_has_its_own(folder: Path) -> None:
    for number, rows in ((1, 2), (2, 3)):
        file = part(folder, number, rows)
        assert look(folder, PER_PART) == []
        (folder / f"{STEM}_{number:03}.chk").write_text(f"{rows}|{file.stat().st_size}\n")
    (found,) = look(folder, PER_PART)
    assert (found.faults, found.rows, len(found.parts)) == ((), 5, 2)
    assert waits(folder, PER_PART) == []
    part(folder, 3)
    assert look(folder, PER_PART) == []
    assert (
        waits(folder, PER_PART)[0] == f"2026-03-04/boss_usage/{STEM}_001.chk waits until every part of its delivery has its own check file"
    )


def test_a_check_file_of_one_part_is_compared_with_that_part_and_needs_it(folder: Path) -> None:
    size = part(folder, 1).stat().st_size
    (folder / f"{STEM}_001.chk").write_text(f"3|{size}\n")
    assert look(folder, PER_PART)[0].faults == (f"{STEM}_001.txt.gz: 3 rows by the check file, got 2",)
    (folder / f"{STEM}_001.chk").write_text(f"2|{size}\n")
    (folder / f"{STEM}_002.chk").write_text("2|40\n")
    assert look(folder, PER_PART)[0].faults == (f"{STEM}_002.txt.gz is in the check file but not in the folder",)
    named = replace(PER_PART, check=CheckFile(("file", "rows")))
    (folder / f"{STEM}_002.chk").unlink()
    (folder / f"{STEM}_001.chk").write_text(f"{STEM}_002.txt.gz|2\n")
    assert look(folder, named)[0].faults[0] == f"{STEM}_001.chk line 1: expected like {STEM}_001.txt.gz|rows, got 2 fields that do not fit"


def test_an_ok_file_has_no_counts_and_takes_the_parts_that_are_there(folder: Path) -> None:
    part(folder, 1)
    part(folder, 2, rows=3)
    assert look(folder, BY_OK) == []
    assert waits(folder, BY_OK)[0] == f"no check file is there for 2026-03-04/boss_usage/{STEM}_001.txt.gz"
    (folder / f"{STEM}.ok").touch()
    (found,) = look(folder, BY_OK)
    assert (found.faults, found.rows, len(found.parts)) == ((), 5, 2)


def test_an_ok_file_without_parts_or_with_a_gap_in_their_numbers_is_refused(folder: Path) -> None:
    (folder / f"{STEM}.ok").touch()
    assert f"{STEM}.ok has come, and no part file is in the folder" in look(folder, BY_OK)[0].faults
    part(folder, 1)
    part(folder, 3)
    assert look(folder, BY_OK)[0].faults == (f"{STEM}_002.txt.gz is missing",)


@pytest.mark.parametrize(("minutes_old", "is_complete"), [(30, True), (29, False), (-5, False)], ids=["settled", "young", "of the future"])
def test_without_a_check_file_a_delivery_is_complete_once_no_file_has_changed_for_the_stated_time(
    folder: Path, minutes_old: int, is_complete: bool
) -> None:
    part(folder, 1)
    part(folder, 2, minutes_old=minutes_old)
    found = look(folder, BY_TIME)
    assert [one.rows for one in found] == ([4] if is_complete else [])
    expected = f"2026-03-04/boss_usage/{STEM}_001.txt.gz waits: a part of its delivery changed less than 30 minutes ago"
    assert waits(folder, BY_TIME)[:1] == ([] if is_complete else [expected])


@pytest.mark.parametrize("feed", [BY_TIME, BY_OK, PER_PART], ids=["by time", "by .ok", "per part"])
@pytest.mark.parametrize(
    "name", ["BOSS_USAGE_20260304_01_001.txt.gz", "boss_usage_20260230_01_001.txt.gz", "boss_usage_20260304_01.chk.bak"]
)
def test_a_file_with_a_wrong_name_is_told_how_names_are(folder: Path, feed: Feed, name: str) -> None:
    (folder / name).touch()
    (said,) = waits(folder, feed)
    assert said.startswith(f"2026-03-04/boss_usage/{name} has a name that is none of the feed's: expected like {STEM}_001.txt.gz")


@pytest.mark.parametrize("feed", [BY_TIME, BY_OK, PER_PART], ids=["by time", "by .ok", "per part"])
def test_where_the_number_of_parts_is_always_the_same_half_a_delivery_is_refused(folder: Path, feed: Feed) -> None:
    two = replace(feed, parts=2)
    size = part(folder, 1).stat().st_size
    (folder / f"{STEM}.ok").touch()
    (folder / f"{STEM}_001.chk").write_text(f"2|{size}\n")
    assert look(folder, two)[0].faults == ("1 part file(s), expected 2 (the feed's parts)",)
    part(folder, 2)
    (folder / f"{STEM}_002.chk").write_text(f"2|{size}\n")
    assert look(folder, two)[0].faults == ()
