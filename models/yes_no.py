"""How good the probabilities of a yes/no prediction are: measures and a picture of their calibration."""

from io import BytesIO
from typing import Any

BINS = 10
TOP_SHARE = 10


def measures(happened: Any, probability: Any) -> dict[str, float]:
    """Return the measures of these probabilities for labels of 0 and 1, by scikit-learn.

    `lift_10` is the rate among the tenth of the rows with the highest scores, divided by the rate of all rows. Of equal scores the first
    row counts first.
    """
    import numpy as np
    from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

    labels, scores = np.asarray(happened, dtype=int), np.asarray(probability, dtype=float)
    top = np.argsort(-scores, kind="stable")[: -(-len(scores) // TOP_SHARE)]
    return {
        "positives": float(labels.sum()),
        "base_rate": float(labels.mean()),
        "auc": float(roc_auc_score(labels, scores)),
        "brier": float(brier_score_loss(labels, scores)),
        "log_loss": float(log_loss(labels, scores, labels=[0, 1])),
        "lift_10": float(labels[top].mean() / labels.mean()),
    }


def calibration(happened: Any, probability: Any) -> list[tuple[float, float]]:
    """Return mean predicted and observed rate of each tenth of the rows by score, lowest first."""
    import numpy as np
    from sklearn.calibration import calibration_curve

    labels, scores = np.asarray(happened, dtype=int), np.asarray(probability, dtype=float)
    observed, predicted = calibration_curve(labels, scores, n_bins=BINS, strategy="quantile")
    return list(zip(predicted.tolist(), observed.tolist(), strict=True))


def calibration_picture(happened: Any, probability: Any, title: str) -> bytes:
    """Return a PNG of predicted against observed rates. On the dotted line the prediction is right."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    found = measures(happened, probability)
    predicted, observed = zip(*calibration(happened, probability), strict=True)
    figure = Figure(figsize=(4.5, 4.5), layout="constrained")
    axes = figure.add_subplot()
    top = max(*predicted, *observed) * 1.05
    axes.plot([0, top], [0, top], linestyle=":", color="grey")
    axes.plot(predicted, observed, marker="o")
    axes.set(xlabel="predicted rate", ylabel="observed rate", xlim=(0, top), ylim=(0, top))
    axes.set_title(f"{title}\nAUC {found['auc']:.3f}, {found['positives']:.0f} of {len(happened)} rows", fontsize=10)
    picture = BytesIO()
    FigureCanvasAgg(figure).print_png(picture)
    return picture.getvalue()
