"""The one noun holds models of another kind: of other things than subscribers, and with a treatment."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from expectations.errors import ContractError
from models.evaluation import judge, learn_in_halves
from models.library import MODELS, one_model_a_file, score_table, units
from models.library.churn import MODEL as CHURN
from tests.models.other_models import HOST, HOST_CATEGORY, UpliftTrees

UPLIFT = replace(CHURN, name="data_plan_uplift", features=("tenure_days", "age_years"), learner=UpliftTrees())


def campaigns(people: int = 2000) -> pd.DataFrame:
    """Two campaigns to half of the people each, in which the offer moves those who are new and nobody else."""
    chance, n = np.random.default_rng(1), 2 * people
    rows = pd.DataFrame(
        {
            "cut_off": np.repeat([date(2026, 1, 1), date(2026, 2, 1)], people),
            "subscriber_id": [f"{i:032x}" for i in range(people)] * 2,
            "tenure_days": chance.integers(0, 1000, n),
            "age_years": chance.integers(18, 80, n),
            "treated": (chance.random(n) < 0.5).astype(int),
        }
    )
    odds = 0.2 + 0.5 * rows["treated"] * (rows["tenure_days"] < 500)
    return rows.assign(ordered=(chance.random(n) < odds).astype(int))


def test_a_learner_with_a_treatment_column_learns_whom_an_offer_changes_and_is_judged_like_any_other() -> None:
    rows = campaigns()
    assert set(UPLIFT.learner.targets) == {"treated", "ordered"}
    judged = judge(learn_in_halves(rows, UPLIFT), rows, UPLIFT)
    scores = pd.Series(judged.scores["uplift_ppm"], index=judged.rows["tenure_days"])
    assert scores[scores.index < 450].mean() == pytest.approx(500_000, abs=60_000)
    assert scores[scores.index > 550].mean() == pytest.approx(0, abs=60_000)
    assert judged.metrics["lost_gain"] == pytest.approx(-0.5, abs=0.1)


def test_the_score_table_of_a_unit_has_the_outputs_of_its_models_and_the_version_of_each() -> None:
    table = score_table(HOST, (HOST_CATEGORY,))
    assert (table.name, table.key) == ("score.host", ("host",))
    names = [column.name for column in table.columns]
    assert names == ["host", "host_category_category", "host_category_ppm", "host_category_version", "business_date"]
    assert [column.name for column in table.columns if not column.nullable] == ["host", "business_date"]
    assert units((CHURN, HOST_CATEGORY, UPLIFT)) == (CHURN.unit, HOST)


def test_a_model_is_in_the_file_of_its_name() -> None:
    one, other = MODELS[:2]
    with pytest.raises(ContractError) as refused:
        one_model_a_file([one, one], [other.name])
    told = str(refused.value)
    assert f"model {one.name} is not in a file {one.name}.py" in told
    assert f"{other.name}.py declares no model {other.name}" in told
    assert f"model {one.name} is declared twice" in told
