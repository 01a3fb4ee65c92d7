"""`Model`: what is predicted, for whom, from which tags, and when its outcome is known."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from expectations.contract import Column, Table
from expectations.errors import ContractError, teach
from features.library import wide_columns
from features.wide import named_in

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    Outcome = Callable[[date, date, "DataFrame"], "DataFrame"]

LABEL = "label"
NUMBER_TYPES = ("boolean", "int", "bigint")
TYPES = (*NUMBER_TYPES, "string")


@dataclass(frozen=True, kw_only=True)
class Model:
    """A prediction of whether something happens on days `first_day` to `last_day` after a cut-off, both included.

    `features` are tags as known on the cut-off. `population` is Spark SQL over the wide tags: whom the model is learned on; a score
    of anybody else is an extrapolation. `outcome` names the table that tells what happened, read as of `label_known_on` or later, and
    `happened(first, last, frame)` gives from it subscriber_id and label: 1 happened, 0 did not, null cannot be told. Subscribers
    that it does not list did not (`absent_means`=0) or cannot be told (None). `caveat` is what the score must not be read as; it stands
    in the report and on the model's card.
    """

    name: str
    label: str
    meaning: str
    caveat: str
    features: tuple[str, ...]
    first_day: int
    last_day: int
    population: str
    outcome: Table
    happened: "Outcome"
    absent_means: int | None

    def __post_init__(self) -> None:
        known = {column.name: column for column in wide_columns()}
        faults = [f"feature {name} is no tag" for name in self.features if name not in known]
        faults += [f"feature {name} is listed twice" for name in sorted({n for n in self.features if self.features.count(n) > 1})]
        faults += [
            f"feature {name} is of type {known[name].type}; models take {', '.join(TYPES)}"
            for name in self.features
            if name in known and known[name].type not in TYPES
        ]
        if not self.caveat.strip():
            faults.append("the caveat is empty; say what the score must not be read as")
        if not 1 <= self.first_day <= self.last_day:
            faults.append(f"label window {self.first_day}..{self.last_day} is empty or begins before the day after the cut-off")
        if faults:
            raise ContractError(teach(f"Model {self.name}", faults, f"correct models/{self.name}.py."))

    @property
    def columns(self) -> tuple[Column, ...]:
        """The features as declared tags, in the model's order."""
        known = {column.name: column for column in wide_columns()}
        return tuple(known[name] for name in self.features)

    @property
    def columns_named(self) -> set[str]:
        """Every identifier the model speaks of: its features and those of its population."""
        return {*self.features, *named_in(self.population)}

    @property
    def categories(self) -> list[str]:
        """Features that are codes."""
        return [column.name for column in self.columns if column.type == "string"]

    @property
    def numbers(self) -> list[str]:
        """Features that are numbers or yes/no."""
        return [column.name for column in self.columns if column.type in NUMBER_TYPES]

    def window(self, cut_off: date) -> tuple[date, date]:
        """First and last day of the label window."""
        return cut_off + timedelta(days=self.first_day), cut_off + timedelta(days=self.last_day)

    def label_known_on(self, cut_off: date) -> date:
        """The first business date whose tables can tell the label."""
        return self.window(cut_off)[1]

    def labelled(self, cut_off: date, wide: "DataFrame", later: "DataFrame") -> "DataFrame":
        """The population among the cut-off's `wide` tags with its features and an int `label` of 0 or 1; who cannot be told is left out.

        Columns: cut_off, subscriber_id, the features, label. `later` is the outcome table as of `label_known_on(cut_off)` or later.
        """
        from pyspark.sql import functions as F

        happened = self.happened(*self.window(cut_off), later)
        told = happened.select("subscriber_id", F.col(LABEL).cast("int").alias("_told"), F.lit(True).alias("_listed"))
        value = F.when(F.col("_listed"), F.col("_told")).otherwise(F.lit(self.absent_means).cast("int"))
        people = wide.where(self.population).select("subscriber_id", *self.features)
        joined = people.join(told, "subscriber_id", "left").withColumn(LABEL, value).where(F.col(LABEL).isNotNull())
        return joined.select(F.lit(cut_off).alias("cut_off"), "subscriber_id", *self.features, LABEL)
