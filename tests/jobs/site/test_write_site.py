"""`chudian site` writes the site of a home, and links the nights that the home has."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from jobs import cli


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home, and no Spark: whoever starts it fails the test."""
    monkeypatch.setenv("CHUDIAN_HOME", f"{tmp_path}")
    monkeypatch.setattr("jobs.runtime.session.start", None)
    return tmp_path


def report(home: Path, page: str) -> None:
    path = home / "reports" / page
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def test_the_site_links_the_newest_nights_and_drops_pages_of_what_is_gone(home: Path) -> None:
    for page in ("2026-03-03/night.html", "2026-03-04/night.html", "2026-03-04/coverage.html", "data_docs/index.html"):
        report(home, page)
    old = home / "site" / "tags" / "no_longer_declared.html"
    old.parent.mkdir(parents=True)
    old.touch()
    ran = CliRunner().invoke(cli.app, ["site"])
    assert ran.exit_code == 0, ran.output
    index = (home / "site" / "index.html").read_text("utf-8")
    links = [part.partition('"')[0] for part in index.split('href="../')[1:]]
    assert links == [
        "reports/2026-03-04/night.html",
        "reports/2026-03-04/coverage.html",
        "reports/2026-03-03/night.html",
        "reports/data_docs/index.html",
    ]
    assert not old.exists()
    assert sorted(path.name for path in home.iterdir()) == ["reports", "site"]
