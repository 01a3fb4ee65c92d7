"""What is kept with a champion, and that a date once scored keeps the versions it was scored with."""

from importlib.metadata import version
from pathlib import Path

import mlflow
import pandas as pd
import pytest
from mlflow.models import get_model_info
from sklearn.dummy import DummyClassifier

from jobs.register import all_jobs
from jobs.runtime.reads import Snapshot
from jobs.runtime.registry import Trained, champion, register
from models.churn import CHURN
from models.library import MODELS, SCORE_SUBSCRIBER
from models.model import Model
from tests.night.homes import NIGHT, fork, runner_of, settings_of


def a_new_champion(home: Path, model: Model) -> str:
    """Register as the model's champion one that says the same of everybody; the version."""
    sample = pd.DataFrame({name: ["code"] * 4 if name in model.categories else [1.0] * 4 for name in model.features})
    fitted = DummyClassifier(strategy="prior").fit(sample, [1] * 3 + [0])
    return register(settings_of(home), Trained(model.name, fitted, sample, {}, {}, b"", ""))


def test_a_night_run_again_scores_with_the_versions_of_its_first_run_whoever_is_champion_now(after_night: Path, tmp_path: Path) -> None:
    home = fork(after_night, tmp_path / "home")
    runner = runner_of(home)
    before = {row.subscriber_id: row for row in runner.lake.read(Snapshot(SCORE_SUBSCRIBER), NIGHT).collect()}

    assert a_new_champion(home, CHURN) == "2" == champion(settings_of(home), CHURN.name)
    assert champion(settings_of(after_night), CHURN.name) == "1", "each home has a registry of its own"
    runner.run(all_jobs()["score_subscribers"], NIGHT)

    after = {row.subscriber_id: row for row in runner.lake.read(Snapshot(SCORE_SUBSCRIBER), NIGHT).collect()}
    assert {row.churn_version for row in before.values()} == {"1"}
    assert len({row.churn_ppm for row in before.values()}) > 100
    assert after == before


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
    assert {"business_date", "cut_offs", "labels_known_on", "rows", "data_version", "code_version"} <= run.data.params.keys()
    assert run.data.params["business_date"] == f"{NIGHT}"
    assert run.data.params["cut_offs"] == "2025-12-24, 2026-01-07, 2026-01-21"
    assert {"auc", "brier", "log_loss", "lift_10", "base_rate", "rows", "trained_rows"} <= run.data.metrics.keys()
    assert {"card.md", "calibration.png"} <= {file.path for file in mlflow.MlflowClient().list_artifacts(info.run_id)}
