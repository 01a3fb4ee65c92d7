"""A delivery of plain and other lines through the whole of receive: the tables are the same as if Spark had read all lines."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from expectations.contract import Table
from expectations.feed import Feed
from expectations.feeds import FEEDS
from expectations.tables.ops import OPS_LOAD, OPS_PASSPORT, OPS_QUARANTINE
from expectations.tables.vault import VAULT_QUARANTINE
from jobs.receive.receive_feed import job_of
from jobs.runtime.job_run import JobRun
from jobs.runtime.vault import make_demo_key
from tests.night.deliveries import deliver
from tests.night.homes import NIGHT, runner_of

USAGE = FEEDS["boss_usage"]


def use(user: int, rest: str = "60|0|0|0|1|1000|0|0|0|0|0.00", day: str = "20260304") -> bytes:
    return f"{user}|{day}|{rest}".encode()


# 97 plain lines, 2 written in another way, 2 broken, a blank one.
LINES = [
    *(use(80000000000 + row, f"{row}|0|0|0|1|{row % 3}|0|0|0|0|0.{row:02}") for row in range(97)),
    use(80000000098, "+7|0|0|0|1|0|0|0|0|0|.5"),
    use(80000000099, " 7 |0|0|0|1|0|0|0|0|0|0.00"),
    b"",
    use(80000000100, "60|0|0"),
    use(80000000101, "seven|0|0|0|1|0|0|0|0|0|0.00"),
]


def request(
    at: str, number: int, url: str, agent: str = "MicroMessenger/5", rest: tuple[str, ...] = ("3G", "101", "10", "20", "200")
) -> bytes:
    return "\x01".join((f"20260304{at}", f"{number}", url, agent, *rest)).encode()


REQUESTS = [
    request("000000", 12900000001, f"http://so.cn/s?q={quote('玄幻小说')}"),
    request("115959", 12900000001, "http://商城.中国/pay?tel=12900000001", agent="诺亚 12900000001"),
    request("120000", 12900000002, "http://[2409:8c00::17]:80/x", rest=("WLAN", "", "0", "0", "")),
    request("235959", 12900000002, "so.cn/without/scheme", agent=""),
    *(request("090000", 12900000003, "http://www.kankan-video.cn/v/1") for _ in range(40)),
    request("246000", 12900000004, "http://so.cn/"),
]


def received(home: Path, lines: list[bytes], *more: list[bytes], feed: Feed = USAGE) -> tuple[JobRun, dict[str, Any]]:
    """The run, and what it has stored. More lines are a correction."""
    make_demo_key(home / "vault", 1)
    for sequence, each in enumerate([lines, *more], start=1):
        deliver(home, feed, each, sequence=sequence, rows=sum(bool(line) for line in each))
    runner = runner_of(home)
    run = runner.run(job_of(feed), NIGHT, NIGHT)
    rows = runner.lake.whole(feed.table).toArrow().to_pylist()
    stored = {"rows": sorted(rows, key=str), "profile": run.profile}

    def logged(table: Table, *left_out: str) -> list[dict[str, Any]]:
        found = [{name: value for name, value in row.items() if name not in left_out} for row in runner.lake.log(table)]
        return sorted(found, key=str)

    return run, stored | {table.name: logged(table) for table in (OPS_LOAD, OPS_PASSPORT, OPS_QUARANTINE, VAULT_QUARANTINE)}


def only_by_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.receive.receive_feed.only_spark_reads", lambda _: "nothing is plain in this test")


def test_tables_passports_and_quarantine_are_those_that_spark_alone_would_make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, by_arrow = received(tmp_path / "arrow", LINES)
    assert (run.rows, run.quarantined) == (99, 2)
    assert [(row["line"], row["reasons"]) for row in by_arrow[OPS_QUARANTINE.name]] == [
        (101, ["expected 13 columns, got 5"]),
        (102, ["VOICE_LOCAL_SEC: expected a whole number"]),
    ]
    only_by_spark(monkeypatch)
    _, by_spark = received(tmp_path / "spark", LINES)
    assert by_arrow == by_spark


def test_times_hosts_apps_and_keywords_are_those_that_spark_alone_would_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, by_arrow = received(tmp_path / "arrow", REQUESTS, feed=FEEDS["wap_log"])
    assert (run.rows, run.quarantined) == (44, 1)
    only_by_spark(monkeypatch)
    _, by_spark = received(tmp_path / "spark", REQUESTS, feed=FEEDS["wap_log"])
    assert by_arrow == by_spark


def test_feedback_with_a_rule_about_its_day_is_what_spark_alone_would_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rest = "DELIVRD|20260304090000|||"
    ids = ("", "0123456789abcdef" * 2, "12900000001")
    lines = [f"1290000000{at}|c10|wave1|2026030{3 + (at == 3)}|{rest}|{of}".encode() for at, of in enumerate((*ids, ""))]
    feed = replace(FEEDS["sms_feedback"], bad_per_mille=1000)
    run, by_arrow = received(tmp_path / "arrow", lines, feed=feed)
    only_by_spark(monkeypatch)
    _, by_spark = received(tmp_path / "spark", lines, feed=feed)
    assert run.rows == 2, "a number is no contact id, and a list of the day has no feedback yet"
    assert by_arrow == by_spark


def test_a_task_of_spark_for_each_part_reads_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, here = received(tmp_path / "here", LINES, LINES[1:])
    monkeypatch.setattr("jobs.receive.plainly.ROWS_READ_HERE", 0)
    _, by_tasks = received(tmp_path / "tasks", LINES, LINES[1:])
    assert here == by_tasks
    assert len(here["rows"]) == 99 + 98


def test_of_a_repeated_key_the_first_row_is_loaded_also_if_one_of_them_is_not_plain(tmp_path: Path) -> None:
    again = use(80000000000, "+9|0|0|0|1|0|0|0|0|0|0.00")
    run, stored = received(tmp_path, [*LINES[:97], again])
    assert (run.rows, run.quarantined) == (97, 1)
    assert [(row["line"], row["reasons"]) for row in stored[OPS_QUARANTINE.name]] == [
        (98, ["repeats the key (subscriber_id) of an earlier row"])
    ]


def test_a_delivery_with_too_many_broken_rows_is_refused_and_none_of_its_plain_lines_is_loaded(tmp_path: Path) -> None:
    run, stored = received(tmp_path, [*LINES[:10], *LINES[100:]])
    assert stored["rows"] == []
    assert "2 of 12 rows cannot be loaded" in run.refused[0]
    assert stored[OPS_QUARANTINE.name] == []


def test_a_clean_delivery_starts_no_query_of_spark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_demo_key(tmp_path / "vault", 1)
    deliver(tmp_path, USAGE, LINES[:97])
    monkeypatch.setattr("jobs.receive.receive_feed._parsed_once", None)
    monkeypatch.setattr("jobs.receive.plainly.parsed", None)
    monkeypatch.setattr("jobs.runtime.job_run.write", None)
    assert runner_of(tmp_path).run(job_of(USAGE), NIGHT, NIGHT).rows == 97
    assert not list((tmp_path / "vault" / "stage").rglob("*.parquet"))
