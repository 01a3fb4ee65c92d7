"""The approval of a scenario at the desk: `chudian approve SCENARIO`."""

import grp
import pwd
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from expectations.errors import ChudianError, teach, unknown
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.ops_scenario import OPS_SCENARIO_APPROVED
from jobs.runtime.lake import Lake
from jobs.runtime.publications import FIRST_NIGHT
from jobs.runtime.unapproved import unapproved
from scenarios.library import SCENARIOS
from scenarios.scenario import Scenario
from scenarios.version import version


class ScenarioApprovalError(ChudianError):
    """Nobody may approve the scenario in this way, it is approved already, or no reason is given."""


def approve(lake: Lake, name: str, who: str, said: str, reason: str, at: datetime) -> tuple[str, date]:
    """Record that the scenario is approved as it is now. Return its version, and the first business date that decides with it.

    `who` is the user, `said` whom they say they are. Neither the owner may approve nor the owner of the version that was approved last. It
    counts from the newest night on, which may be run again, and for no earlier one. ScenarioApprovalError as in its class.
    """
    scenario = next((one for one in SCENARIOS if one.name == name), None)
    if scenario is None:
        raise ScenarioApprovalError(unknown("scenario", name, (one.name for one in SCENARIOS)))
    before = sorted(lake.log(OPS_SCENARIO_APPROVED, scenario=name), key=lambda row: row["approved_at"])
    # Whoever edits the file may name another owner in it, and would then be none.
    owners = dict.fromkeys([scenario.owner, *(row["owner"] for row in before[-1:] if row["owner"])])
    is_proven = _is(who, scenario.approver)
    faults = [*_faults(scenario, [*owners], who, said, is_proven)]
    cure = f"its approver is {scenario.approver}: that user, or a member of the group of that name, approves it, with --reason."
    if not faults and version(scenario) in {row["version"] for row in before}:
        faults = [f"version {version(scenario)} is approved already"]
        cure = "nothing is to be done until its file is edited; chudian scenario list shows all versions."
    faults += [] if reason.strip() else ["the reason is empty; say in --reason what you looked at"]
    if faults:
        raise ScenarioApprovalError(teach(f"Approval of {name}", faults, cure))
    since = newest_night(lake) or FIRST_NIGHT
    named = {"owner": scenario.owner, "approver": scenario.approver}
    told = {"scenario": name, "version": version(scenario), "from_date": since, **named}
    lake.records.append(OPS_SCENARIO_APPROVED, [told | {"who": who, "is_proven": is_proven, "reason": reason, "approved_at": at}])
    return version(scenario), since


def newest_night(lake: Lake) -> date | None:
    """Return the newest night that was decided."""
    return lake.publications.newest_night(MKT_DECISION)


def _faults(scenario: Scenario, owners: Sequence[str], who: str, said: str, is_proven: bool) -> Iterable[str]:
    """Say why the user may not approve. `owners` are the scenario's, and that of the version that was approved last."""
    if owner := next((owner for owner in owners if _is(who, owner)), None):
        of = "its owner" if owner == scenario.owner else "the owner of the version that was approved last"
        yield f"{who} is {of}, {owner}; a scenario is approved by someone else"
    elif not is_proven and _exists(scenario.approver):
        yield f"{who} is not {scenario.approver}"
    elif not is_proven and said != scenario.approver:
        yield f"this machine knows no user or group {scenario.approver}; say for whom you approve with --as {scenario.approver}"


def _is(who: str, named: str) -> bool:
    """Whether the user has this name, or is in the group of this name."""
    return who == named or who in _members(named)


def _exists(named: str) -> bool:
    """Whether the machine knows a user or a group of this name."""
    return named in {one.pw_name for one in pwd.getpwall()} or named in {one.gr_name for one in grp.getgrall()}


def _members(named: str) -> set[str]:
    try:
        group = grp.getgrnam(named)
    except KeyError:
        return set()
    return {*group.gr_mem, *(one.pw_name for one in pwd.getpwall() if one.pw_gid == group.gr_gid)}


def states(lake: Lake, on: date) -> list[tuple[Scenario, str, str]]:
    """Return each scenario with its version, and why the lists of D would go out without an approval; empty if they would not."""
    told = unapproved(lake, on)
    return [(scenario, version(scenario), told.get(scenario.name, "")) for scenario in SCENARIOS]
