"""The operator's scenarios, one file each: `SCENARIOS` has every scenario declared in this folder."""

from collections.abc import Iterable

from expectations.errors import teach
from expectations.found import declared_in
from models.library import MODELS
from scenarios.errors import ScenarioError
from scenarios.override import narrowed
from scenarios.overrides import OVERRIDES
from scenarios.scenario import Scenario


def one_scenario_each(found: Iterable[Scenario]) -> tuple[Scenario, ...]:
    """The scenarios by name; ScenarioError when two have the same name, or one asks for a model that nobody declares."""
    scenarios = sorted(found, key=lambda scenario: scenario.name)
    names = [scenario.name for scenario in scenarios]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ScenarioError(teach("Scenarios", [f"two have the name {name}" for name in twice], "rename one in scenarios/library/."))
    models = {model.name for model in MODELS}
    asked = [(s.name, s.effect_of(step)) for s in scenarios for step in s.timing.steps]
    unknown = [f"{name} names model {effect}" for name, effect in asked if isinstance(effect, str) and effect not in models]
    if unknown:
        raise ScenarioError(teach("Scenarios", unknown, f"name one of {', '.join(sorted(models))}, or add the model to models/library/."))
    return tuple(scenarios)


SCENARIOS = narrowed(one_scenario_each(declared_in(__name__, __path__, Scenario)), OVERRIDES)
