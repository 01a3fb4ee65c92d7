"""Examples of what followed a cut-off: something happened within a number of days after it, or did not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from typing import TYPE_CHECKING

from expectations.contract import Table
from expectations.errors import ContractError, teach
from features.wide import named_in
from models.model import CUT_OFF, LABEL, AsOf, Unit

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    Outcome = Callable[[date, date, "DataFrame"], "DataFrame"]

# Multiples of seven, because operators keep weekly full extracts. The newest is old enough for a label of 37 days and three days of
# lateness.
CUT_OFFS_BACK = (70, 56, 42)
KNOWN_AFTER = timedelta(days=42)


@dataclass(frozen=True, kw_only=True)
class Following:
    """Whether something happens on days `first_day` to `last_day` after a cut-off, both included.

    `who` is Spark SQL over the unit's rows: the population that the model learns from. A score of anybody else is an extrapolation.
    `outcome` is the snapshot that shows what happened. `happened(first, last, frame)` returns from it the unit's key and `label`: 1
    happened, 0 did not, null unknown. Things that it does not return have the label `absent_means`: 0, or None for unknown. Unknown ones
    are left out.
    """

    who: str
    outcome: Table
    happened: "Outcome"
    first_day: int
    last_day: int
    absent_means: int | None

    def __post_init__(self) -> None:
        faults = []
        if not 1 <= self.first_day <= self.last_day:
            faults.append(f"label window {self.first_day}..{self.last_day} is empty or begins before the day after the cut-off")
        if self.last_day >= min(CUT_OFFS_BACK):
            faults.append(f"the label ends on day {self.last_day}, and the newest cut-off is only {min(CUT_OFFS_BACK)} days back")
        if faults:
            raise ContractError(teach("Examples of what follows a cut-off", faults, "correct the model's examples."))

    def described(self) -> str:
        """Population and label, for the model's card."""
        return f"Population: `{self.who}`\n\nLabel: days {self.first_day} to {self.last_day} after the cut-off, from {self.outcome.name}."

    def cut_offs(self, on: date) -> dict[date, date]:
        """Return each cut-off, oldest first, with the date on which its outcome is read: always before `on`."""
        days = [on - timedelta(days=back) for back in CUT_OFFS_BACK]
        return {cut_off: min(cut_off + KNOWN_AFTER, on - timedelta(days=1)) for cut_off in days}

    def window(self, cut_off: date) -> tuple[date, date]:
        """Return first and last day of the label."""
        return cut_off + timedelta(days=self.first_day), cut_off + timedelta(days=self.last_day)

    def reads(self, unit: Unit, on: date) -> tuple[AsOf, ...]:
        """Return the reads of the unit's rows on the cut-offs, and of the outcome on the dates when it is known."""
        days = self.cut_offs(on)
        asked = named_in(self.who) & {column.name for column in unit.rows.columns}
        outcome = tuple(column.name for column in self.outcome.columns)
        return AsOf(unit.rows, tuple(days), tuple(sorted(asked))), AsOf(self.outcome, tuple(days.values()), outcome)

    def rows(self, unit: Unit, on: date, read: "Callable[[AsOf], DataFrame]") -> "DataFrame":
        """Return the labelled rows of all cut-offs."""
        features, outcomes = (read(asked) for asked in self.reads(unit, on))
        each = [self.told(unit, cut_off, outcomes.where(f"business_date = DATE'{known}'")) for cut_off, known in self.cut_offs(on).items()]
        return self.labelled(unit, features, reduce(lambda one, other: one.unionByName(other), each))

    def told(self, unit: Unit, cut_off: date, later: "DataFrame") -> "DataFrame":
        """Return what the outcome says of each thing after a cut-off: the key, the cut-off as business_date, and 1, 0 or null."""
        from pyspark.sql import functions as F

        happened = self.happened(*self.window(cut_off), later)
        return happened.select(unit.key, F.lit(cut_off).alias("business_date"), F.col(LABEL).cast("int").alias("_told"))

    def labelled(self, unit: Unit, rows: "DataFrame", told: "DataFrame") -> "DataFrame":
        """Return the population among the rows of all cut-offs, with the cut-off and an int `label` of 0 or 1."""
        from pyspark.sql import functions as F

        listed = told.withColumn("_listed", F.lit(True))
        value = F.when(F.col("_listed"), F.col("_told")).otherwise(F.lit(self.absent_means).cast("int"))
        joined = rows.where(self.who).join(listed, [unit.key, "business_date"], "left")
        labelled = joined.withColumns({LABEL: value, CUT_OFF: F.col("business_date")})
        return labelled.where(F.col(LABEL).isNotNull()).drop("_told", "_listed")
