"""The benchmark of the tag stage: what it says of growth."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from benchmarks.event_log import Work
from benchmarks.night import Spent, console
from benchmarks.tags import Stage, _seconds, show

NIGHT = date(2026, 3, 4)


def stage(subscribers: int, rows: int, shuffled: int) -> Stage:
    work = Work(Counter(compute_usage_tags=3), Counter(compute_usage_tags=rows), Counter(compute_usage_tags=shuffled))
    return Stage(subscribers, NIGHT, Spent(1.0, 2.0, 0.5, work), {"compute_usage_tags": 1.0})


@pytest.mark.parametrize(("shuffled", "verdict"), [(1050, "1.05 of linear growth, at most 1.05 wanted, met"), (1100, "1.10 of linear")])
def test_growth_is_compared_with_that_of_the_province(shuffled: int, verdict: str) -> None:
    with console.capture() as said:
        show([stage(100, 50, 100), stage(1000, 500, shuffled)])
    rows, bytes_shuffled = said.get().splitlines()[-2:]
    assert rows == f"{NIGHT}, rows_read: 1.00 of linear growth, at most 1.05 wanted, met"
    assert bytes_shuffled.startswith(f"{NIGHT}, bytes_shuffled: {verdict}")
    assert bytes_shuffled.endswith("MISSED") == (shuffled == 1100)


def test_the_seconds_of_a_stage_are_those_that_its_log_has_after_a_place(tmp_path: Path) -> None:
    log = tmp_path / "events.jsonl"
    before = '{"step": "done", "job": "receive_org", "seconds": 9.0}\n'
    log.write_text(before + '{"step": "begun", "job": "write_car"}\n{"step": "done", "job": "write_car", "seconds": 1.5}\n', "utf-8")
    assert dict(_seconds(log, len(before))) == {"write_car": 1.5}
