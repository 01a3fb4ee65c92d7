"""The operator's scenarios, one file each; `SCENARIOS` finds them by standing in this folder."""

from importlib import import_module
from pkgutil import iter_modules

from expectations.errors import teach
from models.library import MODELS
from scenarios.errors import ScenarioError
from scenarios.scenario import Scenario


def _found() -> tuple[Scenario, ...]:
    scenarios = [import_module(f"{__name__}.{module.name}").SCENARIO for module in iter_modules(__path__)]
    names = [scenario.name for scenario in scenarios]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ScenarioError(
            f"Scenarios are named alike: {', '.join(twice)}.\n  To mend it: give each file in scenarios/library/ its own name."
        )
    models = {model.name for model in MODELS}
    asked = [(s.name, s.effect_of(step)) for s in scenarios for step in s.timing.steps]
    unknown = [f"{name} asks for model {effect}" for name, effect in asked if isinstance(effect, str) and effect not in models]
    if unknown:
        raise ScenarioError(teach("Scenarios", unknown, f"name one of {', '.join(sorted(models))}, or add the model to models/library/."))
    return tuple(sorted(scenarios, key=lambda scenario: scenario.name))


SCENARIOS = _found()
