"""`chudian site` writes the site of a home, and links the nights that the home has."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from expectations.tables.mkt_limit import ALL_LIMITS, MKT_LIMIT
from expectations.tables.ops import OPS_LOAD, OPS_RUN, OPS_TAG_PROFILE
from expectations.tables.rpt_audience import RPT_AUDIENCE
from expectations.tables.rpt_funnel import RPT_FUNNEL
from expectations.tables.rpt_segment import RPT_SEGMENT_PORTRAIT
from jobs import cli
from jobs.runtime.lake import Lake
from jobs.runtime.settings import settings
from jobs.site.home import Home, home_of
from jobs.site.pages import index_html, site
from tests.jobs.report.pages import Page

ON = date(2026, 3, 4)


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


def test_a_home_without_nights_has_no_figures(home: Path) -> None:
    assert home_of(settings()) == Home()
    assert 'id="nights"' not in index_html(Home())


def test_the_pages_have_the_figures_of_the_newest_night(home: Path) -> None:
    for page in ("2026-03-03/night.html", "2026-03-04/night.html"):
        report(home, page)
    records = Lake(settings()).records
    night = {
        "run_id": "r",
        "business_date": ON,
        "from_date": ON,
        "started_at": datetime(2026, 3, 5, tzinfo=UTC),
        "state": "done",
        "rows": 200,
    }
    profile = '{"tag.usage": {"data_bytes_30d__nulls": 50, "data_bytes_30d__mean": 1048576.0}}'
    records.append(OPS_RUN, [night | {"job": "compute_usage_tags", "profile": profile, "seconds": 1.0}])
    counted = {"scenario": "c10_data_without_plan", "step": "wave1", "city": "9901", "reasons": [], "business_date": ON}
    listed = counted | {"channel": "sms", "stage": "listed"}
    yesterday = listed | {"business_date": date(2026, 3, 3), "rows": 100}
    records.append(
        RPT_FUNNEL, [listed | {"rows": 1200}, listed | {"city": "9902", "rows": 34}, counted | {"stage": "excluded", "rows": 7}, yesterday]
    )
    portrait = {"segment": "ss7_high_outflow", "subscribers": 4321, "known": 1, "business_date": ON}
    records.append(RPT_SEGMENT_PORTRAIT, [portrait | {"figure": "data_bytes_30d"}, portrait | {"figure": "age_years"}])
    records.append(RPT_AUDIENCE, [{"scenario": "c10_data_without_plan", "members": 5678, "live": 9999, "business_date": ON}])
    limit = {"unit": "contacts", "used": 1000, "missing": 0, "profit_fen": 900, "bound_fen": 1000, "business_date": ON}
    records.append(
        MKT_LIMIT, [limit | {"name": ALL_LIMITS, "price_fen": 0}, limit | {"name": "capacity sms", "most": 1000, "price_fen": 120}]
    )
    profiled = {"tag": "data_bytes_30d", "car_run": "r", "rows": 10, "seen": 10, "nulls": 1, "distinct": 3, "bins": "{}"}
    records.append(OPS_TAG_PROFILE, [profiled | {"psi": 0.31, "state": "bad", "reasons": ["moved"], "business_date": ON}])
    load = {"feed": "boss_usage", "known_on": ON, "scope": "", "data_date": ON, "sequence": 1, "load_id": "l", "files": 1, "rows_loaded": 1}
    loaded = load | {"rows_quarantined": 0, "state": "loaded", "event_date": ON}
    held, earlier = loaded | {"state": "held", "event_date": date(2026, 3, 9)}, loaded | {"event_date": date(2026, 3, 2)}
    records.append(OPS_LOAD, [loaded, held, earlier])

    files = dict(site(home_of(settings())))
    text = {path: " ".join(Page(files[path]).text.split()) for path in files if path.endswith(".html")}
    assert "in the night of 2026-03-04 近况 null 空值 25.0%, mean 均值 1.0 MB" in text["tags/data_bytes_30d.html"]
    ended = "1,241 audience 目标客户 7 excluded 剔除 0 held out 对照组 0 not allocated 未分配 1,234 listed 入选"
    assert ended in text["scenarios/c10_data_without_plan.html"]
    assert ended in text["nights.html"]
    assert "5,678 members in the night of 2026-03-04" in text["scenarios/c10_data_without_plan.html"]
    assert "wave1 2026-04-07 the audience 目标客户 wave2 2026-03-10 for those of wave1 who" in text["scenarios/c10_data_without_plan.html"]
    assert "sms 短信" in text["scenarios/c10_data_without_plan.html"]
    assert "capacity sms at most 1,000 1,000 used 使用 one more contact would earn 1.20 yuan" in text["nights.html"]
    assert "data_bytes_30d PSI 0.31 bad 异常 null 空值 10.0%" in text["models/churn.html"]
    assert "4,321 live subscribers" in text["segments.html"]
    assert "newest day loaded 最新 2026-03-04" in text["feeds/boss_usage.html"]
    assert "newest day loaded" not in text["feeds/boss_bill.html"]
