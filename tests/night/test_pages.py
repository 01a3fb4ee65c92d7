"""The pages of a night that Airflow ran."""

from pathlib import Path

from expectations.tables.ods_feedback import ODS_FEEDBACK
from jobs.report.coverage import coverage
from jobs.runtime.lake import Lake
from tests.jobs.report.pages import elsewhere
from tests.night.homes import NIGHT, settings_of


def test_no_page_under_reports_asks_another_machine(after_night: Path) -> None:
    pages = {path.relative_to(after_night / "reports").as_posix(): path for path in (after_night / "reports").rglob("*.html")}
    assert {
        f"{NIGHT}/night.html",
        f"{NIGHT}/dictionary.html",
        f"{NIGHT}/coverage.html",
        "data_docs/index.html",
        f"data_docs/{NIGHT}.html",
    } <= set(pages)
    assert {name: found for name, page in pages.items() if (found := elsewhere(page.read_text("utf-8")))} == {}


def test_every_feed_has_arrived_with_rows_and_only_planted_faults_are_in_quarantine(after_night: Path) -> None:
    # No list was published before the night, so no channel has answered one.
    every = [cover for of in coverage(Lake(settings_of(after_night)), NIGHT) for cover in of.feeds]
    covers = [cover for cover in every if cover.feed.table is not ODS_FEEDBACK]
    assert [cover.feed.name for cover in covers if cover.state not in ("up to date", "on change") or not cover.rows] == []
    assert {cover.feed.name for cover in covers if cover.quarantined} == {"boss_subscriber", "boss_usage", "wap_log"}
    # Every catalogue row of the province is open ended, and in a small one perhaps nobody is stopped.
    empty = {entry.column.name for cover in covers for entry in cover.columns if entry.filled == 0}
    assert empty <= {"valid_to", "stop_type", "stop_date"}
