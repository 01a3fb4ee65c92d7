"""Data docs show every verdict of Great Expectations, read back from the results it stored."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from expectations.checks import at_least, between
from expectations.contract import Column, Table
from expectations.suites import rules
from jobs.report.audits import read_audits, results_by_night
from jobs.report.data_docs import NIGHTS_IN_INDEX, write_data_docs
from jobs.runtime.audit import judge
from tests.jobs.report.pages import Page, elsewhere

ON = date(2026, 3, 4)
COLUMNS = (Column("fen", "bigint", "Fen.", (at_least(0),)), Column("share", "int", "Share.", (between(0, 1000).as_warning,)))
BILLS = Table(name="mkt.bills", owner="tests", comment="Bills.", key=(), columns=COLUMNS, at_least_rows=2)


def judged(reports: Path, on: date = ON, rows: int = 3, fen: int = 0, share: int = 0) -> None:
    """Let Great Expectations judge a night of which this many rows break the rules on fen and share."""
    counts = {"fen": fen, "share": share, "all": rows}
    summary = {rule.summary: counts.get(rule.column, 0) for rule in rules(BILLS)}
    judge(BILLS, summary, on, reports)


def page(reports: Path, name: str) -> Page:
    return Page((reports / "data_docs" / name).read_text("utf-8"))


@pytest.mark.parametrize(
    ("counts", "state", "broken"),
    [
        ({}, "kept", []),
        ({"share": 4}, "warned", [("share", "between 0 and 1000", 4)]),
        ({"share": 4, "fen": 1}, "failed", [("fen", "at least 0", 1), ("share", "between 0 and 1000", 4)]),
        ({"rows": 1}, "failed", [("all", "at least 2 rows", 1)]),
        ({"rows": 0}, "failed", [("all", "at least 2 rows", 0)]),
    ],
    ids=["kept", "warned", "failed", "few rows", "no rows"],
)
def test_a_stored_result_reads_back_as_it_was_judged(tmp_path: Path, counts: dict[str, int], state: str, broken: list) -> None:
    judged(tmp_path, **counts)
    (audit,) = read_audits(results_by_night(tmp_path / "audit" / "results")[ON])
    assert (audit.table, audit.state, len(audit.rules)) == ("mkt.bills", state, len(list(rules(BILLS))))
    assert [(rule.column, rule.rule, rule.count) for rule in audit.broken] == broken


def test_the_pages_show_what_was_broken_link_to_each_other_and_ask_nobody(tmp_path: Path) -> None:
    judged(tmp_path, ON - timedelta(days=1))
    judged(tmp_path, fen=17, share=1)
    write_data_docs(tmp_path)
    index, night = page(tmp_path, "index.html"), page(tmp_path, f"{ON}.html")
    assert f"✗ 2 of {len(list(rules(BILLS)))}" in index.text
    assert "fen: expected at least 0, 17 row(s) otherwise" in night.text
    assert "mkt.bills: not published" in night.text
    links = {link for link in index.links if "#" in link}
    assert links == {f"{ON}.html#mkt.bills", f"{ON - timedelta(days=1)}.html#mkt.bills"}
    assert "mkt.bills" in night.ids
    for shown in (tmp_path / "data_docs").iterdir():
        html = shown.read_text("utf-8")
        assert (elsewhere(html), Page(html).faults, Page(html).open) == ([], [], []), shown.name


def test_a_page_is_made_anew_only_when_its_night_was_audited_again(tmp_path: Path) -> None:
    for back in range(NIGHTS_IN_INDEX + 1):
        judged(tmp_path, ON - timedelta(days=back))
    write_data_docs(tmp_path)
    oldest, old = (f"{ON - timedelta(days=back)}.html" for back in (NIGHTS_IN_INDEX, NIGHTS_IN_INDEX - 1))
    docs = tmp_path / "data_docs"
    for name in (oldest, old):
        (docs / name).write_text("untouched", "utf-8")
        os.utime(docs / name, (2**31, 2**31))
    judged(tmp_path, ON, fen=5)
    write_data_docs(tmp_path)
    assert {(docs / name).read_text("utf-8") for name in (oldest, old)} == {"untouched"}
    assert "5 row(s) otherwise" in page(tmp_path, f"{ON}.html").text
    assert [link for link in page(tmp_path, "index.html").links if oldest in link] == [oldest], "linked, without a column"


def test_the_index_of_a_home_without_audits_says_so(tmp_path: Path) -> None:
    assert "No table has been checked yet" in Page(write_data_docs(tmp_path).read_text("utf-8")).text
