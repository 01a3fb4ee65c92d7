"""From contract to audit: how a table's one-row summary is made, and the Great Expectations suite that checks it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expectations.checks import Check, NotNull, Statistics
from expectations.contract import Column, Table

if TYPE_CHECKING:
    import pyarrow
    from great_expectations.core import ExpectationSuite
    from great_expectations.expectations.expectation import Expectation

ROWS = "rows"
DUPLICATES = "key__duplicates"
PROVEN = "proven__broken"
_MEANS = ("int", "bigint", "double", "boolean")


@dataclass(frozen=True)
class Rule:
    """One rule of a table, as a count in the summary that must be zero (for the number of rows: at least a number)."""

    summary: str
    column: str
    words: str
    severity: str
    least: int = 0
    most: int | None = 0


def rules(table: Table) -> Iterator[Rule]:
    """Return every rule of the contract: the checks on its columns, its key, its minimum number of rows."""
    for column, check in table.checks():
        yield Rule(_named(column, check), column.name, check.rule, check.severity)
    if table.key:
        yield Rule(DUPLICATES, ", ".join(table.key), "unique", "fail")
    if table.at_least_rows:
        yield Rule(ROWS, "all", f"at least {table.at_least_rows} rows", "fail", table.at_least_rows, None)


def observed(table: Table) -> dict[str, str]:
    """Return summary column -> Spark SQL aggregate, for figures observed while the table is written because Parquet footers lack them.

    These are broken checks of the kinds that footers cannot prove, and a profile of means.
    """
    counted = {_named(c, check): f"count_if({check.broken(c.name)})" for c, check in table.checks() if not _is_in_footers(c, check)}
    for column in table.columns:
        if column.nullable and _is_nested(column):
            counted[f"{column.name}__nulls"] = f"count_if(`{column.name}` IS NULL)"
        if column.type in _MEANS:
            counted[f"{column.name}__mean"] = f"avg(CAST(`{column.name}` AS DOUBLE))"
    return counted


def looked_at(table: Table) -> list[str]:
    """Return the columns that the observed figures are about."""
    compared = [name for column, check in table.checks() if not _is_in_footers(column, check) for name in (column.name, *check.others)]
    shown = [c.name for c in table.columns if c.type in _MEANS or (c.nullable and _is_nested(c))]
    return [c.name for c in table.columns if c.name in {*compared, *shown}]


def observed_in(table: Table, pieces: "Iterable[pyarrow.RecordBatch]") -> dict[str, Any]:
    """Return the figures of `observed` for Arrow rows. A rule that only Spark can read is left out."""
    import pyarrow as pa
    import pyarrow.compute as pc

    judged = [(column, check) for column, check in table.checks() if not _is_in_footers(column, check)]
    nested = [column for column in table.columns if column.nullable and _is_nested(column)]
    figures = [column.name for column in table.columns if column.type in _MEANS]
    counted: dict[str, int | None] = dict.fromkeys([*(_named(*one) for one in judged), *(f"{column.name}__nulls" for column in nested)], 0)
    sums, values = dict.fromkeys(figures, 0.0), dict.fromkeys(figures, 0)
    for piece in pieces:
        rows = {name: piece.column(name) for name in piece.schema.names}
        for column, check in judged:
            name, breaks = _named(column, check), check.breaking(rows[column.name], rows)
            before = counted[name]
            counted[name] = None if breaks is None or before is None else before + (pc.sum(breaks).as_py() or 0)
        for column in nested:
            counted[f"{column.name}__nulls"] = (counted[f"{column.name}__nulls"] or 0) + rows[column.name].null_count
        for name in figures:
            sums[name] += pc.sum(rows[name].cast(pa.float64())).as_py() or 0.0
            values[name] += len(rows[name]) - rows[name].null_count
    means = {f"{name}__mean": sums[name] / values[name] if values[name] else None for name in figures}
    return {name: count for name, count in counted.items() if count is not None} | means


def told_by_footers(table: Table, footers: Mapping[str, Statistics], rows: int) -> tuple[dict[str, int], dict[str, str]]:
    """Return the part of the summary that footers prove, and SQL aggregates for the rest, which need the rows.

    Nothing is known about a column that has no footer.
    """
    told, left_open = {ROWS: rows}, {}
    for column, check in table.checks():
        if not _is_in_footers(column, check):
            continue
        seen = footers.get(column.name, Statistics(rows))
        if isinstance(check, NotNull) and seen.nulls is not None:
            told[_named(column, check)] = seen.nulls
        elif check.proven(seen):
            told[_named(column, check)] = 0
        else:
            left_open[_named(column, check)] = f"count_if({check.broken(column.name)})"
    for column in table.columns:
        if column.nullable and not _is_nested(column):
            nulls = footers.get(column.name, Statistics(rows)).nulls if rows else 0
            if nulls is None:
                left_open[f"{column.name}__nulls"] = f"count_if(`{column.name}` IS NULL)"
            else:
                told[f"{column.name}__nulls"] = nulls
    return told, left_open


def proven_by_footers(table: Table, summary: Mapping[str, Any]) -> frozenset[str]:
    """Return the summary columns of rules that footers can prove."""
    return frozenset(
        _named(column, check) for column, check in table.checks() if _is_in_footers(column, check) and summary[_named(column, check)] == 0
    )


def _is_in_footers(column: Column, check: Check) -> bool:
    return check.is_in_footers and not _is_nested(column)


def _is_nested(column: Column) -> bool:
    """Whether footers describe the elements of the column and not its rows."""
    return column.type.startswith("array")


def _named(column: Column, check: Check) -> str:
    return f"{column.name}__{check.slug}"


def summary_suite(table: Table, proven: frozenset[str] = frozenset()) -> "ExpectationSuite":
    """Return the suite over the one-row summary. Each expectation has table, column and rule, which the data docs show.

    The rules in `proven`, which are not broken, share one expectation that lists them: Great Expectations takes as long for one expectation
    as Spark takes to query a table's rows.
    """
    import great_expectations as gx

    every = list(rules(table))
    expectations = [_expectation(table, rule) for rule in every if rule.summary not in proven]
    together = [[rule.column, rule.words, rule.severity] for rule in every if rule.summary in proven]
    if together:
        one = Rule(PROVEN, f"{len(together)} rules", "proven by the statistics of the files", "fail")
        expectations.append(_expectation(table, one, rules=together))
    return gx.ExpectationSuite(name=table.name, expectations=expectations)


def _expectation(table: Table, rule: Rule, **more: Any) -> "Expectation":
    import great_expectations.expectations as gxe
    from great_expectations.expectations.metadata_types import FailureSeverity

    return gxe.ExpectColumnValuesToBeBetween(
        column=rule.summary,
        min_value=rule.least,
        max_value=rule.most,
        severity=FailureSeverity.CRITICAL if rule.severity == "fail" else FailureSeverity.WARNING,
        meta={"table": table.name, "column": rule.column, "rule": rule.words, **more},
        description=f"{table.name}.{rule.column}: {rule.words}" + ("" if rule.least else " (rows that break it: 0)"),
    )
