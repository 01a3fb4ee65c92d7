"""The model registry: a few functions over MLflow, and the model versions that each business date is pinned to."""

import os
import pickle
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from expectations.errors import ChudianError
from expectations.tables.ops import OPS_PIN
from jobs.runtime.lock import one_at_a_time
from jobs.runtime.registry_files import EXPERIMENT, artifacts, database, follow_the_home
from jobs.runtime.settings import MLFLOW_ADDRESS, Settings
from models.evaluation import Halves

if TYPE_CHECKING:
    import pandas as pd

    from jobs.runtime.job_run import JobRun

CHAMPION = "champion"
# All packages that are needed to open a model and score with it: its pickle has no class of this checkout (models/boosted_trees.py).
REQUIREMENTS = ("cloudpickle", "numpy", "pandas", "scikit-learn")
HALVES = "halves.pickle"
# The documented errors for opening a pickle that needs other packages or is cut off.
UNREADABLE = (pickle.UnpicklingError, OSError, EOFError, ImportError, AttributeError, IndexError, KeyError, TypeError, ValueError)


class RegistryError(ChudianError):
    """A model, or a file logged with it, cannot be read from the registry."""


@dataclass(frozen=True)
class Trained:
    """What is logged with a model: how it was evaluated and what it was trained on."""

    name: str
    fitted: Any
    halves: Halves
    sample: "pd.DataFrame"
    metrics: dict[str, float]
    parameters: dict[str, str]
    picture: bytes
    card: str


def _mlflow(settings: Settings) -> Any:
    """Return MLflow, set to this home's store, with artifacts beside it. It sends no usage statistics."""
    import logging

    # MLflow reads this when it is imported.
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    import mlflow

    logging.getLogger("mlflow").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.ERROR)
    os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"
    # Models are trained in parallel: the first job makes the store, and the others wait for it.
    is_users = MLFLOW_ADDRESS in os.environ
    with one_at_a_time(settings, "registry"), _readable(settings, mlflow, is_users):
        database(settings.home).parent.mkdir(parents=True, exist_ok=True)
        mlflow.set_tracking_uri(settings.mlflow_uri)
        if not is_users:
            # MLflow leaves the address in the environment. Settings of another home in this process, or in a child process, would take it
            # for the user's setting.
            os.environ.pop(MLFLOW_ADDRESS, None)
            follow_the_home(settings.home)
        if mlflow.get_experiment_by_name(EXPERIMENT) is None:
            mlflow.create_experiment(EXPERIMENT, artifact_location=artifacts(settings.home).as_uri())
        mlflow.set_experiment(EXPERIMENT)
    return mlflow


@contextmanager
def _readable(settings: Settings, mlflow: Any, is_users: bool) -> Iterator[None]:
    """RegistryError when the registry as a whole cannot be read."""
    place = f"at {MLFLOW_ADDRESS}" if is_users else f"in {database(settings.home)}"
    cure = "bring it back from a copy, or move it away and train the models again with `chudian train`"
    try:
        yield
    except (sqlite3.DatabaseError, mlflow.exceptions.MlflowException) as error:
        raise RegistryError(f"The registry of models {place} cannot be read ({type(error).__name__}).\n  To mend it: {cure}.") from None


def register(settings: Settings, trained: Trained) -> str:
    """Log the model with signature, requirements, metrics and card, and register it. Return its version; it is not yet champion."""
    import cloudpickle

    mlflow = _mlflow(settings)
    with one_at_a_time(settings, "registry"), mlflow.start_run(run_name=f"train {trained.name}"), TemporaryDirectory() as folder:
        mlflow.log_params(trained.parameters)
        mlflow.log_metrics(trained.metrics)
        mlflow.log_text(trained.card, "card.md")
        for name, content in {"calibration.png": trained.picture, HALVES: cloudpickle.dumps(vars(trained.halves))}.items():
            file = Path(folder) / name
            file.write_bytes(content)
            mlflow.log_artifact(str(file))
        logged = mlflow.sklearn.log_model(
            trained.fitted,
            name=trained.name,
            signature=mlflow.models.infer_signature(trained.sample, trained.fitted.predict(trained.sample)),
            pip_requirements=[f"{name}=={metadata.version(name)}" for name in REQUIREMENTS],
            serialization_format="cloudpickle",
            registered_model_name=trained.name,
        )
    return str(logged.registered_model_version)


def promote(settings: Settings, name: str, version: str) -> None:
    """Make a registered version the champion of its model."""
    _mlflow(settings).MlflowClient().set_registered_model_alias(name, CHAMPION, version)


def champion(settings: Settings, name: str) -> str | None:
    """Return the champion's version number, or None."""
    mlflow = _mlflow(settings)
    try:
        return str(mlflow.MlflowClient().get_model_version_by_alias(name, CHAMPION).version)
    except mlflow.exceptions.MlflowException as error:
        # If the registry cannot be reached, the champion is unknown: that must not start a training.
        if error.error_code not in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            raise RegistryError(f"The champion of {name} is unknown: the registry of models cannot be read ({error.error_code}).") from None
        return None


def fitted(settings: Settings, name: str, version: str) -> Any:
    """Return the registered model as scikit-learn made it. RegistryError when it cannot be opened."""
    mlflow = _mlflow(settings)
    try:
        return mlflow.sklearn.load_model(f"models:/{name}/{version}")
    except (mlflow.exceptions.MlflowException, *UNREADABLE) as error:
        raise RegistryError(f"{name} version {version} cannot be read from the registry ({type(error).__name__}).") from None


def halves_of(settings: Settings, name: str, version: str) -> Halves:
    """Return the halves that were logged with a version (models/evaluation.py). RegistryError when they cannot be opened."""
    try:
        return Halves(**pickle.loads(_logged(settings, name, version, HALVES)))
    except UNREADABLE as error:
        raise RegistryError(f"The halves of {name} version {version} cannot be read from the registry ({type(error).__name__}).") from None


def parameters(settings: Settings, name: str, version: str) -> dict[str, str]:
    """Return the parameters that were logged with a version. RegistryError when they cannot be read."""
    mlflow = _mlflow(settings)
    try:
        return dict(mlflow.get_run(mlflow.MlflowClient().get_model_version(name, version).run_id).data.params)
    except mlflow.exceptions.MlflowException as error:
        raise RegistryError(f"The parameters of {name} version {version} cannot be read ({type(error).__name__}).") from None


def evaluation(settings: Settings, name: str, version: str) -> tuple[dict[str, float], bytes]:
    """Return metrics and calibration picture that were logged with a version. RegistryError when they cannot be read."""
    mlflow = _mlflow(settings)
    picture = _logged(settings, name, version, "calibration.png")
    return dict(mlflow.get_run(mlflow.MlflowClient().get_model_version(name, version).run_id).data.metrics), picture


def _logged(settings: Settings, name: str, version: str, file: str) -> bytes:
    """Return a file that was logged with a version."""
    mlflow = _mlflow(settings)
    try:
        run_id = mlflow.MlflowClient().get_model_version(name, version).run_id
        return Path(mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path=file)).read_bytes()
    except (mlflow.exceptions.MlflowException, OSError) as error:
        raise RegistryError(f"{file} of {name} version {version} cannot be read from the registry ({type(error).__name__}).") from None


def pinned(run: "JobRun", names: Collection[str]) -> dict[str, str]:
    """Return the versions that the night scores with. The first run of the night pins the champions of that moment.

    A model without a champion is left out and not pinned, so that the night can run again once there is one.
    """
    pins = {row["model"]: row["version"] for row in run.lake.log(OPS_PIN, business_date=run.on)}
    champions = {name: champion(run.settings, name) for name in sorted(names) if name not in pins}
    found = {name: version for name, version in champions.items() if version}
    if found:
        run.lake.records.append(OPS_PIN, [{"business_date": run.on, "model": name, "version": version} for name, version in found.items()])
    return {name: version for name, version in (pins | found).items() if name in names}
