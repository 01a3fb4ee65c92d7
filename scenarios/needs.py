"""Which columns a scenario speaks of, and so which tags a decision has to wait for."""

from features.wide import named_in
from scenarios.message import columns_of
from scenarios.policy import ALWAYS
from scenarios.scenario import Scenario

# Best fit prices every scenario's products on these (models/tariff.py).
PRICED_ON = frozenset(f"{quantity}_{window}" for quantity in ("data_bytes", "idle_bytes") for window in ("1m", "m2", "m3")) | {
    "data_plan",
    "base_plan",
    "base_plan_allowance_bytes",
    "held_data_plan_bytes",
    "held_idle_pack_bytes",
}


def columns_named(scenario: Scenario) -> set[str]:
    """Every identifier in the scenario's predicates and message, and in the exclusions that hold for every scenario."""
    strategy = scenario.strategy
    exclusions = (*scenario.customers.exclusions, *ALWAYS)
    predicates = [scenario.customers.audience, strategy.high_value, *(exclusion.when for exclusion in exclusions)]
    named = set().union(*map(named_in, predicates))
    return named | columns_of(strategy.message) | PRICED_ON | ({scenario.channels.preferred} if scenario.channels.preferred else set())
