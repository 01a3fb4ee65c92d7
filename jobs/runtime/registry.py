"""The model registry: MLflow behind three verbs, and the versions that each business date is pinned to."""

import os
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any

from expectations.errors import ChudianError
from expectations.tables.ops import OPS_PIN
from jobs.runtime.registry_files import EXPERIMENT, artifacts, database, follow_the_home
from jobs.runtime.settings import MLFLOW_ADDRESS, Settings

if TYPE_CHECKING:
    import pandas as pd

    from jobs.runtime.job_run import JobRun

CHAMPION = "champion"
# All that opening and scoring a model takes: nothing of the checkout is in its pickle (models/estimator.py).
REQUIREMENTS = ("cloudpickle", "numpy", "pandas", "scikit-learn")


class RegistryError(ChudianError):
    """A model that the night needs is not registered."""


@dataclass(frozen=True)
class Trained:
    """What is logged with a model: how it was judged and what it was made from."""

    name: str
    fitted: Any
    sample: "pd.DataFrame"
    metrics: dict[str, float]
    parameters: dict[str, str]
    picture: bytes
    card: str


def _mlflow(settings: Settings) -> Any:
    """MLflow on this installation's store; artifacts lie beside it. It sends no usage statistics."""
    import logging

    # Read when MLflow is imported.
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    import mlflow

    logging.getLogger("mlflow").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.ERROR)
    os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"
    database(settings.home).parent.mkdir(parents=True, exist_ok=True)
    is_users = MLFLOW_ADDRESS in os.environ
    mlflow.set_tracking_uri(settings.mlflow_uri)
    if not is_users:
        # MLflow leaves the address in the environment: the settings of another home in this process, or in one that it starts, would take
        # it for the user's.
        os.environ.pop(MLFLOW_ADDRESS, None)
        follow_the_home(settings.home)
    if mlflow.get_experiment_by_name(EXPERIMENT) is None:
        mlflow.create_experiment(EXPERIMENT, artifact_location=artifacts(settings.home).as_uri())
    mlflow.set_experiment(EXPERIMENT)
    return mlflow


def register(settings: Settings, trained: Trained) -> str:
    """Log the model with signature, requirements, metrics and card, register it and make it champion; the version's number."""
    mlflow = _mlflow(settings)
    probabilities = trained.fitted.predict_proba(trained.sample)[:, 1]
    with mlflow.start_run(run_name=f"train {trained.name}"):
        mlflow.log_params(trained.parameters)
        mlflow.log_metrics(trained.metrics)
        mlflow.log_text(trained.card, "card.md")
        folder = settings.home / "mlflow"
        picture = folder / "calibration.png"
        picture.write_bytes(trained.picture)
        mlflow.log_artifact(str(picture))
        picture.unlink()
        logged = mlflow.sklearn.log_model(
            trained.fitted,
            name=trained.name,
            signature=mlflow.models.infer_signature(trained.sample, probabilities),
            pip_requirements=[f"{name}=={metadata.version(name)}" for name in REQUIREMENTS],
            serialization_format="cloudpickle",
            registered_model_name=trained.name,
        )
    version = str(logged.registered_model_version)
    mlflow.MlflowClient().set_registered_model_alias(trained.name, CHAMPION, version)
    return version


def champion(settings: Settings, name: str) -> str | None:
    """The champion's version number, None when there is none."""
    mlflow = _mlflow(settings)
    try:
        return str(mlflow.MlflowClient().get_model_version_by_alias(name, CHAMPION).version)
    except mlflow.exceptions.MlflowException as error:
        # A registry that cannot be reached is no reason to train again.
        if error.error_code not in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            raise
        return None


def fitted(settings: Settings, name: str, version: str) -> Any:
    """The registered model as scikit-learn made it."""
    return _mlflow(settings).sklearn.load_model(f"models:/{name}/{version}")


def evaluation(settings: Settings, name: str, version: str) -> tuple[dict[str, float], bytes]:
    """Metrics and calibration picture that were logged with a version; RegistryError when the registry does not give them."""
    mlflow = _mlflow(settings)
    try:
        run_id = mlflow.MlflowClient().get_model_version(name, version).run_id
        metrics = dict(mlflow.get_run(run_id).data.metrics)
        local = mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="calibration.png")
        with open(local, "rb") as picture:
            return metrics, picture.read()
    except (mlflow.exceptions.MlflowException, OSError) as error:
        raise RegistryError(f"The registry does not give the evaluation of {name} version {version} ({type(error).__name__}).") from None


def pinned(run: "JobRun", names: list[str]) -> dict[str, str]:
    """The versions the night scores with: those it was pinned to the first time, the champions of that moment.

    RegistryError when a model has no champion.
    """
    pins = {row["model"]: row["version"] for row in run.lake.log(OPS_PIN, business_date=run.on)}
    if set(names) <= set(pins):
        return {name: pins[name] for name in names}
    chosen = {name: pins.get(name) or champion(run.settings, name) for name in names}
    missing = sorted(name for name, version in chosen.items() if version is None)
    if missing:
        raise RegistryError(f"No champion is registered for {', '.join(missing)}.\n  To mend it: chudian train {run.on}")
    rows = [{"business_date": run.on, "model": name, "version": version} for name, version in sorted(chosen.items())]
    run.lake.records.replace(OPS_PIN, rows, f"business_date = DATE '{run.on}'")
    return {name: str(version) for name, version in chosen.items()}
