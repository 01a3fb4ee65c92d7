"""How the yes/no models learn and score: boosted trees with calibrated probabilities, by scikit-learn."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from expectations.errors import ChudianError, teach
from models.model import LABEL, Model

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

SEED = 20140301
FOLDS = 3
FEWEST_OF_A_KIND = 3
PPM = 1_000_000
ABSENT = "(absent)"


class TrainingError(ChudianError):
    """The labelled rows cannot teach or test a model."""


def classifier(categories: Sequence[str], numbers: Sequence[str]) -> Any:
    """An unfitted scikit-learn pipeline over these columns: null counts as a code of its own, a code not seen in training as missing.

    Numbers and yes/no become floats, null NaN. No function of chudian's own stands in it: a registered model opens wherever its
    requirements are installed, and means the same after this module has changed.
    """
    import pandas as pd
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OrdinalEncoder

    # For missing_values=NA scikit-learn asks pandas what is null, so None and NaN count too.
    absent = SimpleImputer(missing_values=pd.NA, strategy="constant", fill_value=ABSENT, keep_empty_features=True)
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    as_numbers = FunctionTransformer(pd.DataFrame.astype, kw_args={"dtype": "float64"})
    columns = ColumnTransformer([("categories", make_pipeline(absent, encoder), list(categories)), ("numbers", as_numbers, list(numbers))])
    # Small, slow trees: few positives among many rows. No early stopping: it would set rows apart by chance, not by subscriber.
    trees = HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_iter=120,
        max_leaf_nodes=15,
        min_samples_leaf=40,
        l2_regularization=1.0,
        early_stopping=False,
        categorical_features=list(range(len(categories))),
        random_state=SEED,
    )
    return make_pipeline(columns, trees)


def in_order(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The rows by cut-off and subscriber: the same rows train the same model, however they came."""
    return frame.sort_values(["cut_off", "subscriber_id"], kind="stable", ignore_index=True)


def fit(frame: "pd.DataFrame", model: Model) -> Any:
    """A calibrated classifier learned from labelled rows (cut_off, subscriber_id, features, label of 0 and 1).

    Calibrated on out-of-fold scores, no subscriber on both sides of a fold. TrainingError when there are fewer than FEWEST_OF_A_KIND
    subscribers of either label.
    """
    return _fit(in_order(frame), classifier(model.categories, model.numbers), [*model.categories, *model.numbers], model.name)


def _fit(rows: "pd.DataFrame", unfitted: Any, features: list[str], name: str) -> Any:
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.model_selection import StratifiedGroupKFold

    of_each = {kind: rows.loc[rows[LABEL] == kind, "subscriber_id"].nunique() for kind in (0, 1)}
    few = [
        f"{n} subscribers with label {kind} among {len(rows)} rows, at least {FEWEST_OF_A_KIND} are needed"
        for kind, n in of_each.items()
        if n < FEWEST_OF_A_KIND
    ]
    if few:
        raise TrainingError(teach(f"Model {name}", few, "train on more cut-offs or more subscribers."))
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED).split(rows, rows[LABEL], rows["subscriber_id"])
    # Sigmoid, not isotonic: it keeps the order of subscribers where isotonic makes steps of equal scores, and on telco_churn, whole and
    # thinned to 5 % positives, its AUC (.848 and .831 against .847 and .827), Brier score and log loss were better.
    calibrated = CalibratedClassifierCV(unfitted, method="sigmoid", cv=list(folds), ensemble=False)
    with _one_thread():
        calibrated.fit(rows[features], rows[LABEL])
    # The folds are row numbers of the training frame: megabytes that no scoring needs.
    return calibrated.set_params(cv=None)


def _one_thread() -> Any:
    """One thread for the trees: on frames of this size more are no faster, and beside a busy Spark they wait for each other."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)


def score_ppm(fitted: Any, frame: "pd.DataFrame") -> "np.ndarray[Any, Any]":
    """Probabilities in whole millionths, one per row, int32; a row scores the same in any batch. Needs the features, in any order."""
    import numpy as np

    if frame.empty:
        return np.empty(0, dtype="int32")
    with _one_thread():
        probability = fitted.predict_proba(frame[list(fitted.feature_names_in_)])[:, 1]
    return np.rint(probability * PPM).astype("int32")
