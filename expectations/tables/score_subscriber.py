"""What the models say of each subscriber on the night."""

from expectations.checks import NOT_NULL, between
from expectations.columns import SUBSCRIBER_ID
from expectations.contract import Column, Table


def _score(model: str, comment: str) -> tuple[Column, Column]:
    return (
        Column(f"{model}_ppm", "int", comment, (NOT_NULL, between(0, 1_000_000)), unit="ppm"),
        Column(f"{model}_version", "string", f"Version of the model {model} that the night pinned.", (NOT_NULL,)),
    )


SCORE = Table(
    name="score.subscriber",
    owner="models",
    comment="One row per subscription that is not in a terminal state, all models in one row.",
    key=("subscriber_id",),
    columns=(
        SUBSCRIBER_ID,
        *_score("data_plan_propensity", "Unprompted paid data-plan order within 30 days."),
        *_score("churn", "Churn on days 8 to 37."),
    ),
)
