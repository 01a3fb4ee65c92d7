"""Rules that compare a column with other columns of the same row."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from expectations.checks import Check, Statistics, literal

if TYPE_CHECKING:
    import pyarrow
    from great_expectations.expectations.expectation import Expectation


@dataclass(frozen=True)
class PartOf(Check):
    """A part is at most its whole, the sum of these columns of the same row. If one of them is null, the row satisfies the rule."""

    whole: tuple[str, ...]
    slug = "part_of"

    @property
    def rule(self) -> str:
        return "at most " + " + ".join(self.whole)

    @property
    def others(self) -> tuple[str, ...]:
        return self.whole

    def _outside(self, name: str) -> str:
        first, *more = (f"`{column}`" for column in self.whole)
        total = first
        for column in more:
            # The columns' own bounds refuse values that are too large to add. This rule must not make the query fail on them.
            total = f"try_add({total}, {column})"
        return f"{name} > {total}"

    def breaking(self, values: "pyarrow.Array", row: "Mapping[str, pyarrow.Array]") -> "pyarrow.BooleanArray":
        import pyarrow as pa
        import pyarrow.compute as pc

        try:
            total = reduce(pc.add_checked, (row[column] for column in self.whole))
        except pa.ArrowInvalid:
            # A sum is too large for Arrow, as for try_add.
            rows = zip(*(row[column].to_pylist() for column in self.whole), strict=True)
            sums = (None if None in parts else sum(parts) for parts in rows)
            total = pa.array([one if one is not None and abs(one) < 1 << 63 else None for one in sums], pa.int64())
        return pc.fill_null(pc.greater(values, total), False)

    def native(self, column: str) -> "Expectation":
        import great_expectations.expectations as gxe

        query = f"SELECT * FROM {{batch}} WHERE {column} > {' + '.join(self.whole)}"
        return gxe.UnexpectedRowsExpectation(unexpected_rows_query=query, description=f"{column}: {self.rule}")


@dataclass(frozen=True)
class Before(Check):
    """A date before the date in another column of the same row."""

    other: str
    slug = "before"

    @property
    def rule(self) -> str:
        return f"before {self.other}"

    @property
    def others(self) -> tuple[str, ...]:
        return (self.other,)

    def _outside(self, name: str) -> str:
        return f"{name} >= `{self.other}`"

    def breaking(self, values: "pyarrow.Array", row: "Mapping[str, pyarrow.Array]") -> "pyarrow.BooleanArray":
        import pyarrow.compute as pc

        return pc.fill_null(pc.greater_equal(values, row[self.other]), False)

    def native(self, column: str) -> "Expectation":
        import great_expectations.expectations as gxe

        query = f"SELECT * FROM {{batch}} WHERE {self._outside(column)}"
        return gxe.UnexpectedRowsExpectation(unexpected_rows_query=query, description=f"{column}: {self.rule}")


@dataclass(frozen=True)
class GivenWhen(Check):
    """A value in every row in which another column has this code; other rows may have one too."""

    other: str
    code: str
    slug = "given_when"
    is_of_nulls = True

    @property
    def rule(self) -> str:
        return f"not null when {self.other} is {self.code}"

    @property
    def others(self) -> tuple[str, ...]:
        return (self.other,)

    def _outside(self, name: str) -> str:
        return f"`{self.other}` = {literal(self.code)} AND {name} IS NULL"

    def breaking(self, values: "pyarrow.Array", row: "Mapping[str, pyarrow.Array]") -> "pyarrow.BooleanArray":
        import pyarrow.compute as pc

        return pc.and_(pc.fill_null(pc.equal(row[self.other], self.code), False), values.is_null())

    def native(self, column: str) -> "Expectation":
        import great_expectations.expectations as gxe

        query = f"SELECT * FROM {{batch}} WHERE {self._outside(column)}"
        return gxe.UnexpectedRowsExpectation(unexpected_rows_query=query, description=f"{column}: {self.rule}")

    def proven(self, seen: Statistics) -> bool:
        return not seen.rows or seen.nulls == 0


def part_of(*whole: str) -> PartOf:
    """At most the sum of these columns of the same row."""
    return PartOf(whole)


def before(other: str) -> Before:
    """Before the date in another column of the same row."""
    return Before(other)


def given_when(other: str, code: str) -> GivenWhen:
    """Not null in rows in which the other column has this code."""
    return GivenWhen(other, code)
