"""Compares scenarios with tonight's catalogues and columns, and reports catalogue rows in force from earlier deliveries."""

from collections.abc import Collection, Iterable, Mapping, Set
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING, Any

from expectations.errors import teach
from expectations.tables.ods_capacity import ODS_CAPACITY
from expectations.tables.ods_org import ODS_ORG
from features.effective import effective_on
from features.library import CAR
from jobs.decide.catalogues import CATALOGUES
from jobs.runtime.job import effect_job
from jobs.runtime.job_run import JobRun
from jobs.runtime.reads import InForce, Lacking
from jobs.runtime.unapproved import NEVER, unapproved
from scenarios.calendar import import_day
from scenarios.catalogues import KEYS, Catalogues, collected
from scenarios.errors import ScenarioError
from scenarios.library import SCENARIOS
from scenarios.matching import matching
from scenarios.override import Override
from scenarios.policy import MANAGER_CHANNEL
from scenarios.quota import Quota
from scenarios.quotas import QUOTAS
from scenarios.waiting import lacks, unknown_codes, unresolved
from scenarios.working_days import is_year_known

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

SHOWN = 10


@effect_job(lacking=Lacking(CAR), org=InForce(ODS_ORG), units=InForce(ODS_CAPACITY, is_needed=False), **CATALOGUES)
def check_scenarios(run: JobRun) -> None:
    """Look up every code and column that a running scenario names. A scenario that names an unknown one decides about nobody tonight.

    Correct the scenario's file, or have the catalogue delivered, and run the night again. A scenario also waits while a tag that it uses is
    missing or bad: the report has the reason, and profile_tags says what to do about a bad tag.
    While the public holidays of a year are unknown, its waves do not shift: install the newest chinesecalendar.
    A channel of the value matching (P4) that the channel catalogue lacks is a warning, and so are capacities (P7) that limit nobody.
    When a catalogue row is in quarantine its last good row stays in force; a warning names it until a delivery has the row again.
    """
    frames = {name: run.read(name) for name in CATALOGUES}
    # Each scope of each feed that fills a catalogue has its own newest delivery.
    newest = {(load.known_on, load.load_id) for of in CATALOGUES.values() for load in run.lake.latest(of.table, run.on)}
    run.warnings += kept_from_before(frames, newest)
    run.warnings += unknown_holidays(import_day(run.on))
    running, lacking = [scenario for scenario in SCENARIOS if scenario.holds_on(import_day(run.on))], run.read("lacking")
    for scenario in running:
        run.warnings += [f"scenario {scenario.name} waits: {why}" for why in lacks(scenario, lacking)]
    overrides = [one for scenario in running for one in scenario.overrides]
    if overrides or QUOTAS:
        homes = [(row.city, row.county) for row in run.read("org").select("city", "county").distinct().collect()]
        run.warnings += nowhere(overrides, QUOTAS, homes)
    run.warnings += without_approval(unapproved(run.lake, run.on), run.settings.unapproved_wait)
    catalogues, strange = Catalogues.on(run.on, frames), unresolved(running, run.spark)
    run.warnings += matching().unknown(catalogues.known_channels)
    if units := collected({"units": effective_on(run.read("units"), "capacity", import_day(run.on))})["units"]:
        counties = {row.county for row in run.read("org").select("county").distinct().collect()}
        run.warnings += limiting_nobody(units, catalogues.known_channels, counties)
    faults = [f"{scenario.name}: {fault}" for scenario in running for fault in unknown_codes(scenario, catalogues)]
    faults += [f"{name} {fault}" for name, fault in strange.items()]
    if faults:
        cure = "correct the names in scenarios/library/, or have the catalogue delivered; then run the night again."
        raise ScenarioError(teach("Scenarios that decide about nobody tonight", faults, cure))


def without_approval(told: Mapping[str, str], they_wait: bool) -> list[str]:
    """Return a sentence about each running scenario that nobody approved as it is; those that were never approved share one.

    `told` is of `unapproved`.
    """
    never = [name for name, why in told.items() if why.startswith(NEVER)]
    does = "waits" if they_wait else "runs"
    found = [f"scenario {name} {does} without an approval: {why}" for name, why in told.items() if name not in never]
    if never:
        all_do = "wait" if they_wait else "run"
        named = f": {', '.join(never)}" if len(never) <= SHOWN else ""
        cure = "To see them: chudian scenario list. To approve one: chudian approve SCENARIO"
        found.append(f"{len(never)} scenario(s) {all_do} though nobody approved them{named}. {cure}")
    return found


def nowhere(overrides: Iterable[Override], quotas: Iterable[Quota], homes: Collection[tuple[str, str]]) -> list[str]:
    """Return a sentence for each override and each quota of a city or county that the catalogue does not have; it holds for nobody."""
    named: list[tuple[str, Override | Quota]] = [(f"the override of {one.scenario} in {one.place}", one) for one in overrides]
    named += [(f"quota {one.name}", one) for one in quotas if one.city or one.county]
    return [
        f"{name} holds for nobody: the organisation has no such city and county"
        for name, one in named
        if not any(one.holds(*home) for home in homes)
    ]


def limiting_nobody(units: Iterable[Mapping[str, Any]], channels: Collection[str], counties: Collection[str]) -> list[str]:
    """Return a sentence with the lines of capacity_catalog that limit nobody, at most SHOWN of them.

    Their channel or county is in no catalogue, or they are of account managers, who only get work orders, in another channel.
    """
    strange = []
    for unit in units:
        county = unit["unit_code"] if unit["unit"] == "county" else unit.get("county")
        is_strange = unit["unit"] == "manager" and unit["channel"] != MANAGER_CHANNEL
        if is_strange or unit["channel"] not in channels or (county is not None and county not in counties):
            strange.append(unit["capacity"])
    more = f" and {len(strange) - SHOWN} more" if len(strange) > SHOWN else ""
    named = f"{', '.join(sorted(strange)[:SHOWN])}{more}"
    why = f"the catalogues do not have the channel or the county, or a manager has another channel than {MANAGER_CHANNEL}"
    return [f"capacity_catalog: {named} limit nobody: {why}"] if strange else []


def unknown_holidays(importing: date) -> list[str]:
    """Return a sentence if the public holidays of the year in which the lists are imported are not known."""
    if is_year_known(importing.year):
        return []
    return [f"the public holidays of {importing.year} are unknown, so waves do not shift: install the newest release of chinesecalendar"]


def kept_from_before(frames: "Mapping[str, DataFrame]", newest: Set[tuple[date, str]]) -> list[str]:
    """Return a sentence per catalogue and earlier delivery: which of its rows are in force because the newest has them in quarantine.

    `newest` are the nights and ids of the newest loads.
    """
    from pyspark.sql import functions as F

    columns = ("day", "known_on", "load_id")
    coded = [frames[name].select(F.lit(name).alias("name"), F.col(key).alias("code"), *columns) for name, key in KEYS.items()]
    every = reduce(lambda one, other: one.unionByName(other), coded)
    found = every.groupBy("name", *columns).agg(F.sort_array(F.collect_set("code")).alias("codes")).collect()
    earlier = sorted((row.name, row["day"], row.codes) for row in found if (row.known_on, row.load_id) not in newest)
    return [
        f"{name}: {', '.join(codes)} in force as delivered for {day}; the newest delivery has a row of each in quarantine"
        for name, day, codes in earlier
    ]
