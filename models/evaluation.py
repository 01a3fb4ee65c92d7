"""How good a model is out of time, and whether it is better than another: evaluated at the newest cut-off, on things it has not learned.

Labels of neighbouring cut-offs overlap: one order may be a positive at two of them. So two *halves* are trained beside the model that
scores, each on half of the things and without the newest cut-off. Each thing is evaluated by the half that has not learned it. A thing is
in the same half in every training, so the halves of two versions can be evaluated on the same rows, and the comparison is fair even if the
examples of the two versions overlap.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expectations.errors import teach
from models.model import CUT_OFF, Model, TrainingError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

SALT = "chudian-halves"


@dataclass(frozen=True)
class Halves:
    """The two halves of a version, what they learned from, and their learner. The first has learned the things of half 0."""

    learner: str
    features: tuple[str, ...]
    fitted: tuple[Any, Any]


@dataclass(frozen=True)
class Judged:
    """Rows of the newest cut-off, their scores by halves that had not learned them, and the measures of these scores."""

    rows: "pd.DataFrame"
    scores: Mapping[str, Any]
    metrics: dict[str, float]


def half_of(things: "pd.Series[str]") -> "np.ndarray[Any, Any]":
    """Return 0 or 1 for each thing, by a salted hash of its key."""
    import numpy as np

    return np.fromiter((hashlib.sha256(f"{SALT}:{thing}".encode()).digest()[0] & 1 for thing in things), dtype="int8", count=len(things))


def learn_in_halves(rows: "pd.DataFrame", model: Model) -> Halves:
    """Train each half on its things at all cut-offs but the newest.

    TrainingError when there is only one cut-off, or a half is too small.
    """
    earlier = rows[rows[CUT_OFF] < rows[CUT_OFF].max()]
    if earlier.empty:
        told = f"{rows[CUT_OFF].nunique()} cut-off, at least two are needed to evaluate out of time"
        raise TrainingError(teach(f"Model {model.name}", [told], "train on more cut-offs."))
    half = half_of(earlier[model.unit.key])
    first, second = (model.learner.fit(earlier[half == which], model) for which in (0, 1))
    return Halves(type(model.learner).__name__, model.features, (first, second))


def judge(halves: Halves, rows: "pd.DataFrame", model: Model) -> Judged:
    """Score the newest cut-off's rows, each by the half that has not learned its thing, and measure."""
    import numpy as np

    newest = rows[rows[CUT_OFF] == rows[CUT_OFF].max()]
    half = half_of(newest[model.unit.key])
    parts = [model.learner.scores(halves.fitted[1 - which], newest[half == which]) for which in (0, 1)]
    back = np.argsort(np.concatenate([np.flatnonzero(half == which) for which in (0, 1)]))
    scores = {name: np.concatenate([part[name] for part in parts])[back] for name in parts[0]}
    return Judged(newest, scores, {"rows": float(len(newest)), **model.learner.measure(newest, scores)})


def incomparable(halves: Halves, model: Model) -> str:
    """Return why halves of an older version cannot be evaluated on the model's rows; empty when they can."""
    learner = type(model.learner).__name__
    if halves.learner != learner:
        return f"its learner was {halves.learner}, the model's is {learner}"
    gone = sorted(set(halves.features) - set(model.features))
    return f"it needs {', '.join(gone)}, which the model no longer has" if gone else ""


@dataclass(frozen=True)
class Comparison:
    """The rule of promotion: a candidate becomes champion when its loss is lower than the champion's, or there is none that can score.

    Both losses are of the same rows, those of the candidate's newest cut-off, and of halves that have not learned them. `kept` says why the
    champion stays without a comparison; it is empty otherwise.
    """

    loss: str
    candidate: float
    champion: float | None
    kept: str = ""

    @property
    def is_better(self) -> bool:
        """Whether the candidate is to be champion."""
        return not self.kept and (self.champion is None or self.candidate < self.champion)

    @property
    def words(self) -> str:
        """The outcome with both figures."""
        why = self.kept or "it is no better than the champion"
        outcome = "champion" if self.is_better else f"not promoted, because {why}"
        unknown = "no other was judged" if self.kept else "no other to judge"
        against = unknown if self.champion is None else f"the champion's is {self.champion:.5f}"
        return f"{outcome}: {self.loss} {self.candidate:.5f}, {against}"
