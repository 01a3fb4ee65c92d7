"""Models are judged on what they have not learned, and two versions by the same rows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.boosted_trees import BoostedTrees
from models.evaluation import Comparison, Halves, half_of, incomparable, judge, learn_in_halves
from models.model import TrainingError
from tests.models.test_boosted_trees import CUT_OFFS, SMALL, labelled


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return labelled()


@pytest.fixture(scope="module")
def halves(rows: pd.DataFrame) -> Halves:
    return learn_in_halves(rows, SMALL)


def test_a_model_is_judged_on_the_newest_cut_off_and_learned_on_the_others(rows: pd.DataFrame, halves: Halves) -> None:
    judged = judge(halves, rows, SMALL)
    assert set(judged.rows["cut_off"]) == {CUT_OFFS[-1]}
    assert len(judged.scores["ppm"]) == judged.metrics["rows"] == 600
    assert judged.metrics["auc"] > 0.7
    assert judged.metrics["lift_10"] > 2
    assert judged.metrics.keys() == {"rows", "positives", "base_rate", "auc", "brier", "log_loss", "lift_10"}


def test_what_happened_at_the_newest_cut_off_teaches_the_judged_halves_nothing(rows: pd.DataFrame, halves: Halves) -> None:
    newest = rows["cut_off"] == CUT_OFFS[-1]
    turned = rows.assign(label=rows["label"].where(~newest, 1 - rows["label"]))
    again = judge(learn_in_halves(turned, SMALL), turned, SMALL)
    assert again.metrics["auc"] == pytest.approx(1 - judge(halves, rows, SMALL).metrics["auc"])


def test_an_event_that_two_cut_offs_see_flatters_neither_a_new_version_nor_an_old_one() -> None:
    chance = np.random.default_rng(4)
    # Noise that repeats per subscriber, and a feature by which to recognise them.
    rows = labelled(400).assign(tenure_days=np.tile(np.arange(400), len(CUT_OFFS)))
    rows["label"] = np.tile((chance.random(400) < 0.3).astype(int), len(CUT_OFFS))
    assert 0.4 < judge(learn_in_halves(rows, SMALL), rows, SMALL).metrics["auc"] < 0.6
    # A champion trained at earlier cut-offs has learned the events of the rows that it is judged on.
    champion = learn_in_halves(rows[rows["cut_off"] <= CUT_OFFS[1]], SMALL)
    assert 0.4 < judge(champion, rows, SMALL).metrics["auc"] < 0.6


def test_each_row_is_scored_by_the_half_that_has_not_learned_its_thing(rows: pd.DataFrame) -> None:
    class Half:
        """Says which half it is of."""

        feature_names_in_ = list(SMALL.features)

        def __init__(self, which: int) -> None:
            self.which = which

        def predict_proba(self, asked: pd.DataFrame) -> np.ndarray:
            return np.tile([1 - 0.25 - 0.5 * self.which, 0.25 + 0.5 * self.which], (len(asked), 1))

    judged = judge(Halves("BoostedTrees", SMALL.features, (Half(0), Half(1))), rows, SMALL)
    other = 1 - half_of(judged.rows["subscriber_id"])
    assert judged.scores["ppm"].tolist() == (250_000 + 500_000 * other.astype(int)).tolist()
    assert 200 < other.sum() < 400


def test_a_thing_is_in_the_same_half_whoever_is_beside_it(rows: pd.DataFrame) -> None:
    things = rows["subscriber_id"].head(50)
    assert half_of(things[::-1]).tolist() == half_of(things).tolist()[::-1]


def test_one_cut_off_alone_or_one_kind_of_label_is_refused(rows: pd.DataFrame, halves: Halves) -> None:
    newest = rows[rows["cut_off"] == CUT_OFFS[2]]
    with pytest.raises(TrainingError, match="1 cut-off, at least two"):
        learn_in_halves(newest, SMALL)
    with pytest.raises(TrainingError, match="0 positives among 600 rows"):
        judge(halves, newest.assign(label=0), SMALL)


@pytest.mark.parametrize(
    ("candidate", "champion", "is_better"), [(0.3, None, True), (0.29, 0.3, True), (0.3, 0.3, False), (0.31, 0.3, False)]
)
def test_a_candidate_is_promoted_when_its_loss_is_lower_or_there_is_no_champion(
    candidate: float, champion: float | None, is_better: bool
) -> None:
    compared = Comparison("log_loss", candidate, champion)
    assert compared.is_better == is_better
    assert ("not promoted" in compared.words) == (not is_better)
    assert f"{candidate:.5f}" in compared.words
    assert champion is None or f"{champion:.5f}" in compared.words


def test_a_version_of_other_features_or_another_learner_cannot_be_compared(halves: Halves) -> None:
    class OtherTrees(BoostedTrees):
        pass

    assert incomparable(halves, SMALL) == ""
    assert incomparable(halves, replace(SMALL, features=SMALL.features[1:])) == "it needs brand, which the model no longer has"
    assert incomparable(halves, replace(SMALL, learner=OtherTrees())) == "its learner was BoostedTrees, the model's is OtherTrees"
