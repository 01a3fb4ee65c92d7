"""Which columns of the CAR and which models a scenario speaks of, so that it waits when one of them is lacking tonight."""

from features.wide import named_in
from scenarios.message import columns_of, message_sql
from scenarios.policy import ALWAYS
from scenarios.scenario import Scenario
from scenarios.timing import Event


def columns_named(scenario: Scenario) -> set[str]:
    """Every identifier in the scenario's predicates, offers and messages, and in the exclusions of every scenario."""
    steps = scenario.timing.steps
    named = set().union(*map(named_in, predicates(scenario)))
    named |= set().union(*(columns_of(scenario.message_of(step)) - set(scenario.offer_of(step).figures) for step in steps))
    named |= set().union(*(scenario.offer_of(step).needs for step in steps))
    return named | ({scenario.channels.preferred} if scenario.channels.preferred else set())


def predicates(scenario: Scenario) -> list[str]:
    """The scenario's Spark SQL over the CAR and a candidate's own columns."""
    events = [step.trigger.when for step in scenario.timing.steps if isinstance(step.trigger, Event)]
    exclusions = [exclusion.when for exclusion in (*scenario.customers.exclusions, *ALWAYS)]
    return [scenario.customers.audience, scenario.strategy.high_value, *events, *exclusions]


def expressions(scenario: Scenario) -> list[str]:
    """Everything that the scenario has Spark evaluate by name: predicates, words and the columns that offers and channels read."""
    steps = scenario.timing.steps
    words = [message_sql(scenario.message_of(step), scenario.offer_of(step).figures) for step in steps]
    read = sorted(set().union(*(scenario.offer_of(step).needs for step in steps)))
    return [*predicates(scenario), *words, *read, *([scenario.channels.preferred] if scenario.channels.preferred else [])]


def models_named(scenario: Scenario) -> set[str]:
    """Names of the models that value the scenario's steps."""
    effects = [scenario.effect_of(step) for step in scenario.timing.steps]
    return {effect for effect in effects if isinstance(effect, str)}
