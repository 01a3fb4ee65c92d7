"""Coverage comes from records and file statistics: what is due, what is loaded, how many rows and values are missing."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

from expectations.checks import Statistics
from expectations.data_classes import DATA_CLASSES, DataClass
from expectations.errors import ChudianError
from expectations.feeds import FEEDS
from expectations.files import FileNames
from expectations.tables.ops import OPS_LOAD
from jobs import show
from jobs.report.coverage import ClassCover, FeedCover, coverage
from jobs.report.page import coverage_html
from jobs.runtime.delta import Written
from jobs.runtime.lake import Lake
from jobs.runtime.settings import settings
from tests.jobs.report.nights import ON
from tests.jobs.report.pages import Page, elsewhere

BY_CITY = FileNames(part="{scope}_{date:%Y%m%d}.gz", check="{scope}_{date:%Y%m%d}.chk")


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """An empty lake without Spark: asking for the session fails the test."""

    def none(_: Lake) -> None:
        raise AssertionError("the coverage asked for Spark")

    monkeypatch.setattr(Lake, "spark", property(none))
    return Lake(settings({"CHUDIAN_HOME": f"{tmp_path}"}))


def load(lake: Lake, feed: str, day: date, load_id: str, loaded: int, nulls: dict[str, int] | None = None, **more: Any) -> None:
    """A listed load, and its file in the table's log with this many nulls."""
    row = {"feed": feed, "known_on": day, "scope": "", "event_date": day, "data_date": day, "sequence": 1, "load_id": load_id}
    told = {"state": "loaded", "reason": None, "files": 1, "rows_delivered": loaded, "rows_loaded": loaded, "rows_quarantined": 0}
    lake.records.append(OPS_LOAD, [row | told | more])
    table = FEEDS[feed].table
    known_on = more.get("known_on", day)
    seen = {"load_id": Statistics(loaded, 0, load_id, load_id), **{name: Statistics(loaded, n) for name, n in (nulls or {}).items()}}
    partition = {str(table.event_date): f"{day}", "known_on": f"{known_on}", "feed": feed}
    covered = [(name, "=", value) for name, value in partition.items()]
    path = "/".join(f"{name}={value}" for name, value in partition.items())
    lake.at(table).commit([Written(f"{path}/{load_id}.parquet", 1, loaded, partition, seen)], covered, {})


def of(classes: list[ClassCover], feed: str) -> FeedCover:
    return next(cover for found in classes for cover in found.feeds if cover.feed.name == feed)


def test_every_data_class_has_its_name_and_its_feeds(lake: Lake) -> None:
    assert set(get_args(DataClass)) == set(DATA_CLASSES)
    found = coverage(lake, ON)
    assert [(one.name, one.label) for one in found][2] == ("service", "客户服务")
    assert sorted(cover.feed.name for one in found for cover in one.feeds) == sorted(FEEDS)
    assert [cover.feed.name for cover in found[0].feeds][:3] == ["boss_subscriber", "crm_customer", "family_tie"]
    assert {cover.state for one in found for cover in one.feeds} == {"never loaded"}


@pytest.mark.parametrize(
    ("feed", "newest", "state"),
    [
        ("boss_usage", date(2026, 3, 4), "up to date"),
        ("boss_usage", date(2026, 3, 3), "may be late"),
        ("boss_usage", date(2026, 3, 1), "may be late"),
        ("boss_usage", date(2026, 2, 28), "overdue"),
        ("boss_bill", date(2026, 1, 1), "up to date"),
        ("product_catalog", date(2020, 1, 1), "on change"),
    ],
)
def test_a_feed_is_fresh_late_or_overdue_by_what_is_due_and_how_late_it_may_be(lake: Lake, feed: str, newest: date, state: str) -> None:
    load(lake, feed, newest, "a", 10)
    assert (of(coverage(lake, ON), feed).newest, of(coverage(lake, ON), feed).state) == (newest, state)


def test_rows_and_values_are_counted_in_the_loads_that_are_in_force(lake: Lake) -> None:
    load(lake, "crm_service", date(2026, 3, 2), "a", 80, {"topic": 20, "is_satisfied": 80}, rows_quarantined=20)
    load(lake, "crm_service", date(2026, 3, 3), "wrong", 1000, {"topic": 1000, "is_satisfied": 0})
    load(lake, "crm_service", date(2026, 3, 3), "b", 120, {"topic": 30, "is_satisfied": 120}, known_on=date(2026, 3, 4), sequence=2)
    load(lake, "crm_service", date(2026, 1, 1), "old", 500, {"topic": 0})
    found = of(coverage(lake, ON), "crm_service")
    assert (found.loads, found.rows, found.quarantined) == (2, 200, 20)
    assert found.quarantined_share == pytest.approx(1 / 11)
    filled = {cover.column.name: cover.filled for cover in found.columns}
    assert (filled["topic"], filled["is_satisfied"], filled["severity"]) == (0.75, 0.0, None)
    assert next(cover.sources for cover in found.columns if cover.column.name == "topic") == ("TOPIC_CODE",)
    assert of(coverage(lake, date(2026, 3, 3)), "crm_service").rows == 1080, "before the correction was known"


def test_a_feed_that_comes_seldom_is_counted_by_its_newest_delivery(lake: Lake) -> None:
    load(lake, "org", date(2025, 1, 1), "a", 30)
    load(lake, "org", date(2025, 6, 1), "b", 33)
    assert (of(coverage(lake, ON), "org").loads, of(coverage(lake, ON), "org").rows) == (1, 33)


def test_a_city_that_was_never_loaded_is_missing_though_the_others_are_there(lake: Lake) -> None:
    cities = replace(
        FEEDS["boss_usage"], scopes=("3501", "3502"), files=FileNames(part="{scope}_{date:%Y%m%d}.gz", check="{scope}_{date:%Y%m%d}.chk")
    )
    load(lake, "boss_usage", ON, "a", 10, scope="3501")
    found = of(coverage(lake, ON, [cities]), "boss_usage")
    assert (found.state, found.missing, found.newest, found.rows) == ("scope missing", ("3502",), ON, 10)
    assert "scope missing 缺地市: 3502" in Page(coverage_html(ON, coverage(lake, ON, [cities]))).text


def test_the_page_shows_classes_feeds_and_fields_and_needs_nothing_from_elsewhere(lake: Lake) -> None:
    load(lake, "crm_service", date(2026, 3, 4), "a", 1234, {"topic": 617})
    page = Page(html := coverage_html(ON, coverage(lake, ON)))
    assert (page.faults, page.open, elsewhere(html)) == ([], [], [])
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert [
        words for words in ("客户服务", "up to date 正常", "1,234", "50.0%", "TOPIC_CODE", "咨询投诉主题") if words not in page.text
    ] == []


def test_the_command_line_shows_a_line_for_each_feed(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(show, "settings", lambda: lake.settings)
    with pytest.raises(ChudianError, match="Nothing has been loaded by the night of 2026-03-04"):
        show.coverage_of(ON)
    load(lake, "crm_service", date(2026, 3, 4), "a", 1234)
    assert show.coverage_of(ON).row_count == len(FEEDS)
