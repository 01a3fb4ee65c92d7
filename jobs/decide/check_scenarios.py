"""Scenarios held against the catalogues of the night, and what stands in these from earlier deliveries."""

from collections.abc import Mapping
from functools import reduce
from typing import TYPE_CHECKING

from expectations.errors import teach
from jobs.decide.catalogues import KEYS, READS, Catalogues
from jobs.runtime.job import effect_job
from jobs.runtime.job_run import JobRun
from scenarios.calendar import import_day
from scenarios.library import SCENARIOS
from scenarios.scenario import ScenarioError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@effect_job(**READS)
def check_scenarios(run: JobRun) -> None:
    """Look up every code that a running scenario names in tonight's S11. A scenario with an unknown code decides about nobody tonight.

    Correct the scenario's file, or have the catalogue delivered, and run the night again. Of a catalogue row in quarantine the last good
    one stays in force; a warning names it until a delivery has the row again.
    """
    frames = {name: run.read(name) for name in READS}
    run.warnings += kept_from_before(frames)
    catalogues = Catalogues.on(run.on, frames)
    running = [scenario for scenario in SCENARIOS if scenario.holds_on(import_day(run.on))]
    faults = [f"{scenario.name}: {fault}" for scenario in running for fault in catalogues.unknown(scenario)]
    if faults:
        cure = "correct the codes in scenarios/library/, or have the catalogue delivered; then run the night again."
        raise ScenarioError(teach("Scenarios that decide about nobody tonight", faults, cure))


def kept_from_before(frames: "Mapping[str, DataFrame]") -> list[str]:
    """A sentence per catalogue and earlier delivery of which rows are in force, as the newest has them in quarantine."""
    from pyspark.sql import functions as F

    coded = [frames[name].select(F.lit(name).alias("name"), F.col(key).alias("code"), "day", "known_on") for name, key in KEYS.items()]
    every = reduce(lambda one, other: one.unionByName(other), coded)
    found = every.groupBy("name", "day", "known_on").agg(F.sort_array(F.collect_set("code")).alias("codes")).collect()
    newest = {name: max((row["day"], row.known_on) for row in found if row.name == name) for name in {row.name for row in found}}
    earlier = sorted((row.name, row["day"], row.codes) for row in found if (row["day"], row.known_on) != newest[row.name])
    return [
        f"{name}: {', '.join(codes)} in force as delivered for {day}; the newest delivery has a row of each in quarantine"
        for name, day, codes in earlier
    ]
