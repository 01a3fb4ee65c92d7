"""The pages of a night that Airflow ran."""

from pathlib import Path

from tests.jobs.report.pages import elsewhere
from tests.night.homes import NIGHT


def test_no_page_under_reports_asks_another_machine(after_night: Path) -> None:
    pages = {path.relative_to(after_night / "reports").as_posix(): path for path in (after_night / "reports").rglob("*.html")}
    assert {f"{NIGHT}/night.html", f"{NIGHT}/dictionary.html", "data_docs/index.html", f"data_docs/{NIGHT}.html"} <= set(pages)
    assert {name: found for name, page in pages.items() if (found := elsewhere(page.read_text("utf-8")))} == {}
