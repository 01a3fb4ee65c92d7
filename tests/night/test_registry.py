"""What is kept with a champion, and that a date once scored keeps the versions it was scored with."""

from importlib.metadata import version
from pathlib import Path

import mlflow
import pytest
from mlflow.models import get_model_info

from expectations.tables.ops import OPS_RUN
from jobs.register import all_jobs, scheduled
from jobs.runtime.reads import Snapshot
from jobs.runtime.registry import champion
from models.library import MODELS, SCORE_SUBSCRIBER
from models.library.churn import MODEL as CHURN
from models.model import Model
from tests.jobs.runtime.test_registry_files import a_tiny_model, made_champion
from tests.night.airflow import run_dag
from tests.night.homes import NIGHT, fork, list_bytes, runner_of, settings_of


def test_a_night_run_again_scores_with_the_versions_of_its_first_run_whoever_is_champion_now(after_night: Path, tmp_path: Path) -> None:
    home = fork(after_night, tmp_path / "home")
    runner = runner_of(home)
    before = {row.subscriber_id: row for row in runner.lake.read(Snapshot(SCORE_SUBSCRIBER), NIGHT).collect()}

    assert made_champion(home, a_tiny_model(CHURN, positives=3)) == "2" == champion(settings_of(home), CHURN.name)
    assert champion(settings_of(after_night), CHURN.name) == "1", "each home has a registry of its own"
    runner.run(all_jobs()["score_subscribers"], NIGHT)

    after = {row.subscriber_id: row for row in runner.lake.read(Snapshot(SCORE_SUBSCRIBER), NIGHT).collect()}
    assert {row.churn_version for row in before.values()} == {"1"}
    assert len({row.churn_ppm for row in before.values()}) > 100
    assert after == before


@pytest.mark.prove
def test_the_weekly_dag_trains_again_and_what_is_no_better_changes_neither_champion_nor_lists(after_night: Path, tmp_path: Path) -> None:
    home = fork(after_night, tmp_path / "home")
    ended = run_dag(home, NIGHT, dag="weekly")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    for model in MODELS:
        assert f"warning: model {model.name}: version 2 is not promoted, because it is no better than the champion" in ended.stdout
        assert champion(settings_of(home), model.name) == "1"
    runner = runner_of(home)
    assert {row["job"] for row in runner.lake.log(OPS_RUN, business_date=NIGHT)} >= {job.name for job in scheduled("weekly")}
    for job in ("score_subscribers", "find_candidates", "decide_contacts", "publish_lists"):
        runner.run(all_jobs()[job], NIGHT)
    assert list_bytes(home) == list_bytes(after_night) != {}


@pytest.mark.parametrize("model", MODELS, ids=[model.name for model in MODELS])
def test_a_champion_says_what_it_takes_needs_was_made_of_and_how_good_it_is(after_night: Path, model: Model) -> None:
    chosen = settings_of(after_night)
    # Asking for the champion also points MLflow at the home's registry.
    assert champion(chosen, model.name) == "1"
    assert list(mlflow.MlflowClient().get_registered_model(model.name).aliases) == ["champion"]

    info = get_model_info(f"models:/{model.name}@champion")
    takes = {column.name: f"{column.type}" for column in info.signature.inputs}
    assert takes == {name: "DataType.string" if name in model.categories else "DataType.double" for name in model.features}
    assert info.signature.outputs is not None
    needs = Path(mlflow.pyfunc.get_model_dependencies(info.model_uri)).read_text().split()
    assert {f"{name}=={version(name)}" for name in ("cloudpickle", "numpy", "pandas", "scikit-learn")} <= set(needs)

    run = mlflow.get_run(info.run_id)
    assert {"business_date", "cut_offs", "read", "rows", "champion_before", "data_version", "code_version"} <= run.data.params.keys()
    assert run.data.params["business_date"] == f"{NIGHT}"
    assert run.data.params["cut_offs"] == "2025-12-24, 2026-01-07, 2026-01-21"
    assert "dws.car of 2026-01-21" in run.data.params["read"]
    outcome = "dwd.subscriber" if model is CHURN else "dwd.subscription_interval"
    assert [f"{outcome} of {day}" in run.data.params["read"] for day in ("2026-02-04", "2026-02-18", "2026-03-03")] == [True] * 3
    assert {"auc", "brier", "log_loss", "lift_10", "base_rate", "rows", "trained_rows"} <= run.data.metrics.keys()
    assert {"card.md", "calibration.png", "halves.pickle"} <= {file.path for file in mlflow.MlflowClient().list_artifacts(info.run_id)}
