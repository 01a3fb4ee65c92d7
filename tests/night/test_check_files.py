"""What a delivery's files may be: read without Spark, refused one by one, and without a customer's values."""

from collections.abc import Callable
from pathlib import Path

import pytest

from expectations.feeds import FEEDS
from jobs.receive.deliveries import MOST_FAULTS, Delivery, deliveries
from tests.night.deliveries import deliver, delivery
from tests.night.homes import NIGHT

USAGE = FEEDS["boss_usage"]
LINES = [b"100000017|20260304|1", b"100000025|20260304|2"]


def look(home: Path) -> list[Delivery]:
    return list(deliveries(USAGE, home / "landing", NIGHT, NIGHT))


def rewritten(home: Path, change: Callable[[str], str]) -> tuple[str, ...]:
    """The faults of a delivery whose check file was changed."""
    deliver(home, USAGE, LINES)
    check = delivery(home, USAGE)[1]
    check.write_text(change(check.read_text()))
    (found,) = look(home)
    return found.faults


@pytest.mark.parametrize("change", [lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n"), lambda text: f"\n{text}\n\n"])
def test_a_check_file_with_a_byte_order_mark_other_line_ends_or_blank_lines_is_read(tmp_path: Path, change: Callable[[str], str]) -> None:
    assert rewritten(tmp_path, change) == ()


@pytest.mark.parametrize(
    "alien", ["13812345678|10|20|张三丰|李四", "\x1b[31m|²|1|x|y", "../../vault/token.key|1|2|" + "0" * 32 + "|20260304"]
)
def test_a_line_that_does_not_fit_is_named_by_its_number_and_not_told(tmp_path: Path, alien: str) -> None:
    faults = rewritten(tmp_path, lambda text: text + alien + "\n")
    assert len(faults) == 1
    assert "boss_usage_20260304_01.chk line 2: expected like boss_usage_20260304_01_001." in faults[0]
    assert not [cell for cell in alien.split("|") if len(cell) > 2 and cell != "20260304" and cell in faults[0]]


def test_a_data_file_in_the_place_of_a_check_file_does_not_fill_the_log(tmp_path: Path) -> None:
    faults = rewritten(tmp_path, lambda _: "13812345678|1|2\n" * 5000)
    assert len(faults) == MOST_FAULTS + 1
    assert faults[-1].endswith("more")


@pytest.mark.parametrize("place", [0, 1], ids=["part", "check file"])
def test_a_folder_or_a_broken_link_in_the_place_of_a_file_refuses_that_delivery_alone(tmp_path: Path, place: int) -> None:
    for sequence, make in ((2, Path.mkdir), (3, lambda path: path.symlink_to("nowhere"))):
        deliver(tmp_path, USAGE, LINES, sequence=sequence)
        broken = delivery(tmp_path, USAGE, sequence=sequence)[place]
        broken.unlink()
        make(broken)
    deliver(tmp_path, USAGE, LINES, sequence=1)
    found = {each.sequence: each.faults for each in look(tmp_path)}
    assert found[1] == ()
    assert all(found[sequence] for sequence in (2, 3))


@pytest.mark.parametrize("folder", ["20260304", "2026-W10-3", "2026-3-4"])
def test_a_landing_folder_is_named_yyyy_mm_dd_and_no_other_way(tmp_path: Path, folder: str) -> None:
    deliver(tmp_path, USAGE, LINES)
    (tmp_path / "landing" / f"{NIGHT}").rename(tmp_path / "landing" / folder)
    assert look(tmp_path) == []
