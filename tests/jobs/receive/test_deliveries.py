"""Another operator's names and check files are received as ours are, and their faults told in that operator's form."""

import gzip
import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from expectations.feeds import FEEDS
from expectations.files import CheckFile, FileNames
from jobs.receive.complete import named, strays
from jobs.receive.deliveries import Delivery, deliveries
from tests.night.deliveries import deliver, delivery
from tests.night.homes import NIGHT

OURS = FEEDS["boss_usage"]
OTHER = replace(
    FEEDS["boss_usage"],
    files=FileNames(part="S3_{date:%Y%m%d}.{part:03}.gz", check="S3_{date:%Y%m%d}.CHK"),
    check=CheckFile(fields=("date", "file", "rows", "md5"), delimiter=","),
)
ROWS = b"80000000017|20260304|1\n80000000025|20260304|2\n"
LINE = "20260304,S3_20260304.001.gz,2,{md5}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "landing" / f"{NIGHT}" / "boss_usage"
    folder.mkdir(parents=True)
    (folder / "S3_20260304.001.gz").write_bytes(gzip.compress(ROWS, mtime=0))
    return folder


def check(folder: Path, text: str) -> Delivery:
    """The delivery once its check file says this."""
    md5 = hashlib.md5((folder / "S3_20260304.001.gz").read_bytes()).hexdigest()
    (folder / "S3_20260304.CHK").write_text(text.format(md5=md5))
    (found,) = deliveries(OTHER, folder.parents[1], NIGHT, NIGHT)
    return found


def test_a_delivery_in_an_operators_own_names_and_check_form_is_accepted(folder: Path) -> None:
    found = check(folder, LINE)
    assert (found.faults, found.rows, found.data_date, found.sequence) == ((), 2, NIGHT, 1)
    assert (found.label, [part.size for part in found.parts]) == (f"landing/{NIGHT}/boss_usage/S3_20260304", [None])
    assert strays(OTHER, folder.parents[1], NIGHT, NIGHT) == []


FAULTS = {
    "S3_20260304.CHK line 1: expected like 20260304,S3_20260304.001.gz,rows,md5, got 2 fields": "S3_20260304.001.gz,2",
    "S3_20260304.001.gz: 3 rows by the check file, got 2": LINE.replace(",2,", ",3,"),
    "S3_20260304.001.gz: md5 " + "0" * 32: LINE.replace("{md5}", "0" * 32),
    "S3_20260304.001.gz: data date 20260303, the name says 20260304": LINE.replace("20260304,", "20260303,", 1),
    "S3_20260304.002.gz is in the check file but not in the folder": LINE + "\n" + LINE.replace(".001.", ".002."),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_in_the_operators_form(folder: Path, fault: str) -> None:
    assert [told for told in check(folder, FAULTS[fault]).faults if told.startswith(fault)]


def test_files_of_another_day_or_in_our_own_names_are_strays_there(folder: Path) -> None:
    check(folder, LINE)
    for name in ("S3_20260303.001.gz", "S3_20260231.CHK", "boss_usage_20260304_01.chk"):
        (folder / name).touch()
    assert [found.name for found in named(OTHER, folder.parents[1], NIGHT, NIGHT)] == ["S3_20260304.CHK"]
    came = [name.rpartition("/")[2] for name in strays(OTHER, folder.parents[1], NIGHT, NIGHT)]
    assert came == ["S3_20260231.CHK", "S3_20260303.001.gz", "boss_usage_20260304_01.chk"]


# Four bytes of GB18030 that read as two letters of UTF-8 as well, as most short Chinese text does one way or the other.
ALSO_UTF8 = "校园"
WORDS = {
    "as declared": (f"a|{ALSO_UTF8}\n".encode("gb18030"), False),
    "as declared, with a row that is not": ("a|校园流量套餐\n".encode("gb18030") + b"a|\xff\xff\n", False),
    "utf-8": ("a|用户资料，省内流量\n".encode(), True),
    "plain ascii": (b"a|b\n", False),
}


@pytest.mark.parametrize("words", WORDS)
def test_what_decodes_as_declared_is_as_declared_whatever_else_it_reads_as(tmp_path: Path, words: str) -> None:
    content, is_refused = WORDS[words]
    subscribers = FEEDS["boss_subscriber"]
    part, _ = delivery(tmp_path, subscribers)
    deliver(tmp_path, subscribers, [])
    part.write_bytes(gzip.compress(content))
    (found,) = deliveries(subscribers, tmp_path / "landing", NIGHT, NIGHT)
    told = f"{part.name}: expected encoding gb18030, the content is utf-8"
    assert (told in found.faults) == is_refused


@pytest.mark.parametrize(
    ("content", "told"),
    [(ROWS[:-1], 1), (ROWS[:-1], 2), (ROWS + b"\x1a", 2), (ROWS + b"\r\n", 2), (ROWS + b"\r\n", 3), (b"\n" + ROWS, 3)],
    ids=[
        "no final line feed, by wc",
        "no final line feed",
        "Ctrl-Z",
        "empty last line",
        "empty last line, by wc",
        "empty first line, by wc",
    ],
)
def test_rows_are_counted_as_rows_or_as_wc_counts_lines(folder: Path, content: bytes, told: int) -> None:
    (folder / "S3_20260304.001.gz").write_bytes(gzip.compress(content, mtime=0))
    found = check(folder, LINE.replace(",2,", f",{told},"))
    assert (found.faults, found.rows) == ((), 2)
    assert check(folder, LINE.replace(",2,", ",4,")).faults == ("S3_20260304.001.gz: 4 rows by the check file, got 2",)


def test_a_gzip_that_sparks_reader_would_stumble_over_is_refused_by_name(folder: Path) -> None:
    part = folder / "S3_20260304.001.gz"
    part.write_bytes(part.read_bytes() + bytes(512))
    assert check(folder, LINE).faults == ("S3_20260304.001.gz: zeros follow the end of the gzip; have it written again without padding",)
    part.write_bytes(gzip.compress(ROWS[:24]) + gzip.compress(ROWS[24:]))
    assert (check(folder, LINE).faults, check(folder, LINE).rows) == ((), 2)


@pytest.mark.parametrize("day", [date(1926, 3, 4), date(2026, 3, 5), date(9999, 12, 31)])
def test_a_data_date_after_its_night_or_of_another_century_is_refused_by_name(tmp_path: Path, day: date) -> None:
    deliver(tmp_path, OURS, [b"80000000017|20260304|1"], data_date=day)
    (found,) = deliveries(OURS, tmp_path / "landing", NIGHT, NIGHT)
    assert found.faults == (f"data date {day}; expected 2000-01-01 to 2026-03-04, the folder's night",)


def test_an_early_delivery_waits_in_the_folder_of_its_own_night(tmp_path: Path) -> None:
    tomorrow = date(2026, 3, 5)
    deliver(tmp_path, OURS, [b"80000000017|20260305|1"], data_date=tomorrow, known_on=tomorrow)
    assert list(deliveries(OURS, tmp_path / "landing", NIGHT, NIGHT)) == []
    assert [found.faults for found in deliveries(OURS, tmp_path / "landing", tomorrow, tomorrow)] == [()]
