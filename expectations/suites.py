"""From contract to audit: the aggregates that make a table's one-row summary, and the Great Expectations suite that judges it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expectations.checks import Check
from expectations.contract import Column, Table

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuite
    from great_expectations.expectations.expectation import Expectation

ROWS = "rows"
DUPLICATES = "key__duplicates"
_MEANS = ("int", "bigint", "double", "boolean")


@dataclass(frozen=True)
class Rule:
    """One thing a table promises, as a count in the summary that must be zero (or, for rows, at least a number)."""

    summary: str
    column: str
    words: str
    severity: str
    least: int = 0
    most: int | None = 0


def rules(table: Table) -> Iterator[Rule]:
    """Every rule of the contract: the checks on its columns, its key, its least number of rows."""
    for column, check in table.checks():
        yield Rule(_named(column, check), column.name, check.rule, check.severity)
    if table.key:
        yield Rule(DUPLICATES, ", ".join(table.key), "unique", "fail")
    if table.at_least_rows:
        yield Rule(ROWS, "all", f"at least {table.at_least_rows} rows", "fail", table.at_least_rows, None)


def aggregates(table: Table) -> dict[str, str]:
    """Summary column -> Spark SQL aggregate: rows, broken checks, and a profile of nulls and means; all in one pass."""
    counted = {ROWS: "count(1)"}
    for column, check in table.checks():
        counted[_named(column, check)] = f"count_if({check.broken(column.name)})"
    for column in table.columns:
        if column.nullable:
            counted[f"{column.name}__nulls"] = f"count_if(`{column.name}` IS NULL)"
        if column.type in _MEANS:
            counted[f"{column.name}__mean"] = f"avg(CAST(`{column.name}` AS DOUBLE))"
    return counted


def _named(column: Column, check: Check) -> str:
    return f"{column.name}__{check.slug}"


def summary_suite(table: Table) -> "ExpectationSuite":
    """The suite over the one-row summary; each expectation says table, column and rule, as data docs show it."""
    import great_expectations as gx
    import great_expectations.expectations as gxe
    from great_expectations.expectations.metadata_types import FailureSeverity

    expectations: list[Expectation] = [
        gxe.ExpectColumnValuesToBeBetween(
            column=rule.summary,
            min_value=rule.least,
            max_value=rule.most,
            severity=FailureSeverity.CRITICAL if rule.severity == "fail" else FailureSeverity.WARNING,
            meta={"table": table.name, "column": rule.column, "rule": rule.words},
            description=f"{table.name}.{rule.column}: {rule.words}" + ("" if rule.least else " (rows that break it: 0)"),
        )
        for rule in rules(table)
    ]
    return gx.ExpectationSuite(name=table.name, expectations=expectations)
