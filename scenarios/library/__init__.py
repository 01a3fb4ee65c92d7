"""The operator's scenarios, one file each; `SCENARIOS` finds them by standing in this folder."""

from importlib import import_module
from pkgutil import iter_modules

from scenarios.scenario import Scenario, ScenarioError


def _found() -> tuple[Scenario, ...]:
    scenarios = [import_module(f"{__name__}.{module.name}").SCENARIO for module in iter_modules(__path__)]
    names = [scenario.name for scenario in scenarios]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ScenarioError(
            f"Scenarios are named alike: {', '.join(twice)}.\n  To mend it: give each file in scenarios/library/ its own name."
        )
    return tuple(sorted(scenarios, key=lambda scenario: scenario.name))


SCENARIOS = _found()
