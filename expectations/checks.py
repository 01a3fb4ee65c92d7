"""What a column promises about its values; a check knows the SQL that is true for a row that breaks it."""

from dataclasses import dataclass, replace
from typing import Any, Literal

Severity = Literal["fail", "warn"]
Kind = Literal["not null", "between", "one of", "matches"]


@dataclass(frozen=True)
class Check:
    """A rule on one column. Nulls break `not null` alone; every other rule passes over them, as in Great Expectations."""

    kind: Kind
    arguments: tuple[Any, ...] = ()
    severity: Severity = "fail"

    @property
    def rule(self) -> str:
        """The rule in words, for errors and data docs."""
        if self.kind == "between":
            low, high = self.arguments
            if high is None:
                return f"at least {low}"
            return f"at most {high}" if low is None else f"between {low} and {high}"
        if self.kind == "one of":
            return "one of " + ", ".join(map(str, self.arguments))
        return self.kind if self.kind == "not null" else f"matches {self.arguments[0]}"

    @property
    def slug(self) -> str:
        """The rule's name inside a summary column, unique per column and kind."""
        return self.kind.replace(" ", "_")

    @property
    def as_warning(self) -> "Check":
        """The same rule, reported without holding the table back."""
        return replace(self, severity="warn")

    def broken(self, column: str) -> str:
        """Spark SQL that is true where the column breaks the rule and false (never null) elsewhere."""
        name = f"`{column}`"
        if self.kind == "not null":
            return f"{name} IS NULL"
        if self.kind == "between":
            low, high = self.arguments
            sides = [f"{name} < {literal(low)}"] if low is not None else []
            sides += [f"{name} > {literal(high)}"] if high is not None else []
            outside = " OR ".join(sides)
        elif self.kind == "one of":
            outside = f"{name} NOT IN ({', '.join(map(literal, self.arguments))})"
        else:
            outside = f"NOT ({name} RLIKE {literal(self.arguments[0])})"
        return f"coalesce({outside}, false)"


def literal(value: Any) -> str:
    """A value as a Spark SQL literal; strings are escaped, dates are written as dates by the caller's text."""
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"
    return str(value)


NOT_NULL = Check("not null")


def between(low: int, high: int) -> Check:
    """Both ends included."""
    return Check("between", (low, high))


def at_least(low: int) -> Check:
    """The low end included."""
    return Check("between", (low, None))


def one_of(*values: str) -> Check:
    """Exactly one of the listed codes."""
    return Check("one of", values)


def matches(pattern: str) -> Check:
    """A regular expression found in the text; anchor it to bind the whole value."""
    return Check("matches", (pattern,))


IS_TOKEN = matches("^[0-9a-f]{32}$")
