"""Why a scenario decides about nobody tonight, while all others go on."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pyspark.errors import AnalysisException

from expectations.contract import Table
from features.library import CAR, families_of
from models.library import MODELS, SCORE_SUBSCRIBER
from scenarios.catalogues import Catalogues
from scenarios.needs import columns_named, expressions, models_named
from scenarios.scenario import Scenario

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def unknown_codes(scenario: Scenario, catalogues: Catalogues) -> list[str]:
    """The codes that the scenario names and tonight's catalogues (S11) lack, a sentence each."""
    steps = scenario.timing.steps
    faults = [fault for step in steps for fault in scenario.offer_of(step).lacks(catalogues)]
    faults += [f"channel {code} is unknown" for code in scenario.channels.allowed if code not in catalogues.modes]
    given = [scenario.resource_of(step).code for step in steps]
    faults += [f"resource {code} is unknown" for code in given if code and code not in catalogues.resource_fen]
    shown = [step.unknown_entrants for step in steps]
    faults += [f"product {code} is not in the product catalogue" for code in shown if code and code not in catalogues.names]
    return list(dict.fromkeys(faults))


def lacking_families(scenario: Scenario, lacking: frozenset[str]) -> list[str]:
    """Those of the families lacking in tonight's CAR that the scenario needs, for itself or for the models that value it."""
    features = {name for model in MODELS if model.name in models_named(scenario) for name in model.features}
    return sorted(families_of(columns_named(scenario) | features) & lacking)


def unresolved(scenarios: Iterable[Scenario], spark: "SparkSession") -> dict[str, str]:
    """The column or function that a scenario names and nobody has, by scenario; those without one are left out."""
    columns = ", ".join(f"`{c.name}` {c.type}" for table in (CAR, SCORE_SUBSCRIBER) for c in table.columns if c.name in _names_once(table))
    row = spark.createDataFrame([], f"{columns}, {_OWN}")
    found = {}
    for scenario in scenarios:
        try:
            # In brackets, or the last word of half a predicate would be taken for a name that is given to it.
            _ = row.selectExpr(*(f"({expression})" for expression in expressions(scenario))).schema
        except AnalysisException as error:
            named = (error.getMessageParameters() or {}).get("objectName")
            found[scenario.name] = named or error.getCondition() or "an expression"
    return found


# What a candidate has beside the CAR and the scores when predicates and words are evaluated.
_OWN = (
    "is_older_holder BOOLEAN, in_pilot BOOLEAN, offer STRING, product_name STRING, resource STRING, channel STRING, mode STRING, "
    "names_unknown_channel BOOLEAN, message STRING, short_messages INT, short_messages_at_most INT, fee_fen BIGINT, "
    "figures MAP<STRING, BIGINT>"
)


def _names_once(table: Table) -> set[str]:
    shared = {"subscriber_id", "business_date"} if table is SCORE_SUBSCRIBER else set()
    return {column.name for column in table.columns} - shared
