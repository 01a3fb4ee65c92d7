"""`Model`: a prediction, declared once. It says what is predicted, from which examples and features, and by which learner."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from expectations.contract import Column, Table
from expectations.errors import ChudianError, ContractError, teach
from expectations.typed import type_faults
from features.library import CAR

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame

CUT_OFF, LABEL = "cut_off", "label"
NUMBER_TYPES = ("boolean", "int", "bigint")
TYPES = (*NUMBER_TYPES, "string")
NO_SCORE = "the model has no champion that can be opened, or a tag family that it needs failed tonight"


class TrainingError(ChudianError):
    """A model cannot be trained or evaluated with these examples."""


@dataclass(frozen=True)
class Unit:
    """What a model scores, one row each. `rows` is the snapshot with the features; `scored` (Spark SQL) selects who gets a score."""

    name: str
    rows: Table
    scored: str

    @property
    def key(self) -> str:
        """The column that identifies the thing of a row."""
        return self.rows.key[0]


SUBSCRIBER = Unit("subscriber", CAR, "is_live")


@dataclass(frozen=True)
class AsOf:
    """A read: the rows of a snapshot on these dates, each as known on its date. `business_date` tells them apart.

    `columns` are those that are needed besides the key and the model's features. Others may be missing.
    """

    table: Table
    dates: tuple[date, ...]
    columns: tuple[str, ...] = ()


class Examples(Protocol):
    """Where a model's examples come from: who, at which cut-offs, and with which targets."""

    def described(self) -> str:
        """Describe population and targets in a sentence or two, for the model's card."""

    def reads(self, unit: Unit, on: date) -> Iterable[AsOf]:
        """Return the snapshots needed for the examples of business date `on`, all of earlier dates."""

    def rows(self, unit: Unit, on: date, read: "Callable[[AsOf], DataFrame]") -> "DataFrame":
        """Return a row per cut-off and thing: `cut_off`, the columns of the unit's rows, and the targets of the learner."""


class Learner(Protocol):
    """How a model learns, scores and is measured.

    What `fit` returns has no class of chudian's, so that it can be opened without a checkout.
    """

    @property
    def targets(self) -> tuple[str, ...]:
        """The columns of the examples that it learns, besides the features: a label, or a treatment and an outcome."""

    @property
    def outputs(self) -> tuple[Column, ...]:
        """The columns of a score; each name gets the model's name as prefix."""

    @property
    def loss(self) -> str:
        """The measure by which two models are compared; lower is better."""

    def fit(self, rows: "pd.DataFrame", model: "Model") -> Any:
        """Return a scikit-learn estimator that has learned these examples. TrainingError when there are too few."""

    def scores(self, fitted: Any, rows: "pd.DataFrame") -> Mapping[str, Any]:
        """Return an array per output, one value per row; a row has the same score in any batch."""

    def measure(self, rows: "pd.DataFrame", scores: Mapping[str, Any]) -> dict[str, float]:
        """Return the measures of these scores by name, `loss` among them. TrainingError when the rows do not allow it."""

    def picture(self, rows: "pd.DataFrame", scores: Mapping[str, Any], title: str) -> bytes:
        """Draw how good the scores are, as a PNG."""


@dataclass(frozen=True, kw_only=True)
class Model:
    """A prediction about each thing of a unit.

    `features` are columns of the unit's rows. `meaning` says what a score is, `caveat` how it must not be read. Both are shown in the
    report and on the model's card.
    """

    name: str
    label: str
    meaning: str
    caveat: str
    unit: Unit
    examples: Examples
    features: tuple[str, ...]
    learner: Learner

    def __post_init__(self) -> None:
        if wrong := type_faults(self):
            raise ContractError(teach(f"Model {self.name}", wrong, f"correct models/library/{self.name}.py."))
        known = {column.name: column for column in self.unit.rows.columns}
        faults = [f"feature {name} is no column of {self.unit.rows.name}" for name in self.features if name not in known]
        faults += [f"feature {name} is listed twice" for name in sorted({n for n in self.features if self.features.count(n) > 1})]
        faults += [
            f"feature {name} is of type {known[name].type}; models take {', '.join(TYPES)}"
            for name in self.features
            if name in known and known[name].type not in TYPES
        ]
        if not self.features:
            faults.append("no features; it could only learn one score for everybody")
        if not re.fullmatch("[a-z][a-z0-9_]{0,63}", self.name):
            faults.append(f"name {self.name!r} begins columns of the score table; use small letters, digits and _")
        if not self.caveat.strip():
            faults.append("the caveat is empty; say how the score must not be read")
        if faults:
            raise ContractError(teach(f"Model {self.name}", faults, f"correct models/library/{self.name}.py."))

    @property
    def columns(self) -> tuple[Column, ...]:
        """The features as declared, in the model's order."""
        return tuple(self.unit.rows.column(name) for name in self.features)

    @property
    def categories(self) -> list[str]:
        """Features that are codes or text."""
        return [column.name for column in self.columns if column.type == "string"]

    @property
    def numbers(self) -> list[str]:
        """Features that are numbers or yes/no."""
        return [column.name for column in self.columns if column.type in NUMBER_TYPES]

    @property
    def outputs(self) -> tuple[Column, ...]:
        """The columns of its scores; null if the model did not score."""
        return tuple(
            replace(column, name=f"{self.name}_{column.name}", comment=self.meaning, label=self.label, null_means=NO_SCORE)
            for column in self.learner.outputs
        )

    @property
    def version(self) -> Column:
        """The column with the version that made the scores."""
        return Column(f"{self.name}_version", "string", f"Version of the model {self.name} that the night pinned.", null_means=NO_SCORE)

    def rows(self, on: date, read: "Callable[[AsOf], DataFrame]") -> "DataFrame":
        """Return the examples of business date `on`: cut_off, the unit's key, the features and the targets."""
        wanted = (CUT_OFF, self.unit.key, *self.features, *self.learner.targets)
        # The key may also be a feature, for example a host's name.
        return self.examples.rows(self.unit, on, read).select(*dict.fromkeys(wanted))
