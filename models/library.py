"""Every model that scores at night."""

from models.churn import CHURN
from models.data_plan_propensity import DATA_PLAN_PROPENSITY
from models.model import Model

MODELS: tuple[Model, ...] = (DATA_PLAN_PROPENSITY, CHURN)


def features_needed() -> list[str]:
    """The features of all models, each once."""
    return list(dict.fromkeys(name for model in MODELS for name in model.features))
