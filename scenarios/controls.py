"""Control groups 对照组 and pilot shares 试点: salted hashes, which never change for a subscriber, and their propensity (P8, P11)."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from scenarios.offers import looked_up
from scenarios.policy import CONTROL_SALT, UNIVERSAL_CONTROL_PER_MILLE
from scenarios.scenario import Scenario
from scenarios.timing import Step

if TYPE_CHECKING:
    from pyspark.sql import Column

_MILLION = 1_000_000


def held_out(scenarios: Iterable[Scenario]) -> "Column":
    """Return universal, scenario, step or null for the columns scenario, step and subscriber_id.

    It is the same every night, and independent between scenarios and steps.
    """
    from pyspark.sql import functions as F

    universal = _draw(F.lit("universal")) < UNIVERSAL_CONTROL_PER_MILLE * 1000
    own = _draw(F.col("scenario")) < _of_scenario({s.name: s.strategy.control_per_mille * 1000 for s in scenarios})
    of_step = _of_step({name: step.control_per_mille * 1000 for name, step in _steps(scenarios).items() if step.control_per_mille})
    in_step = F.coalesce(_draw(F.concat_ws(" ", "scenario", "step")) < of_step, F.lit(False))
    return F.when(universal, "universal").when(own, "scenario").when(in_step, "step")


def propensity_ppm(scenarios: Iterable[Scenario]) -> "Column":
    """Return the probability, in ppm, that no control group holds out a subscriber who may be contacted (in a pilot: one of its share)."""
    goes_on = {scenario.name: (1000 - UNIVERSAL_CONTROL_PER_MILLE) * (1000 - scenario.strategy.control_per_mille) for scenario in scenarios}
    return _of_step(
        {name: goes_on[name.split(" ")[0]] * (1000 - (step.control_per_mille or 0)) // 1000 for name, step in _steps(scenarios).items()}
    )


def _steps(scenarios: Iterable[Scenario]) -> dict[str, Step]:
    return {f"{scenario.name} {step.name}": step for scenario in scenarios for step in scenario.timing.steps}


def _of_step(values: dict[str, int]) -> "Column":
    from pyspark.sql import functions as F

    return looked_up(values, F.concat_ws(" ", "scenario", "step"))


def _of_scenario(values: dict[str, int]) -> "Column":
    from pyspark.sql import functions as F

    return looked_up(values, F.col("scenario"))


def in_pilot(scenario: Scenario) -> "Column":
    """Whether column subscriber_id is in the share that a scenario in state pilot contacts. A live scenario contacts everybody (P11)."""
    from pyspark.sql import functions as F

    return _draw(F.lit(f"pilot:{scenario.name}")) < scenario.pilot_per_mille * 1000 if scenario.state == "pilot" else F.lit(True)


def explore_draw(on: date) -> "Column":
    """Return a number from 0 to 999,999 for the columns scenario and subscriber_id, new each night: below a share, chance chooses (P8)."""
    from pyspark.sql import functions as F

    return _draw(F.concat(F.lit(f"explore:{on}:"), F.col("scenario")))


def text_draw(scenario: Scenario, step: Step) -> "Column":
    """Return a number from 0 to 999,999 for column subscriber_id that says which variant of the step's message they get, every night."""
    from pyspark.sql import functions as F

    return _draw(F.lit(f"text:{scenario.name} {step.name}"))


def _draw(group: "Column") -> "Column":
    """Return a number from 0 to 999,999 from the subscriber's id, the group and the salt."""
    from pyspark.sql import functions as F

    digest = F.sha2(F.concat(F.lit(f"{CONTROL_SALT}:"), group, F.lit(":"), F.col("subscriber_id")), 256)
    # 15 hex digits fit a bigint. A million is small compared with 16^15, so every number is equally likely.
    return F.conv(F.substring(digest, 1, 15), 16, 10).cast("bigint") % _MILLION
