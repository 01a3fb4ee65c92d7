"""Audits a table: Great Expectations takes the table's summary and returns verdicts."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from expectations.contract import Table
from expectations.errors import ChudianError, teach
from expectations.suites import PROVEN, proven_by_footers, rules, summary_suite

if TYPE_CHECKING:
    from great_expectations import ValidationDefinition
    from great_expectations.data_context import AbstractDataContext

# Jobs run in parallel threads of one process, and a context of Great Expectations is not thread-safe.
_ONE_AT_A_TIME = Lock()
# The latest suite of each table: Great Expectations allows one suite per name.
_definitions: "dict[tuple[str, Path], tuple[Table, frozenset[str], ValidationDefinition]]" = {}


class AuditError(ChudianError):
    """A table broke a rule of severity fail and was not published."""


@dataclass(frozen=True)
class Verdict:
    """The verdict on one rule: `count` rows break it. For the rule on the number of rows, `count` is that number."""

    column: str
    rule: str
    severity: str
    kept: bool
    count: int


@lru_cache(maxsize=4)
def audit_context(reports: Path) -> "AbstractDataContext":
    """Return the context, which stores suites and results under `reports`; one per process."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import DataContextConfig, ProgressBarsConfig

    def files(store: str, folder: str) -> dict[str, Any]:
        return {
            "class_name": store,
            "store_backend": {
                "class_name": "WholeFiles",
                "module_name": "jobs.runtime.audit_files",
                "base_directory": str(reports / "audit" / folder),
                "filepath_suffix": ".json",
            },
        }

    config = DataContextConfig(
        stores={
            "expectations": files("ExpectationsStore", "suites"),
            "results": files("ValidationResultsStore", "results"),
            "validation_definition_store": {
                "class_name": "ValidationDefinitionStore",
                "store_backend": {"class_name": "InMemoryStoreBackend"},
            },
            "checkpoints": {"class_name": "CheckpointStore", "store_backend": {"class_name": "InMemoryStoreBackend"}},
        },
        expectations_store_name="expectations",
        validation_results_store_name="results",
        checkpoint_store_name="checkpoints",
        data_docs_sites={},
        analytics_enabled=False,
    )
    context = gx.get_context(project_config=config, mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def judge(table: Table, summary: dict[str, Any], on: date, reports: Path) -> list[Verdict]:
    """Return the verdict on every rule of the contract. The result is stored for the data docs; running the night again replaces it."""
    import great_expectations as gx
    import pandas as pd

    if not any(rules(table)):
        return []
    with _ONE_AT_A_TIME:
        if not (reports / "audit" / "suites").exists():  # The reports were deleted while this process was running.
            _definitions.clear()
        definition = _definition(table, reports, proven_by_footers(table, summary))
        night = gx.RunIdentifier(run_name=f"{on}", run_time=datetime(on.year, on.month, on.day, tzinfo=UTC))
        result = definition.run(batch_parameters={"dataframe": pd.DataFrame([{**summary, PROVEN: 0}])}, run_id=night)
    verdicts = []
    for single in result.results:
        config = single.expectation_config
        if config is None:
            raise AuditError(f"Great Expectations gave a result for {table.name} without naming the rule.")
        verdicts += [Verdict(column, rule, severity, True, 0) for column, rule, severity in config.meta.get("rules", [])]
        if "rules" in config.meta:
            continue
        severity = "fail" if config.severity == "critical" else "warn"
        verdicts.append(
            Verdict(config.meta["column"], config.meta["rule"], severity, bool(single.success), int(summary[config.kwargs["column"]]))
        )
    place = {(rule.column, rule.words): at for at, rule in enumerate(rules(table))}
    return sorted(verdicts, key=lambda verdict: place[verdict.column, verdict.rule])


def _definition(table: Table, reports: Path, proven: frozenset[str]) -> "ValidationDefinition":
    """Return the table's suite bound to its summary.

    It is cached per set of proven rules, as a process may audit several nights of a table.
    """
    import great_expectations as gx

    kept = _definitions.get((table.name, reports))
    if kept and kept[:2] == (table, proven):
        return kept[2]
    context = audit_context(reports)
    suite = context.suites.add_or_update(summary_suite(table, proven))
    source = context.data_sources.add_or_update_pandas(f"{table.name} summary")
    batch = source.add_dataframe_asset(table.name).add_batch_definition_whole_dataframe("night")
    definition = context.validation_definitions.add_or_update(gx.ValidationDefinition(name=table.name, data=batch, suite=suite))
    _definitions[table.name, reports] = (table, proven, definition)
    return definition


def refuse_if_failed(table: Table, verdicts: list[Verdict]) -> None:
    """Raise AuditError if a rule of severity fail is broken; it lists all of them."""
    broken = [v for v in verdicts if not v.kept and v.severity == "fail"]
    if broken:
        faults = [f"{v.column}: expected {v.rule}, got {v.count} row(s) otherwise" for v in broken]
        raise AuditError(
            teach(
                f"Table {table.name} was not published; its last good partition is unchanged",
                faults,
                "correct the source or the job, then run it again.",
            )
        )
