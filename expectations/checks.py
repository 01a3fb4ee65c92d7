"""Rules on the values of a column. A kind of check is one class: its SQL, its words, its Great Expectations form, its proof."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

if TYPE_CHECKING:
    import pyarrow
    from great_expectations.expectations.expectation import Expectation

Severity = Literal["fail", "warn"]


@dataclass(frozen=True)
class Statistics:
    """What Parquet footers say about a column: rows, nulls, minimum and maximum. None means unknown, or no value."""

    rows: int
    nulls: int | None = None
    low: Any = None
    high: Any = None

    @property
    def has_no_value(self) -> bool:
        """Whether there are no rows or only nulls."""
        return self.rows == self.nulls or not self.rows


@dataclass(frozen=True)
class Check(ABC):
    """A rule on one column. Only `NotNull` and `GivenWhen` are broken by a null; all other rules ignore nulls, as in Great Expectations."""

    slug: ClassVar[str]
    """The rule's name inside a summary column, unique per column."""
    is_in_footers: ClassVar[bool] = False
    """Whether Parquet footers usually prove the rule, so that rows are read only if they do not."""
    is_of_nulls: ClassVar[bool] = False
    """Whether only a null breaks the rule."""
    severity: Severity = field(default="fail", kw_only=True)

    @property
    @abstractmethod
    def rule(self) -> str:
        """The rule in words, for errors and data docs."""

    @property
    def others(self) -> tuple[str, ...]:
        """Columns of the same row that the rule compares with."""
        return ()

    @property
    def as_warning(self) -> Self:
        """The same rule as a warning, which does not stop the table."""
        return replace(self, severity="warn")

    def broken(self, column: str) -> str:
        """Return Spark SQL that is true where the column breaks the rule and false (never null) elsewhere."""
        return f"coalesce({self._outside(f'`{column}`')}, false)"

    @abstractmethod
    def _outside(self, name: str) -> str:
        """Return Spark SQL that is true where a value breaks the rule, null where there is no value."""

    def breaking(self, values: "pyarrow.Array", row: "Mapping[str, pyarrow.Array]") -> "pyarrow.BooleanArray | None":
        """Return where the values of an Arrow column break the rule, never null; None for a rule that only Spark can read.

        `row` has the columns that the rule compares with.
        """
        return None

    @abstractmethod
    def native(self, column: str) -> "Expectation":
        """Return the check as Great Expectations would run it on the rows themselves."""

    def proven(self, seen: Statistics) -> bool:
        """Whether the statistics alone prove that no row breaks the rule. False only means that the rows must be read."""
        return seen.has_no_value or self._holds_from(seen.low, seen.high)

    def _holds_from(self, low: Any, high: Any) -> bool:
        """Whether every value from low to high satisfies the rule; either end may be unknown."""
        return False


@dataclass(frozen=True)
class NotNull(Check):
    """A value in every row."""

    slug = "not_null"
    rule = "not null"
    is_in_footers = True
    is_of_nulls = True

    def broken(self, column: str) -> str:
        return self._outside(f"`{column}`")

    def _outside(self, name: str) -> str:
        return f"{name} IS NULL"

    def breaking(self, values: "pyarrow.Array", row: "Mapping[str, pyarrow.Array]") -> "pyarrow.BooleanArray":
        return values.is_null()

    def native(self, column: str) -> "Expectation":
        import great_expectations.expectations as gxe

        return gxe.ExpectColumnValuesToNotBeNull(column=column)

    def proven(self, seen: Statistics) -> bool:
        return not seen.rows or seen.nulls == 0


@dataclass(frozen=True)
class Between(Check):
    """A value from `low` to `high`, both included; None means no limit."""

    low: int | None
    high: int | None
    slug = "between"
    is_in_footers = True

    @property
    def rule(self) -> str:
        if self.high is None:
            return f"at least {self.low}"
        return f"at most {self.high}" if self.low is None else f"between {self.low} and {self.high}"

    def _outside(self, name: str) -> str:
        sides = [f"{name} < {self.low}"] if self.low is not None else []
        sides += [f"{name} > {self.high}"] if self.high is not None else []
        return " OR ".join(sides)

    def breaking(self, values: "pyarrow.Array", row: "Mapping[str, pyarrow.Array]") -> "pyarrow.BooleanArray | None":
        import pyarrow as pa
        import pyarrow.compute as pc

        if not pa.types.is_integer(values.type):
            return None
        sides = [pc.less(values, self.low)] if self.low is not None else []
        sides += [pc.greater(values, self.high)] if self.high is not None else []
        return pc.fill_null(reduce(pc.or_, sides), False)

    def native(self, column: str) -> "Expectation":
        import great_expectations.expectations as gxe

        return gxe.ExpectColumnValuesToBeBetween(column=column, min_value=self.low, max_value=self.high)

    def _holds_from(self, low: Any, high: Any) -> bool:
        # Footers ignore NaN, which Spark orders above every number.
        if low is None or high is None or isinstance(low, float):
            return False
        return (self.low is None or low >= self.low) and (self.high is None or high <= self.high)


@dataclass(frozen=True)
class OneOf(Check):
    """Exactly one of the listed codes."""

    codes: tuple[str, ...]
    slug = "one_of"

    @property
    def rule(self) -> str:
        return "one of " + ", ".join(self.codes)

    def _outside(self, name: str) -> str:
        return f"{name} NOT IN ({', '.join(map(literal, self.codes))})"

    def breaking(self, values: "pyarrow.Array", row: "Mapping[str, pyarrow.Array]") -> "pyarrow.BooleanArray":
        import pyarrow as pa
        import pyarrow.compute as pc

        return pc.and_not(values.is_valid(), pc.is_in(values, pa.array(self.codes, values.type)))

    def native(self, column: str) -> "Expectation":
        import great_expectations.expectations as gxe

        return gxe.ExpectColumnValuesToBeInSet(column=column, value_set=list(self.codes))


@dataclass(frozen=True)
class Matches(Check):
    """A regular expression that must match the whole text, including a line feed or carriage return at its end."""

    pattern: str
    slug = "matches"

    @property
    def rule(self) -> str:
        return f"matches {self.pattern}"

    def _outside(self, name: str) -> str:
        return f"NOT ({name} RLIKE {literal(self._whole)})"

    def breaking(self, values: "pyarrow.Array", row: "Mapping[str, pyarrow.Array]") -> "pyarrow.BooleanArray":
        import pyarrow as pa
        import pyarrow.compute as pc

        try:
            fits = pc.match_substring_regex(values, self._whole)
        except pa.ArrowInvalid:
            # Arrow's expressions cannot look ahead; Python's can. By ASCII, \d and \w are as in Java.
            pattern, each = re.compile(self.pattern, re.ASCII), values.dictionary_encode()
            fits = pa.array([bool(pattern.fullmatch(text)) for text in each.dictionary.to_pylist()], pa.bool_()).take(each.indices)
        return pc.fill_null(pc.invert(fits), False)

    def native(self, column: str) -> "Expectation":
        import great_expectations.expectations as gxe

        return gxe.ExpectColumnValuesToMatchRegex(column=column, regex=self._whole)

    @property
    def _whole(self) -> str:
        # Java's $ also matches before a line feed or a carriage return at the end.
        return rf"^(?:{self.pattern})\z"


def literal(value: Any) -> str:
    """Return a value as a Spark SQL literal. Strings are escaped; dates are passed as ready SQL text."""
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"
    return str(value)


NOT_NULL = NotNull()


def between(low: int, high: int) -> Between:
    """From low to high, both included."""
    return Between(low, high)


def at_least(low: int) -> Between:
    """At least this value."""
    return Between(low, None)


def at_most(high: int) -> Between:
    """At most this value."""
    return Between(None, high)


def one_of(*codes: str) -> OneOf:
    """Exactly one of the listed codes."""
    return OneOf(codes)


def matches(pattern: str) -> Matches:
    """A regular expression that must match the whole text."""
    return Matches(pattern)


# The form of a code. Other text, or a code with as many digits in a row as a number, may be personal and is not shown.
_CODE, _LIKE_A_NUMBER = "[A-Za-z0-9_.-]{1,32}", "[0-9]{11}"


def is_code(text: str | None) -> bool:
    """Whether a text may be shown as a code."""
    return bool(text and re.fullmatch(_CODE, text) and not re.search(_LIKE_A_NUMBER, text))


def code_sql(column: str) -> str:
    """Return Spark SQL for the column: its value if it may be shown as a code, otherwise null."""
    whole = literal(rf"^{_CODE}\z")
    return f"CASE WHEN `{column}` RLIKE {whole} AND NOT `{column}` RLIKE {literal(_LIKE_A_NUMBER)} THEN `{column}` END"


IS_TOKEN = matches("[0-9a-f]{32}")
