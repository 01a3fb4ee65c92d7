"""A night without a family of tags: what needs it waits and says so, everything else is done as ever."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from expectations.columns import SUBSCRIBER_ID
from expectations.contract import Table
from expectations.errors import FeedError
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.ops import OPS_RUN
from features.library import CAR
from jobs.register import job_named, night_jobs
from jobs.runtime.job import Job
from jobs.runtime.job_run import JobRun
from jobs.runtime.reads import IfMade
from models.library import MODELS, SCORE_SUBSCRIBER
from scenarios.calendar import import_day
from scenarios.library import SCENARIOS
from tests.night.homes import NIGHT, candidates_of, fork, runner_of, walk


def too_late(job: Job) -> Job:
    """The job when its delivery has been missing for longer than its feed allows."""

    def missed(_: JobRun) -> None:
        raise FeedError("no delivery")

    return replace(job, call=missed)


@pytest.fixture(scope="module")
def home(before_night: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after a night without a WAP log, as if it were not allowed to be late."""
    home = fork(before_night, tmp_path_factory.mktemp("without") / "home")
    shutil.rmtree(home / "landing" / f"{NIGHT}" / "wap_log")
    states = {
        end.job: end.state for end in walk(home, jobs=[too_late(job) if job.name == "receive_wap_log" else job for job in night_jobs()])
    }
    assert {name: state for name, state in states.items() if state != "done"} == {
        "receive_wap_log": "failed",
        "advance_content_sums": "kept back",
        "refine_content": "kept back",
        "refine_terms": "kept back",
        "compute_content_tags": "kept back",
        "write_report": "failed",
    }
    return home


def warnings(home: Path, job: str) -> list[str]:
    runs = [run for run in runner_of(home).lake.log(OPS_RUN, business_date=NIGHT) if run["job"] == job]
    return list(max(runs, key=lambda run: run["started_at"])["warnings"])


def test_scenarios_that_need_no_content_have_the_same_candidates_without_the_wap_log(home: Path, after_night: Path) -> None:
    waiting = {text.split()[1] for text in warnings(home, "check_scenarios") if " waits: the tags of content" in text}
    assert candidates_of(home) == {name: found for name, found in candidates_of(after_night).items() if name not in waiting} != {}
    lake = runner_of(home).lake
    assert lake.published(CAR, NIGHT).lacks == {"content"}
    said = f"goes on without content: tag.content has no partition business_date={NIGHT}"
    assert warnings(home, "write_car") == [said]
    assert said in (home / "reports" / f"{NIGHT}" / "night.html").read_text("utf-8")
    car = lake.whole(CAR, business_date=NIGHT)
    assert car.where("content_requests_30d IS NOT NULL OR top_category_30d IS NOT NULL").count() == 0
    assert car.where("data_bytes_30d IS NULL").count() == 0


def test_scenarios_and_models_that_need_a_family_wait_and_are_named(home: Path) -> None:
    runner, car = runner_of(home), job_named("write_car")
    never = Table(name="tag.never", owner="tests", comment="Never made.", key=("subscriber_id",), columns=(SUBSCRIBER_ID,))
    runner.run(replace(car, reads={**car.reads, "billing": IfMade(never)}), NIGHT)
    assert runner.lake.published(CAR, NIGHT).lacks == {"billing", "content"}
    for name in ("profile_tags", "score_subscribers", "find_candidates", "decide_contacts", "check_scenarios"):
        runner.run(job_named(name), NIGHT)

    scored = runner.lake.whole(SCORE_SUBSCRIBER, business_date=NIGHT)
    columns = [f"{model.name}_{part}" for model in MODELS for part in ("ppm", "version")]
    assert scored.count() > 0
    assert scored.where(" OR ".join(f"{name} IS NOT NULL" for name in columns)).count() == 0
    told = warnings(home, "score_subscribers")
    assert [text.split()[1] for text in told] == [model.name for model in MODELS]
    assert all(text.endswith(": the tags of billing are missing tonight") for text in told)
    told = [text for text in warnings(home, "check_scenarios") if "nobody approved" not in text]
    assert all("waits: the tags of billing are missing" in text or "waits: the tags of content are missing" in text for text in told)
    waiting = {text.split()[1] for text in told}
    # By their words, by the model that gives their value, or because without bills nobody's value is known, which excludes in all of them.
    assert waiting == {scenario.name for scenario in SCENARIOS if scenario.holds_on(import_day(NIGHT))}
    decided = runner.lake.whole(MKT_DECISION, business_date=NIGHT).select("scenario").distinct().collect()
    assert not waiting & {row.scenario for row in decided}
