"""A model that cannot score gives null scores and a warning that names who needs it; the night goes on."""

import shutil
from datetime import date
from pathlib import Path

import mlflow
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from expectations.tables.ops import OPS_PIN, OPS_TAG_PROFILE
from features.library import CAR
from jobs.register import all_jobs
from jobs.runtime.job import Job
from jobs.runtime.job_run import JobRun, Runner
from jobs.runtime.lake import NotPublishedError
from jobs.runtime.registry import champion, promote
from jobs.runtime.registry_files import artifacts, database
from jobs.runtime.settings import settings
from models.library import MODELS, SCORE_SUBSCRIBER
from tests.frames import frame, rows
from tests.jobs.runtime.test_registry_files import a_tiny_model, made_champion

D = date(2026, 3, 4)
NAMES = tuple(model.name for model in MODELS)
PEOPLE = """
    subscriber_id | is_live | brand
    loyal         | true    | gotone
    gone          | false   | gotone
    unknown       | true    |
"""


def carry(spark: SparkSession, runner: Runner, lacks: tuple[str, ...] = ()) -> None:
    """Publish a CAR of these people, without some families, and its profiles."""

    def call(run: JobRun) -> None:
        run.lacks.update(lacks)
        run.publish(CAR, frame(spark, CAR, PEOPLE).withColumn("business_date", F.lit(run.on)))

    runner.run(Job(name="write_car", stage="tag", kind="effect", call=call, writes=(CAR,)), D)
    runner.run(all_jobs()["profile_tags"], D)


@pytest.fixture(scope="module")
def trained(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a CAR of D and a champion of each model that gives everybody one chance in four. Not to be changed: copy it."""
    home = tmp_path_factory.mktemp("trained") / "home"
    made = Runner(settings({"CHUDIAN_HOME": str(home)}))
    carry(spark, made)
    for model in MODELS:
        made_champion(home, a_tiny_model(model))
    return home


@pytest.fixture
def runner(trained: Path, tmp_path: Path) -> Runner:
    return Runner(settings({"CHUDIAN_HOME": str(shutil.copytree(trained, tmp_path / "home"))}))


def without_champion(runner: Runner, *names: str) -> None:
    """Leave these models without a champion."""
    for name in names:
        # Asking for the champion also points MLflow at this home's registry.
        assert champion(runner.settings, name) == "1"
        mlflow.MlflowClient().delete_registered_model_alias(name, "champion")


def scored(runner: Runner) -> JobRun:
    return runner.run(all_jobs()["score_subscribers"], D)


def scores(runner: Runner, *names: str) -> list[tuple]:
    columns = [f"{name}_{what}" for name in names for what in ("ppm", "version")]
    return rows(runner.lake.whole(SCORE_SUBSCRIBER), "subscriber_id", *columns)


def test_without_any_champion_all_scores_are_null_and_the_scenarios_that_need_them_are_named(runner: Runner) -> None:
    without_champion(runner, *NAMES)
    run = scored(runner)
    assert scores(runner, *NAMES) == [("loyal", None, None, None, None), ("unknown", None, None, None, None)]
    churn, propensity = run.warnings
    assert churn.startswith(
        "model churn has null scores (used by c22_likely_to_leave): it has no champion; `chudian train 2026-03-04` makes one"
    )
    users = "c05_smartphone_little_data, c06_phone_little_data, c10_data_without_plan, c11_idle_data_without_pack, c12_plan_with_data, "
    users += "c13_new_customer"
    assert propensity.startswith(f"model data_plan_propensity has null scores (used by {users}): it has no champion")
    assert runner.lake.log(OPS_PIN) == []


def test_a_date_that_had_no_champion_is_scored_when_it_is_run_again_and_keeps_what_it_had(runner: Runner) -> None:
    without_champion(runner, "churn")
    (churn,) = scored(runner).warnings
    assert churn.startswith("model churn has null scores")
    assert scores(runner, *NAMES) == [("loyal", None, None, 250_000, "1"), ("unknown", None, None, 250_000, "1")]
    promote(runner.settings, "churn", "1")
    assert scored(runner).warnings == []
    assert scores(runner, *NAMES) == [("loyal", 250_000, "1", 250_000, "1"), ("unknown", 250_000, "1", 250_000, "1")]


@pytest.mark.parametrize("damage", ["cut off", "removed"])
def test_a_model_whose_file_cannot_be_opened_is_named_and_the_other_scores(runner: Runner, damage: str) -> None:
    of_churn = [
        file for file in artifacts(runner.settings.home).rglob("model.pkl") if "days_in_state" in (file.parent / "MLmodel").read_text()
    ]
    for file in of_churn:
        file.write_bytes(file.read_bytes()[:40]) if damage == "cut off" else file.unlink()
    (warning,) = scored(runner).warnings
    assert warning.startswith(
        "model churn has null scores (used by c22_likely_to_leave): churn version 1 cannot be read from the registry ("
    )
    assert scores(runner, *NAMES) == [("loyal", None, None, 250_000, "1"), ("unknown", None, None, 250_000, "1")]


def test_a_model_whose_tags_are_lacking_has_null_scores_and_the_other_scores(spark: SparkSession, runner: Runner) -> None:
    carry(spark, runner, lacks=("product",))
    told = scored(runner).warnings
    assert [warning.split(": ")[1] for warning in told] == ["the tags of product are missing tonight"] * len(told)
    assert {model.name for model in MODELS if {"products_held"} & set(model.features)} == {warning.split()[1] for warning in told}


def test_when_it_is_not_known_who_is_live_everybody_has_a_row_without_scores(spark: SparkSession, runner: Runner) -> None:
    carry(spark, runner, lacks=("lifecycle",))
    assert len(scored(runner).warnings) == len(NAMES)
    assert [row[0] for row in scores(runner, *NAMES)] == ["gone", "loyal", "unknown"]
    assert {row[1:] for row in scores(runner, *NAMES)} == {(None, None, None, None)}


def test_when_the_registry_cannot_be_read_all_scores_are_null_until_it_is_brought_back(runner: Runner) -> None:
    registry = database(runner.settings.home)
    whole = registry.read_bytes()
    registry.write_bytes(b"no database" * 500)
    told = scored(runner).warnings
    assert [warning.split(" (")[0] for warning in told] == [f"model {name} has null scores" for name in NAMES]
    assert all("mlflow.db cannot be read (DatabaseError)" in warning for warning in told)
    assert runner.lake.log(OPS_PIN) == []
    registry.write_bytes(whole)
    assert scored(runner).warnings == []
    assert scores(runner, "churn") == [("loyal", 250_000, "1"), ("unknown", 250_000, "1")]


def test_a_model_with_a_bad_tag_has_null_scores_and_the_other_scores(runner: Runner) -> None:
    (bad,) = [row for row in runner.lake.log(OPS_TAG_PROFILE, business_date=D) if row["tag"] == "off_net_share_30d"]
    runner.lake.records.append(OPS_TAG_PROFILE, [{**bad, "state": "bad", "reasons": ["every value is 0"]}])
    why = "tag off_net_share_30d is bad tonight: every value is 0"
    assert scored(runner).warnings == [f"model churn has null scores (used by c22_likely_to_leave): {why}"]
    assert scores(runner, *NAMES) == [("loyal", None, None, 250_000, "1"), ("unknown", None, None, 250_000, "1")]


def test_a_customer_record_without_profiles_is_not_scored(runner: Runner) -> None:
    runner.lake.records.replace(OPS_TAG_PROFILE, [], f"business_date = DATE '{D}'")
    with pytest.raises(NotPublishedError, match="the customer record of 2026-03-04 has no profiles\n  To mend it: run profile_tags"):
        scored(runner)
