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
        """A calibrated classifier that has learned these rows, whatever their order.

        Calibrated on out-of-fold scores, no thing on both sides of a fold. TrainingError when fewer than FEWEST_OF_A_KIND things have one
        of the labels.
        """
        from sklearn.calibration import CalibratedClassifierCV
        from sklearn.model_selection import StratifiedGroupKFold

        key = model.unit.key
        rows = rows.sort_values([CUT_OFF, key], kind="stable", ignore_index=True)
        _refuse_few(rows, model)
        folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED).split(rows, rows[LABEL], rows[key])
        # Sigmoid, not isotonic: it keeps the order of scores where isotonic makes steps of equal ones, and on telco_churn, whole and
        # thinned to 5 % positives, its AUC (.848 and .831 against .847 and .827), Brier score and log loss were better.
        unfitted = classifier(model.categories, model.numbers)
        calibrated = CalibratedClassifierCV(unfitted, method="sigmoid", cv=list(folds), ensemble=False)
        with _one_thread():
            calibrated.fit(rows[[*model.categories, *model.numbers]], rows[LABEL])
        # The folds are row numbers of the training frame: megabytes that no scoring needs.
        return calibrated.set_params(cv=None)

    def scores(self, fitted: Any, rows: "pd.DataFrame") -> "dict[str, np.ndarray[Any, Any]]":
        """`ppm`, int32, one a row; a row scores the same in any batch. Needs the features, in any order."""
        import numpy as np

        if rows.empty:
            return {"ppm": np.empty(0, dtype="int32")}
        with _one_thread():
            probability = fitted.predict_proba(rows[list(fitted.feature_names_in_)])[:, 1]
        return {"ppm": np.rint(probability * PPM).astype("int32")}

    def measure(self, rows: "pd.DataFrame", scores: Mapping[str, Any]) -> dict[str, float]:
        """The measures of a yes/no prediction; TrainingError when all rows have the same label."""
        if rows[LABEL].nunique() < 2:
            told = f"{int(rows[LABEL].sum())} positives among {len(rows)} rows, both kinds of label are needed"
            raise TrainingError(teach("The examples to judge by", [told], "train on more cut-offs or more subscribers."))
        return measures(rows[LABEL], scores["ppm"] / PPM)

    def picture(self, rows: "pd.DataFrame", scores: Mapping[str, Any], title: str) -> bytes:
        """Predicted against observed rates."""
        return calibration_picture(rows[LABEL], scores["ppm"] / PPM, title)


def classifier(categories: Sequence[str], numbers: Sequence[str]) -> Any:
    """An unfitted scikit-learn pipeline over these columns: null counts as a code of its own, a code not seen in training as missing.

    Numbers and yes/no become floats, null NaN. It holds no function of chudian's: a registered model opens wherever its requirements are
    installed, and means the same after this module has changed.
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
    """One thread for the trees: on frames of this size more are no faster, and beside a busy Spark they wait for each other."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)
