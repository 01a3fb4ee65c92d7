"""Running scenarios whose present version nobody approved."""

from collections.abc import Iterable, Mapping
from datetime import date

from expectations.tables.ops_scenario import OPS_SCENARIO_APPROVED
from jobs.runtime.lake import Lake
from scenarios.calendar import import_day
from scenarios.library import SCENARIOS
from scenarios.scenario import Scenario
from scenarios.version import version

NEVER = "nobody approved it"


def unapproved(lake: Lake, on: date, scenarios: Iterable[Scenario] | None = None) -> Mapping[str, str]:
    """Return why each scenario that runs on D + 1 is not approved, as a sentence by name; approved ones are left out."""
    versions: dict[str, list[str]] = {}
    for row in sorted(lake.log(OPS_SCENARIO_APPROVED), key=lambda row: row["approved_at"]):
        if row["from_date"] <= on:
            versions.setdefault(row["scenario"], []).append(row["version"])
    found = {}
    for scenario in SCENARIOS if scenarios is None else scenarios:
        approved = versions.get(scenario.name, [])
        if scenario.holds_on(import_day(on)) and version(scenario) not in approved:
            was = f"it was changed since version {approved[-1]} was approved" if approved else NEVER
            found[scenario.name] = f"{was}; {scenario.approver} approves it with chudian approve {scenario.name}"
    return found


def waiting(lake: Lake, on: date) -> Mapping[str, str]:
    """Return the scenarios that decide about nobody until they are approved: none, unless the home asks for approvals."""
    return unapproved(lake, on) if lake.settings.unapproved_wait else {}
