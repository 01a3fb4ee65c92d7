"""Lists of a night: those in the outbox beside those that were decided."""

import json
import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from jobs.report.night_lists import NightList, night_lists

ON = date(2026, 3, 4)
C10 = "c10_data_without_plan"


def publish(outbox: Path, channel: str, step: str, rows: int, complete: bool = True) -> Path:
    """A list of two cities, one of them without rows."""
    folder = outbox / channel / C10 / step / f"{ON}"
    folder.mkdir(parents=True)
    (folder / "9901.csv").touch()
    files = [{"city": "9901", "file": "9901.csv", "rows": rows}, {"city": "9902", "file": None, "rows": 0}]
    told = {"channel": channel, "scenario": C10, "step": step, "publish_by": "08:00", "files": files}
    valid = {"valid_from": "2026-03-05", "valid_to": "2026-03-09"}
    (folder / "manifest.json").write_text(json.dumps(told | valid), "utf-8")
    if complete:
        (folder / ".ok").touch()
    return folder


def counted(channel: str | None, step: str, rows: int, stage: str = "listed", **more: Any) -> dict[str, Any]:
    usual = {"scenario": C10, "city": "9901", "reasons": [], "control": None, "business_date": ON}
    return {**usual, "channel": channel, "step": step, "stage": stage, "rows": rows, **more}


def test_a_list_that_was_decided_and_not_written_is_named_with_its_contacts(tmp_path: Path) -> None:
    publish(tmp_path, "sms", "wave1", 5)
    publish(tmp_path, "sms", "wave2", 4, complete=False)
    rows = [counted("sms", "wave1", 3), counted("sms", "wave1", 2, city="9902"), counted("sms", "wave1", 9, "held_out")]
    rows += [counted("crm", "wave1", 7), counted(None, "wave1", 30, "excluded", reasons=["state"])]
    valid = {"valid": "2026-03-05 to 2026-03-09", "publish_by": "08:00"}
    assert night_lists(tmp_path, ON, rows) == [
        NightList("crm", C10, "wave1", "not written", decided=7),
        NightList("sms", C10, "wave1", "complete", decided=5, rows=5, files=1, **valid),
        NightList("sms", C10, "wave2", "not complete", decided=0, rows=4, files=1, **valid),
    ]


def test_while_decisions_are_not_counted_nobody_knows_how_many_there_are(tmp_path: Path) -> None:
    publish(tmp_path, "sms", "wave1", 5)
    assert [of.decided for of in night_lists(tmp_path, ON, [])] == [None]


@pytest.mark.parametrize(("ready", "slack"), [("07:15", 45), ("08:30", -30)])
def test_a_list_says_how_long_before_or_after_its_hour_it_was_ready(tmp_path: Path, ready: str, slack: int) -> None:
    """The hour is that of the day of import in Shanghai."""
    ok = publish(tmp_path, "sms", "wave1", 5) / ".ok"
    at = datetime.fromisoformat(f"2026-03-05 {ready}+08:00").timestamp()
    os.utime(ok, (at, at))
    assert [of.slack for of in night_lists(tmp_path, ON, [])] == [slack]
    os.utime(ok, (at + 3 * 86_400, at + 3 * 86_400))
    assert [of.slack for of in night_lists(tmp_path, ON, [])] == [None], "a night that is run again later has no hour"
