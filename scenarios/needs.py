"""The columns of the CAR and the models that a scenario uses, so that it waits when one of them is missing tonight."""

from features.wide import named_in
from models.library import MODELS
from scenarios.message import columns_of, message_sql
from scenarios.open_channels import columns_of_channels
from scenarios.policy import ALWAYS
from scenarios.scenario import Scenario
from scenarios.timing import Event, Step
from scenarios.tonight import HISTORY

# Columns of an option besides the CAR and the scores, for exclusions and messages, and those that depend on its channel.
OF_OPTION = {
    **{"in_pilot": "BOOLEAN", "offer": "STRING", "product_name": "STRING", "resource": "STRING", "offer_kind": "STRING"},
    **{"names_unknown_channel": "BOOLEAN", "disturbs_unknown_channel": "BOOLEAN"},
    **{"disturbed_channels": "ARRAY<STRING>", "disturbed_kinds": "ARRAY<STRING>", "resting_channels": "ARRAY<STRING>"},
    **{"is_considering": "BOOLEAN", "is_immune": "BOOLEAN", "is_after_another": "BOOLEAN"},
    **{"is_beyond_value": "BOOLEAN", "message": "STRING"},
    **{"fee_fen": "BIGINT", "figures": "MAP<STRING, BIGINT>"},
}
OF_CHANNEL = {
    **{"channel": "STRING", "mode": "STRING", "lacks_channel": "STRING"},
    **{"short_messages": "INT", "short_messages_at_most": "INT"},
}


def columns_named(scenario: Scenario) -> set[str]:
    """Return every column that the scenario names: those it needs, and those that choose its channel."""
    return columns_needed(scenario) | set(columns_of_channels(scenario))


def columns_needed(scenario: Scenario) -> set[str]:
    """Return every identifier in the scenario's predicates, offers and messages, and in the exclusions that apply to every scenario."""
    steps = scenario.timing.steps
    named = set().union(*map(named_in, predicates(scenario)))
    named |= set().union(*(columns_said(scenario, step) for step in steps))
    return named | set().union(*(scenario.offer_of(step).needs for step in steps))


def columns_said(scenario: Scenario, step: Step) -> set[str]:
    """Return every column that a text of the step states, figures of the offer not among them."""
    said: set[str] = set().union(*(columns_of(variant.text) for variant in scenario.variants_of(step)))
    return said - set(scenario.offer_of(step).figures)


def columns_read(scenario: Scenario) -> set[str]:
    """Return every column that the scenario's candidates are made of: of the CAR, the scores and the history."""
    own = {"subscriber_id", "city", "county", "shares_number"}
    return columns_named(scenario) | set(customer_columns(scenario)) | set(HISTORY) | own


def predicates(scenario: Scenario) -> list[str]:
    """Return the scenario's Spark SQL that is true or false."""
    return [*customer_predicates(scenario), *exclusion_predicates(scenario)]


def customer_predicates(scenario: Scenario) -> list[str]:
    """Return the predicates over only the CAR and the scores: audience, high value, events."""
    events = [step.trigger.when for step in scenario.timing.steps if isinstance(step.trigger, Event)]
    return [scenario.audience, scenario.strategy.high_value, *events]


def exclusion_predicates(scenario: Scenario) -> list[str]:
    """Return the predicates that may also use the candidate's own columns: offer, channel, message."""
    return [exclusion.when for exclusion in (*scenario.customers.exclusions, *ALWAYS)]


def customer_columns(scenario: Scenario) -> list[str]:
    """Return the columns that offers, channels and values read."""
    read = sorted(set().union(*(scenario.offer_of(step).needs for step in scenario.timing.steps)))
    scores = [f"{model}_{column}" for model in sorted(models_named(scenario)) for column in ("ppm", "version")]
    return [*read, *columns_of_channels(scenario), *scores]


def words(scenario: Scenario) -> list[str]:
    """Return Spark SQL for each text of each step."""
    steps = scenario.timing.steps
    return [message_sql(one.text, scenario.offer_of(step).figures) for step in steps for one in scenario.variants_of(step)]


def models_named(scenario: Scenario) -> set[str]:
    """Return the names of the models that give the value of the scenario's steps, or whose score a predicate names."""
    effects = [scenario.effect_of(step) for step in scenario.timing.steps]
    named = set().union(*map(named_in, customer_predicates(scenario)))
    return {effect for effect in effects if isinstance(effect, str)} | {model.name for model in MODELS if f"{model.name}_ppm" in named}
