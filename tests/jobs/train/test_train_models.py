"""Training and promotion as jobs: run records, a fair comparison, and a night that scores what was trained, whatever it is about."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from expectations.contract import Table
from expectations.tables.ops import OPS_PIN, OPS_RUN
from jobs.register import all_jobs, scheduled
from jobs.runtime.job import Job, Order
from jobs.runtime.job_run import JobRun, Runner
from jobs.runtime.registry import champion, evaluation
from jobs.runtime.registry_files import artifacts
from jobs.runtime.sequence import Ended, NightError, run_sequence
from jobs.runtime.settings import settings
from jobs.score.score_units import score_job
from jobs.train.train_models import train_job
from models.library import MODELS, score_table
from models.model import Model
from tests.frames import frame, rows
from tests.models.other_models import HOST, HOST_CATEGORY, HOSTS, WEEK, LettersOfNames

D = date(2026, 3, 4)
KNOWN = [f"{kind}{n}.example | {n} | {kind}" for kind in ("music", "video") for n in range(1, 40)]
UNKNOWN = ["music99.example | 5 |", "video99.example | 5 |"]
SCORED = score_table(HOST, (HOST_CATEGORY,))


def collected(spark: SparkSession, *lines: str) -> Job:
    """A job that finds these hosts."""

    def call(on: date) -> DataFrame:
        text = "\n".join(("host | requests | category", *lines))
        return frame(spark, HOSTS, text).withColumn("business_date", F.lit(on))

    return Job(name="collect_hosts", stage="tag", kind="table", call=call, writes=(HOSTS,))


@pytest.fixture(scope="module")
def runner(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """A lake that has hosts of four weeks."""
    made = Runner(settings({"CHUDIAN_HOME": str(tmp_path_factory.mktemp("train"))}))
    for on in (D - 2 * WEEK, D - WEEK, D, D + WEEK):
        made.run(collected(spark, *KNOWN, *UNKNOWN), on)
    return made


@pytest.fixture(scope="module")
def first(runner: Runner) -> JobRun:
    """The first training."""
    return runner.run(train_job(HOST_CATEGORY), D)


def scores(runner: Runner, on: date = D) -> list[tuple]:
    return rows(runner.lake.whole(SCORED, business_date=on), "host", "host_category_category", "host_category_version")


def test_the_first_version_is_champion_and_the_run_is_on_record(runner: Runner, first: JobRun) -> None:
    assert champion(runner.settings, "host_category") == "1"
    assert first.told.startswith("156 rows, version 1 champion: wrong 0.00000, no other to judge")
    (record,) = [row for row in runner.lake.log(OPS_RUN) if row["job"] == "train_host_category"]
    assert (record["state"], record["business_date"], record["warnings"]) == ("done", D, [])


def test_a_model_of_another_unit_is_scored_at_night_into_a_table_of_that_unit(runner: Runner, first: JobRun) -> None:
    run = runner.run(score_job(HOST, (HOST_CATEGORY,)), D)
    assert scores(runner) == [("music99.example", "music", "1"), ("video99.example", "video", "1")]
    assert run.warnings == []
    assert [row["version"] for row in runner.lake.log(OPS_PIN, business_date=D)] == ["1"]


def test_a_version_that_is_no_better_is_registered_with_both_figures_and_not_promoted(runner: Runner, first: JobRun) -> None:
    run = runner.run(train_job(HOST_CATEGORY), D)
    (warning,) = run.warnings
    assert warning.startswith("model host_category: version 2 is not promoted, because it is no better than the champion: wrong 0.00000")
    assert champion(runner.settings, "host_category") == "1"
    metrics, _ = evaluation(runner.settings, "host_category", "2")
    assert (metrics["wrong"], metrics["champion_wrong"]) == (0.0, 0.0)
    assert {row["run_id"]: row["warnings"] for row in runner.lake.log(OPS_RUN)}[run.run_id] == run.warnings


class Pupil(LettersOfNames):
    """Learns nothing until it is taught."""

    is_taught = False

    def fit(self, rows: pd.DataFrame, model: Model) -> Any:
        return super().fit(rows if self.is_taught else rows.assign(category=sorted(rows["category"])[::-1]), model)


def test_a_better_version_becomes_champion_and_a_date_that_was_scored_keeps_its_version(
    runner: Runner, first: JobRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = replace(HOST_CATEGORY, name="pupil", learner=Pupil())
    runner.run(train_job(model), D)
    runner.run(score_job(HOST, (model,)), D)
    monkeypatch.setattr(Pupil, "is_taught", True)

    run = runner.run(train_job(model), D)

    metrics, _ = evaluation(runner.settings, "pupil", "2")
    assert metrics["wrong"] == 0 < metrics["champion_wrong"]
    assert run.warnings == []
    assert champion(runner.settings, "pupil") == "2"
    runner.run(score_job(HOST, (model,)), D)
    runner.run(score_job(HOST, (model,)), D + WEEK)
    pins = {(row["business_date"], row["version"]) for row in runner.lake.log(OPS_PIN) if row["model"] == "pupil"}
    assert pins == {(D, "1"), (D + WEEK, "2")}


def test_training_an_older_date_does_not_replace_a_champion_that_learned_later(
    runner: Runner, first: JobRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = replace(HOST_CATEGORY, name="late_pupil", learner=Pupil())
    runner.run(train_job(model), D + WEEK)
    monkeypatch.setattr(Pupil, "is_taught", True)
    (warning,) = runner.run(train_job(model), D).warnings
    assert champion(runner.settings, "late_pupil") == "1"
    assert warning.startswith(
        "model late_pupil: version 2 is not promoted, because the champion, version 1, learned up to the later cut-off 2026-03-04: wrong"
    )
    runner.run(train_job(model), D + WEEK)
    assert champion(runner.settings, "late_pupil") == "3", "of the same cut-offs the better one"


def test_a_champion_is_replaced_unjudged_only_when_its_model_does_not_open_either(runner: Runner, first: JobRun) -> None:
    model = replace(HOST_CATEGORY, name="broken")
    runner.run(train_job(model), D)
    (halves,) = [file for file in artifacts(runner.settings.home).rglob("halves.pickle") if is_of(file, runner, "broken")]
    halves.write_bytes(b"not a pickle")
    kept, told = runner.run(train_job(model), D).warnings
    assert champion(runner.settings, "broken") == "1"
    assert kept.startswith(
        "model broken: the champion, version 1, cannot be judged and stays: The halves of broken version 1 cannot be read from"
    )
    assert told == ("model broken: version 2 is not promoted, because the champion could not be judged: wrong 0.00000, no other was judged")
    run_id = halves.parent.parent.name
    (pickled,) = [
        file for file in artifacts(runner.settings.home).rglob("model.pkl") if run_id in (file.parent / "MLmodel").read_text("utf-8")
    ]
    pickled.write_bytes(b"not a pickle")
    (warning,) = runner.run(train_job(model), D).warnings
    assert champion(runner.settings, "broken") == "3"
    assert warning.startswith("model broken: the champion, version 1, cannot be judged and is replaced: The halves of broken version 1")


def is_of(file: Path, runner: Runner, name: str) -> bool:
    """Whether a logged file belongs to the model."""
    return f"# {name} " in (file.parent / "card.md").read_text("utf-8")


def test_examples_that_are_not_there_fail_one_model_and_hold_back_no_other(runner: Runner, first: JobRun) -> None:
    absent = replace(HOST_CATEGORY, name="absent", unit=replace(HOST, rows=replace_name(HOSTS, "dws.nowhere")))
    ended: list[Ended] = []
    other = replace(HOST_CATEGORY, name="other")
    with pytest.raises(NightError, match="Training did not run to its end:\n  - failed: train_absent"):
        run_sequence(runner, [train_job(absent), train_job(other)], D, ended.append, called="Training")
    told = {end.job: end for end in ended}
    assert (told["train_absent"].state, told["train_other"].state) == ("failed", "done")
    assert "Table dws.nowhere" in told["train_absent"].told
    assert told["train_other"].told.startswith("156 rows, version 1 champion")


def replace_name(table: Table, name: str) -> Table:
    """The same columns under another name."""
    return Table(name=name, owner="tests", comment="Nothing.", key=table.key, columns=table.columns[:-1])


def test_every_model_has_a_weekly_job_of_its_own() -> None:
    weekly = scheduled("weekly")
    assert {f"train_{model.name}" for model in MODELS} <= {job.name for job in weekly}
    before = Order({job.name: job for job in weekly}).before
    assert not [name for name, jobs in before.items() if jobs]
    assert not [job.name for job in all_jobs().values() if job.stage == "train" and job.schedule != "weekly"]
