"""What an approval covers: every word of a scenario, but not whether it runs."""

import os
import subprocess
import sys
from dataclasses import replace

from scenarios.library import SCENARIOS
from scenarios.library.c10_data_without_plan import SCENARIO as C10
from scenarios.scenario import Exclusion
from scenarios.timing import Monthly
from scenarios.version import version
from tests.house.sources import ROOT


def test_every_change_of_a_declaration_makes_another_version_but_its_state_does_not() -> None:
    first, second = C10.timing.steps
    later = replace(first, trigger=Monthly(6, feedback_on=9))
    changed = [
        replace(C10, label="改"),
        replace(C10, pilot_per_mille=999),
        replace(C10, customers=replace(C10.customers, exclusions=(*C10.customers.exclusions, Exclusion("a", "b", "true", "c")))),
        replace(C10, timing=replace(C10.timing, steps=(later, second))),
        replace(C10, strategy=replace(C10.strategy, message="{product_name}")),
    ]
    assert len({version(scenario) for scenario in (C10, *changed)}) == 6
    assert version(replace(C10, state="paused")) == version(C10)


def test_a_version_is_the_same_in_every_process() -> None:
    code = "from scenarios.library import SCENARIOS; from scenarios.version import version; print([version(s) for s in SCENARIOS])"
    around = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": f"{ROOT}"}
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=around, capture_output=True, text=True, check=True).stdout
    assert told.strip() == f"{[version(scenario) for scenario in SCENARIOS]}"
