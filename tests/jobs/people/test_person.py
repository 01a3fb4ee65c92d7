"""Which lines are a person's."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from expectations.feed import Feed
from expectations.feeds import FEEDS
from expectations.files import CheckFile, FileNames
from jobs.people.landing import forget_in_landing
from jobs.people.person import Person
from tests.jobs.people.lines import CUSTOMER, SUBSCRIBER, WAP, customer_line, subscriber_line

USER, NUMBER, OTHER = "80000000017", "12900000017", "80000000025"
EARLIER, LATER = date(2026, 2, 1), date(2026, 3, 1)
# Somebody else had the number before.
PERSON = Person(
    frozenset("p"), frozenset({USER}), frozenset({NUMBER}), frozenset(), frozenset(), frozenset(), {NUMBER: [(EARLIER, "o"), (LATER, "p")]}
)


@pytest.mark.parametrize(
    ("line", "feed", "day", "is_theirs"),
    [
        (subscriber_line(USER, "12900000033"), SUBSCRIBER, EARLIER, True),
        (subscriber_line(OTHER, NUMBER), SUBSCRIBER, LATER, False),
        (subscriber_line(OTHER, NUMBER) + b"|", SUBSCRIBER, LATER, True),
        (f"t|{NUMBER}|u|a|4G|1|1|2|200".replace("|", WAP.delimiter).encode(), WAP, LATER, True),
        (f"t|{NUMBER}|u|a|4G|1|1|2|200".replace("|", WAP.delimiter).encode(), WAP, EARLIER, False),
        (f"t|1{NUMBER}|u|a|4G|1|1|2|200".replace("|", WAP.delimiter).encode(), WAP, LATER, False),
        (f"t|+86{NUMBER}|u|a|4G|1|1|2|200".replace("|", WAP.delimiter).encode(), WAP, LATER, True),
        (customer_line(USER_ID=OTHER, MANAGER_PHONE=NUMBER), CUSTOMER, LATER, False),
        (customer_line(USER_ID=USER, CUST_NAME="a,b"), CUSTOMER, EARLIER, True),
        (subscriber_line(USER, NUMBER) + b"\rx", SUBSCRIBER, LATER, True),
        (subscriber_line(USER, NUMBER) + b"x" * 200_000, SUBSCRIBER, LATER, True),
        (f"{NUMBER};x".encode(), None, LATER, True),
        (f"tel0{NUMBER};x".encode(), None, LATER, True),
    ],
)
def test_a_line_is_theirs_by_its_user_id_or_a_number_held_that_day(line: bytes, feed: Feed | None, day: date, is_theirs: bool) -> None:
    assert PERSON.is_line_of(line.decode("gb18030"), feed, day) is is_theirs


def test_lines_are_found_by_the_names_of_a_header_and_a_parts_own_check_file_is_made_true(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = FileNames("S3_{date:%Y%m%d}_{part:03}.txt", "S3_{date:%Y%m%d}_{part:03}.chk")
    feed = replace(FEEDS["boss_usage"], files=names, check=CheckFile(("rows", "bytes")), gzip=False, header=True)
    monkeypatch.setattr("jobs.people.landing.FEEDS", {"boss_usage": feed})
    columns = [field.name for field in feed.fields]
    folder = tmp_path / "2026-03-04" / "boss_usage"
    folder.mkdir(parents=True)
    lines = [dict.fromkeys(columns, "1") | {"USER_ID": user} for user in (USER, OTHER)]
    turned = [feed.delimiter.join(reversed(columns)), *(feed.delimiter.join(reversed(line.values())) for line in lines)]
    for part in ("001", "002"):
        (folder / f"S3_20260304_{part}.txt").write_text("".join(f"{line}\n" for line in turned))
        (folder / f"S3_20260304_{part}.chk").write_text(f"2|{sum(len(line) + 1 for line in turned)}\n")
    (folder / "S3_20260304_002.txt").write_text(f"{turned[0]}\n{turned[2]}\n")
    (folder / "S3_20260304_002.chk").write_text("9|9\n")
    assert forget_in_landing(tmp_path, PERSON) == 1
    kept = f"{turned[0]}\n\n{turned[2]}\n"
    assert (folder / "S3_20260304_001.txt").read_text() == kept
    assert (folder / "S3_20260304_001.chk").read_text() == f"1|{len(kept)}\n"
    assert (folder / "S3_20260304_002.chk").read_text() == "9|9\n", "nothing of that part was removed"


@pytest.mark.parametrize(
    ("theirs", "told", "tells"),
    [
        (USER, "S3_20260304_001.txt|9|{size}", "S3_20260304_001.txt|9|{new_size}"),
        (USER, "S3_20260304_001.txt|2|9", "S3_20260304_001.txt|1|9"),
        # The digits are in a column that names nobody.
        ("x", "S3_20260304_001.txt|9|9", "S3_20260304_001.txt|9|9"),
    ],
    ids=["false rows", "false size", "nothing removed"],
)
def test_a_false_figure_of_a_check_file_stays_false(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, theirs: str, told: str, tells: str
) -> None:
    names = FileNames("S3_{date:%Y%m%d}_{part:03}.txt", "S3_{date:%Y%m%d}.chk")
    feed = replace(FEEDS["boss_usage"], files=names, check=CheckFile(("file", "rows", "bytes")), gzip=False)
    monkeypatch.setattr("jobs.people.landing.FEEDS", {"boss_usage": feed})
    folder = tmp_path / "2026-03-04" / "boss_usage"
    folder.mkdir(parents=True)
    part, check = folder / "S3_20260304_001.txt", folder / "S3_20260304.chk"
    columns = [field.name for field in feed.fields]
    lines = [dict.fromkeys(columns, "1") | {"USER_ID": user, columns[-1]: USER} for user in (theirs, OTHER)]
    lines[1][columns[-1]] = "1"
    part.write_text("".join(feed.delimiter.join(line.values()) + "\n" for line in lines))
    before = part.stat()
    check.write_text(told.format(size=before.st_size))
    assert forget_in_landing(tmp_path, PERSON) == (theirs == USER)
    assert check.read_text() == tells.format(new_size=part.stat().st_size)
    assert (part.stat().st_ino == before.st_ino) is (theirs != USER), "a file that loses nothing is left alone"
    assert [path.name for path in sorted(folder.iterdir())] == [check.name, part.name]
