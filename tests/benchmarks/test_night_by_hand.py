"""What the script by hand reads of the landing folder, and when its lists are taken as equal."""

import gzip
from datetime import date
from pathlib import Path

from benchmarks.night_by_hand import listed
from benchmarks.night_by_hand_duckdb import deliveries

NIGHT = date(2026, 3, 4)


def deliver(landing: Path, arrived: str, stem: str) -> None:
    folder = landing / arrived / "no_call"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{stem}.chk").touch()
    (folder / f"{stem}_001.txt.gz").touch()


def test_the_newest_delivery_that_had_arrived_by_the_night_is_read(tmp_path: Path) -> None:
    deliver(tmp_path, "2026-03-03", "no_call_20260303_01")
    deliver(tmp_path, "2026-03-03", "no_call_20260302_01")
    deliver(tmp_path, "2026-03-04", "no_call_20260303_02")
    deliver(tmp_path, "2026-03-05", "no_call_20260303_03")
    part = tmp_path / "2026-03-04" / "no_call" / "no_call_20260303_02_001.txt.gz"
    assert deliveries(tmp_path, "no_call", NIGHT) == [(date(2026, 3, 3), date(2026, 3, 4), [part])]


def test_lists_are_compared_unpacked_and_without_manifest(tmp_path: Path) -> None:
    folder = tmp_path / "web_hall" / "c10_data_without_plan" / "wave1" / "2026-03-04"
    folder.mkdir(parents=True)
    (folder / "9901.gz").write_bytes(gzip.compress(b"rank,number\n"))
    (folder / "manifest.json").touch()
    (folder / ".ok").touch()
    other = tmp_path / "sms" / "c12_plan_with_data" / "wave1" / "2026-03-04"
    other.mkdir(parents=True)
    (other / "9901.csv").touch()
    assert listed(tmp_path) == {"web_hall/c10_data_without_plan/wave1/2026-03-04/9901.gz": b"rank,number\n"}
