"""Scenarios held against the catalogues of the night."""

from expectations.errors import teach
from jobs.decide.catalogues import READS, Catalogues
from jobs.runtime.job import effect_job
from jobs.runtime.night import Night
from scenarios.calendar import import_day
from scenarios.library import SCENARIOS
from scenarios.scenario import ScenarioError


@effect_job(**READS)
def check_scenarios(night: Night) -> None:
    """Look up every code that a running scenario names in tonight's S11. A scenario with an unknown code decides about nobody tonight.

    Correct the scenario's file, or have the catalogue delivered, and run the night again.
    """
    catalogues = Catalogues.on(night.on, {name: night.read(name) for name in READS})
    running = [scenario for scenario in SCENARIOS if scenario.holds_on(import_day(night.on))]
    faults = [f"{scenario.name}: {fault}" for scenario in running for fault in catalogues.unknown(scenario)]
    if faults:
        cure = "correct the codes in scenarios/library/, or have the catalogue delivered; then run the night again."
        raise ScenarioError(teach("Scenarios that decide about nobody tonight", faults, cure))
