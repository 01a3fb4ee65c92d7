"""Why a scenario decides about nobody tonight, while all others go on."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pyspark.errors import AnalysisException

from expectations.contract import Table
from features.library import CAR
from models.library import MODELS, SCORE_SUBSCRIBER
from scenarios.catalogues import Catalogues
from scenarios.needs import (
    OF_CHANNEL,
    OF_OPTION,
    columns_needed,
    customer_columns,
    customer_predicates,
    exclusion_predicates,
    models_named,
    words,
)
from scenarios.scenario import Scenario

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


def unknown_codes(scenario: Scenario, catalogues: Catalogues) -> list[str]:
    """Return a sentence for each code that the scenario names and tonight's catalogues (S11) lack."""
    steps = scenario.timing.steps
    faults = [fault for step in steps for fault in scenario.offer_of(step).lacks(catalogues)]
    faults += [f"channel {code} is unknown" for code in scenario.channels.allowed if code not in catalogues.modes]
    given = [scenario.resource_of(step).code for step in steps]
    faults += [f"resource {code} is unknown" for code in given if code and code not in catalogues.resource_fen]
    shown = [step.unknown_entrants for step in steps]
    faults += [f"product {code} is not in the product catalogue" for code in shown if code and code not in catalogues.names]
    return list(dict.fromkeys(faults))


def lacks(scenario: Scenario, lacking: Mapping[str, str]) -> list[str]:
    """Return why the scenario has to wait: the sentences of columns that it, or a model that gives its value, cannot use tonight."""
    features = {name for model in MODELS if model.name in models_named(scenario) for name in model.features}
    return list(dict.fromkeys(lacking[name] for name in sorted(columns_needed(scenario) | features) if name in lacking))


def unresolved(scenarios: Iterable[Scenario], spark: "SparkSession") -> dict[str, str]:
    """Return, by scenario, what Spark cannot evaluate; scenarios without a fault are left out.

    Audience predicates may use the CAR and the scores. Exclusions and messages may also use the candidate's own columns.
    """
    columns = [f"`{c.name}` {c.type}" for table in (CAR, SCORE_SUBSCRIBER) for c in table.columns if c.name in _names_once(table)]
    people = spark.createDataFrame([], ", ".join([*columns, "shares_number BOOLEAN"]))
    offered = people.selectExpr("*", *(f"CAST(NULL AS {kind}) AS {name}" for name, kind in (OF_OPTION | OF_CHANNEL).items()))
    asked = list(scenarios)
    of_people = faults_of(people, {one.name: (customer_predicates(one), customer_columns(one)) for one in asked})
    faults = {**faults_of(offered, {one.name: (exclusion_predicates(one), words(one)) for one in asked}), **of_people}
    return {one.name: faults[one.name] for one in asked if one.name in faults}


def faults_of(rows: "DataFrame", asked: Mapping[str, tuple[Sequence[str], Sequence[str]]]) -> dict[str, str]:
    """Return, by name, what is wrong with predicates and values. Spark is asked about each name only if it refuses all together."""
    predicates, values = ([text for one in asked.values() for text in one[part]] for part in (0, 1))
    if fault_of(rows, list(dict.fromkeys(predicates)), list(dict.fromkeys(values))) is None:
        return {}
    return {name: fault for name, one in asked.items() if (fault := fault_of(rows, *one))}


def fault_of(rows: "DataFrame", predicates: Sequence[str], values: Sequence[str]) -> str | None:
    """Return what is wrong with an expression over the rows; None when Spark accepts all."""
    try:
        # In brackets; otherwise the last word of an incomplete predicate would be read as an alias.
        _ = rows.where(" AND ".join(f"({one})" for one in predicates)).selectExpr(*(f"({one})" for one in values), "1").schema
    except AnalysisException as error:
        named = (error.getMessageParameters() or {}).get("objectName")
        condition = error.getCondition() or type(error).__name__
        return f"names {named}, which does not exist" if named else f"has an expression that Spark refuses ({condition})"
    return None


def _names_once(table: Table) -> set[str]:
    shared = {"subscriber_id", "business_date"} if table is SCORE_SUBSCRIBER else set()
    return {column.name for column in table.columns} - shared
