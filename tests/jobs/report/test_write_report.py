"""The jobs of report and site, on the worst night: nothing came, everything failed or was kept back."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from expectations.tables.ops import OPS_RUN
from expectations.tables.tag_dictionary import NEED_STAGES, TAG_DICTIONARY, TAG_STATES
from features.dictionary import dictionary_page, dictionary_rows
from features.wiki import advice, states
from jobs.register import job_named, night_jobs
from jobs.runtime.job_run import Runner
from jobs.runtime.sequence import Ended, NightError, run_sequence
from jobs.runtime.settings import settings
from tests.house.sources import ROOT
from tests.jobs.report.pages import elsewhere

ON = date(2026, 3, 4)


@pytest.fixture(scope="module")
def bad_night(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> tuple[Runner, list[Ended], str]:
    """A night without deliveries, of four jobs: a receive that fails, the dictionary, the report, the site."""
    home = tmp_path_factory.mktemp("home")
    runner = Runner(replace(settings({"CHUDIAN_HOME": f"{home}"}), lake=f"{home}/lake"))
    night_jobs()
    ended: list[Ended] = []
    jobs = [job_named(name) for name in ("receive_org", "write_dictionary", "write_report", "write_site")]
    with pytest.raises(NightError) as refusal:
        run_sequence(runner, jobs, ON, ended.append)
    return runner, ended, str(refusal.value)


@pytest.fixture(scope="module")
def reports(bad_night: tuple[Runner, list[Ended], str]) -> Path:
    return bad_night[0].settings.reports


def test_the_report_runs_after_a_failure_and_fails_without_telling_it_again(bad_night: tuple[Runner, list[Ended], str]) -> None:
    _, ended, refusal = bad_night
    states = {"receive_org": "failed", "write_dictionary": "done", "write_report": "failed", "write_site": "done"}
    assert {end.job: end.state for end in ended} == states
    assert (ended[-2].job, ended[-2].told) == ("write_report", "the night did not run to its end")
    assert "failed: receive_org, write_report" in refusal


def test_its_own_error_which_a_task_log_shows_names_what_did_not_run_well(bad_night: tuple[Runner, list[Ended], str]) -> None:
    (run,) = [run for run in bad_night[0].lake.whole(OPS_RUN).collect() if run.job == "write_report"]
    said = ("receive_org failed", "receive_terminal did not run", "decide_contacts kept back", "night.html has the reasons")
    assert [words for words in said if words not in run.error] == []
    assert "write_dictionary" not in run.error


def test_the_page_is_there_all_the_same_and_shows_the_failures_text(reports: Path) -> None:
    html = (reports / f"{ON}" / "night.html").read_text("utf-8")
    assert "expected a delivery for any date by the night of 2026-03-04" in html
    assert "There is no list in the outbox for this night" in html
    assert (reports / f"{ON}" / "dictionary.html").exists()
    assert (reports / "data_docs" / "index.html").exists()
    assert sorted(path.name for path in (reports / f"{ON}").iterdir()) == ["coverage.html", "dictionary.html", "night.html"]


def test_no_page_under_reports_asks_another_machine(reports: Path) -> None:
    pages = sorted(reports.rglob("*.html"))
    assert {page.name for page in pages} == {"coverage.html", "dictionary.html", "night.html", "index.html", f"{ON}.html"}
    assert {page.name: elsewhere(page.read_text("utf-8")) for page in pages} == {page.name: [] for page in pages}


def test_the_night_writes_the_site_which_links_its_report(reports: Path) -> None:
    site = reports.with_name("site")
    assert f'href="../reports/{ON}/night.html"' in (site / "index.html").read_text("utf-8")
    assert (site / "tags" / "data_bytes_30d.html").exists()


def test_every_run_is_recorded_with_the_moment_it_began(bad_night: tuple[Runner, list[Ended], str]) -> None:
    runs = bad_night[0].lake.log(OPS_RUN)
    assert sorted(run["job"] for run in runs) == ["receive_org", "write_dictionary", "write_report", "write_site"]
    assert all(run["started_at"] for run in runs)


def test_the_dictionary_table_has_a_row_for_every_tag(bad_night: tuple[Runner, list[Ended], str]) -> None:
    found = bad_night[0].lake.whole(TAG_DICTIONARY).where(f"business_date = DATE'{ON}'").collect()
    assert sorted(row.tag for row in found) == sorted(entry.tag for entry in dictionary_rows())
    assert all(row.unit != "" and row.null_means != "" for row in found)
    changed = next(row for row in found if row.tag == "is_handset_changed_30d")
    assert (changed.state, changed.score, changed.need_stage, changed.advice_time, changed.advice_channel) == (
        "trial",
        747,
        "emerging",
        "at_once",
        "sms",
    )
    assert changed.advice.startswith("恭喜您换了新手机")
    unjudged = next(row for row in found if row.tag == "identity_lead")
    assert (unjudged.score, unjudged.need_stage, unjudged.advice) == (None, None, None)


def test_the_dictionary_knows_every_state_and_need_stage_of_the_wiki() -> None:
    assert (tuple(states.STATES), tuple(advice.NEED_STAGES)) == (TAG_STATES, NEED_STAGES)


def test_the_dictionary_page_in_docs_is_what_the_tags_say_now() -> None:
    told = (ROOT / "docs" / "tags.md").read_text("utf-8")
    assert told == dictionary_page(), "run: chudian tags --page docs/tags.md"
