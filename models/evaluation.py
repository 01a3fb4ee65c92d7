"""How good a model is out of time: learned on earlier cut-offs, judged on the last, on subscribers it has not seen."""

from dataclasses import asdict, dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from expectations.errors import teach
from models.estimator import PPM, SEED, TrainingError, fit, in_order, score_ppm
from models.model import LABEL, Model

if TYPE_CHECKING:
    import pandas as pd

BINS = 10
TOP_SHARE = 10


@dataclass(frozen=True)
class Evaluation:
    """Measures on the test rows. `bins` pairs mean predicted and observed rate per tenth of the rows by score, lowest first."""

    trained_rows: int
    rows: int
    positives: int
    base_rate: float
    auc: float
    brier: float
    log_loss: float
    lift_10: float
    bins: tuple[tuple[float, float], ...]

    @property
    def metrics(self) -> dict[str, float]:
        """The figures by name, as MLflow takes them."""
        return {name: float(value) for name, value in asdict(self).items() if name != "bins"}


def evaluate(frame: "pd.DataFrame", model: Model) -> Evaluation:
    """Learn on all cut-offs but the last, judge on the last. The model that scores is then fitted on all of them.

    Label windows of neighbouring cut-offs overlap, so one order may be a positive at two of them: each half of the subscribers is judged
    by what was learned on the other half. TrainingError when there is one cut-off only, or the last one has one kind of label.
    """
    rows = in_order(frame)
    last = rows["cut_off"].max()
    train, test = rows[rows["cut_off"] < last], rows[rows["cut_off"] == last]
    faults = []
    if train.empty:
        faults.append(f"{rows['cut_off'].nunique()} cut-off, at least two are needed to judge out of time")
    if test[LABEL].nunique() < 2:
        faults.append(f"cut-off {last} has {int(test[LABEL].sum())} positives among {len(test)} rows, both kinds of label are needed")
    if faults:
        raise TrainingError(teach(f"Model {model.name}", faults, "train on more cut-offs or more subscribers."))
    return measure(test[LABEL], _scored_by_strangers(rows, model) / PPM, len(train))


def _scored_by_strangers(rows: "pd.DataFrame", model: Model) -> Any:
    """Scores of the last cut-off's rows, ppm, each by a model that learned on other subscribers' earlier cut-offs."""
    import numpy as np
    from sklearn.model_selection import GroupKFold

    is_last = (rows["cut_off"] == rows["cut_off"].max()).to_numpy()
    scores = np.zeros(len(rows), dtype="int64")
    for taught, judged in GroupKFold(2, shuffle=True, random_state=SEED).split(rows, groups=rows["subscriber_id"]):
        learned = fit(rows.iloc[taught[~is_last[taught]]], model)
        strangers = judged[is_last[judged]]
        scores[strangers] = score_ppm(learned, rows.iloc[strangers])
    return scores[is_last]


def measure(happened: Any, probability: Any, trained_rows: int = 0) -> Evaluation:
    """The measures of these probabilities for labels of 0 and 1, by scikit-learn.

    `lift_10` is the rate among the tenth of the rows with the highest scores, against the rate of all; of equal scores the first row
    counts first.
    """
    import numpy as np
    from sklearn.calibration import calibration_curve
    from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

    labels, scores = np.asarray(happened, dtype=int), np.asarray(probability, dtype=float)
    observed, predicted = calibration_curve(labels, scores, n_bins=BINS, strategy="quantile")
    top = np.argsort(-scores, kind="stable")[: -(-len(scores) // TOP_SHARE)]
    return Evaluation(
        trained_rows=trained_rows,
        rows=len(labels),
        positives=int(labels.sum()),
        base_rate=float(labels.mean()),
        auc=float(roc_auc_score(labels, scores)),
        brier=float(brier_score_loss(labels, scores)),
        log_loss=float(log_loss(labels, scores, labels=[0, 1])),
        lift_10=float(labels[top].mean() / labels.mean()),
        bins=tuple(zip(predicted.tolist(), observed.tolist(), strict=True)),
    )


def calibration_picture(evaluation: Evaluation, title: str) -> bytes:
    """Predicted against observed rate as a PNG: on the dotted line the model says what happens."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.5, 4.5), layout="constrained")
    axes = figure.add_subplot()
    predicted, observed = zip(*evaluation.bins, strict=True)
    top = max(*predicted, *observed) * 1.05
    axes.plot([0, top], [0, top], linestyle=":", color="grey")
    axes.plot(predicted, observed, marker="o")
    axes.set(xlabel="predicted rate", ylabel="observed rate", xlim=(0, top), ylim=(0, top))
    axes.set_title(f"{title}\nAUC {evaluation.auc:.3f}, {evaluation.positives} of {evaluation.rows} rows", fontsize=10)
    picture = BytesIO()
    FigureCanvasAgg(figure).print_png(picture)
    return picture.getvalue()
