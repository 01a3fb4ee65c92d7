"""Which columns a scenario speaks of, and so which tags a decision has to wait for."""

import re

from scenarios.message import columns_of
from scenarios.scenario import Scenario

# Best fit prices every scenario's products on these (models/tariff.py).
PRICED_ON = frozenset(f"{quantity}_{window}" for quantity in ("data_bytes", "idle_bytes") for window in ("1m", "m2", "m3")) | {
    "base_plan",
    "base_plan_allowance_bytes",
    "held_data_plan_bytes",
    "held_idle_pack_bytes",
}


def columns_named(scenario: Scenario) -> set[str]:
    """Every identifier in the scenario's predicates and message."""
    strategy = scenario.strategy
    predicates = [scenario.customers.audience, strategy.high_value, *(exclusion.when for exclusion in scenario.customers.exclusions)]
    named = {word for predicate in predicates for word in re.findall(r"[a-z_][a-z0-9_]*", predicate)}
    return named | columns_of(strategy.message) | PRICED_ON | ({scenario.channels.preferred} if scenario.channels.preferred else set())
