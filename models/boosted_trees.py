"""A learner for yes or no: boosted trees with calibrated probabilities, by scikit-learn."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from expectations.checks import between
from expectations.contract import Column
from expectations.errors import teach
from models.model import CUT_OFF, LABEL, Model, TrainingError
from models.yes_no import calibration_picture, measures

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

SEED = 20140301
FOLDS = 3
FEWEST_OF_A_KIND = 3
PPM = 1_000_000
ABSENT = "(absent)"


class BoostedTrees:
    """Learns a label of 0 and 1; a score is the probability of 1 in whole millionths."""

    targets = (LABEL,)
    outputs = (Column("ppm", "int", "Probability in millionths.", (between(0, PPM),), unit="ppm"),)
    loss = "log_loss"

    def fit(self, rows: "pd.DataFrame", model: Model) -> Any:
        """Return a calibrated classifier that has learned these rows; their order does not matter.

        It is calibrated on out-of-fold scores, with no thing on both sides of a fold. TrainingError when fewer than FEWEST_OF_A_KIND things
        have one of the labels.
        """
        from sklearn.calibration import CalibratedClassifierCV
        from sklearn.model_selection import StratifiedGroupKFold

        key = model.unit.key
        rows = rows.sort_values([CUT_OFF, key], kind="stable", ignore_index=True)
        _refuse_few(rows, model)
        folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED).split(rows, rows[LABEL], rows[key])
        # Sigmoid, not isotonic: it preserves the order of scores, where isotonic makes steps of equal scores. On telco_churn, also with
        # positives thinned to 5 %, its AUC (.848 and .831; isotonic .847 and .827), Brier score and log loss were better.
        unfitted = classifier(model.categories, model.numbers)
        calibrated = CalibratedClassifierCV(unfitted, method="sigmoid", cv=list(folds), ensemble=False)
        with _one_thread():
            calibrated.fit(rows[[*model.categories, *model.numbers]], rows[LABEL])
        # The folds are row numbers of the training frame: megabytes that scoring does not need.
        return calibrated.set_params(cv=None)

    def scores(self, fitted: Any, rows: "pd.DataFrame") -> "dict[str, np.ndarray[Any, Any]]":
        """Return `ppm`, int32, one per row; a row has the same score in any batch. Needs the features, in any order."""
        import numpy as np

        if rows.empty:
            return {"ppm": np.empty(0, dtype="int32")}
        with _one_thread():
            probability = fitted.predict_proba(rows[list(fitted.feature_names_in_)])[:, 1]
        return {"ppm": np.rint(probability * PPM).astype("int32")}

    def measure(self, rows: "pd.DataFrame", scores: Mapping[str, Any]) -> dict[str, float]:
        """Return the measures of a yes/no prediction. TrainingError when all rows have the same label."""
        if rows[LABEL].nunique() < 2:
            told = f"{int(rows[LABEL].sum())} positives among {len(rows)} rows, both kinds of label are needed"
            raise TrainingError(teach("The examples for the evaluation", [told], "train on more cut-offs or more subscribers."))
        return measures(rows[LABEL], scores["ppm"] / PPM)

    def picture(self, rows: "pd.DataFrame", scores: Mapping[str, Any], title: str) -> bytes:
        """Return a picture of predicted against observed rates."""
        return calibration_picture(rows[LABEL], scores["ppm"] / PPM, title)


def classifier(categories: Sequence[str], numbers: Sequence[str]) -> Any:
    """Return an unfitted scikit-learn pipeline over these columns.

    A null is a code of its own; a code that training did not see counts as missing. Numbers and yes/no become floats, null NaN. The
    pipeline has no function of chudian's, so a registered model can be opened wherever its requirements are installed, and does not change
    with this module.
    """
    import pandas as pd
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OrdinalEncoder

    # With missing_values=NA scikit-learn asks pandas what is null, so None and NaN count too.
    absent = SimpleImputer(missing_values=pd.NA, strategy="constant", fill_value=ABSENT, keep_empty_features=True)
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    as_numbers = FunctionTransformer(pd.DataFrame.astype, kw_args={"dtype": "float64"})
    columns = ColumnTransformer([("categories", make_pipeline(absent, encoder), list(categories)), ("numbers", as_numbers, list(numbers))])
    # Small, slow trees, because few of many rows are positive. No early stopping: it would hold rows out by chance and not by subscriber.
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


def _refuse_few(rows: "pd.DataFrame", model: Model) -> None:
    of_each = {kind: rows.loc[rows[LABEL] == kind, model.unit.key].nunique() for kind in (0, 1)}
    few = [
        f"{n} {model.unit.name}s with label {kind} among {len(rows)} rows, at least {FEWEST_OF_A_KIND} are needed"
        for kind, n in of_each.items()
        if n < FEWEST_OF_A_KIND
    ]
    if few:
        raise TrainingError(teach(f"Model {model.name}", few, "train on more cut-offs or more subscribers."))


def _one_thread() -> Any:
    """Use one thread for the trees.

    On frames of this size more threads are no faster, and beside a busy Spark they wait for each other.
    """
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)
