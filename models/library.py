"""Every model that scores at night, and the table their scores make together."""

from expectations.checks import between
from expectations.columns import SUBSCRIBER_ID
from expectations.contract import Column, Table
from models.churn import CHURN
from models.data_plan_propensity import DATA_PLAN_PROPENSITY
from models.model import Model

MODELS: tuple[Model, ...] = (DATA_PLAN_PROPENSITY, CHURN)


def features_needed() -> list[str]:
    """The features of all models, each once."""
    return list(dict.fromkeys(name for model in MODELS for name in model.features))


def _score(model: Model) -> tuple[Column, Column]:
    waits = "a family of tags that the model needs failed tonight"
    pinned = f"Version of the model {model.name} that the night pinned."
    return (
        Column(f"{model.name}_ppm", "int", model.meaning, (between(0, 1_000_000),), unit="ppm", label=model.label, null_means=waits),
        Column(f"{model.name}_version", "string", pinned, null_means=waits),
    )


SCORE_SUBSCRIBER = Table(
    name="score.subscriber",
    owner="models",
    comment="One row per subscription that is not in a terminal state, all models in one row.",
    key=("subscriber_id",),
    columns=(SUBSCRIBER_ID, *(column for model in MODELS for column in _score(model))),
)
