"""Who may approve a scenario, what the approval covers, and what happens without one."""

import grp
import pwd
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from expectations.tables.mkt_decision import MKT_DECISION
from jobs.cli import app
from jobs.decide import approve as approving
from jobs.decide.approve import ScenarioApprovalError, approve
from jobs.decide.check_scenarios import without_approval
from jobs.runtime.lake import Lake
from jobs.runtime.records import now
from jobs.runtime.settings import settings
from jobs.runtime.unapproved import NEVER, unapproved, waiting
from scenarios.library.c10_data_without_plan import SCENARIO as C10
from scenarios.library.c11_idle_data_without_pack import SCENARIO as C11
from scenarios.version import version

ON = date(2026, 3, 4)
BOARD = "marketing-board"
BOTH = [C10, C11]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(settings({"CHUDIAN_HOME": f"{tmp_path}"}))


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """The groups of the machine with their members; to be filled."""
    found: dict[str, list[str]] = {}

    def named(name: str) -> SimpleNamespace:
        return SimpleNamespace(gr_name=name, gr_mem=found[name], gr_gid=-1)

    monkeypatch.setattr(grp, "getgrnam", named)
    monkeypatch.setattr(grp, "getgrall", lambda: [named(name) for name in found])
    monkeypatch.setattr(pwd, "getpwall", list)
    return found


def refusal(lake: Lake, who: str, said: str = "", reason: str = "read it", name: str = C10.name) -> str:
    with pytest.raises(ScenarioApprovalError) as refused:
        approve(lake, name, who, said, reason, now())
    return str(refused.value)


def test_on_a_machine_with_the_approvers_group_only_its_members_may_approve(lake: Lake, groups: dict[str, list[str]]) -> None:
    groups[BOARD] = ["li"]
    assert "wang is not marketing-board" in refusal(lake, "wang", said=BOARD)
    assert approve(lake, C10.name, "li", "", "read it", now()) == (version(C10), date(2000, 1, 1))
    assert approve(lake, C11.name, BOARD, "", "read it", now())[0] == version(C11)


def test_without_such_a_group_the_user_has_to_say_for_whom_and_the_claim_is_recorded(lake: Lake, groups: dict[str, list[str]]) -> None:
    told = refusal(lake, "wang", reason=" ")
    assert "this machine knows no user or group marketing-board; say for whom you approve with --as marketing-board" in told
    assert "the reason is empty" in told
    approve(lake, C10.name, "wang", BOARD, "read it", now())
    (row,) = lake.log(approving.OPS_SCENARIO_APPROVED)
    assert (row["who"], row["approver"], row["is_proven"], row["version"]) == ("wang", BOARD, False, version(C10))


def test_the_owner_may_not_approve_whatever_they_say(lake: Lake, groups: dict[str, list[str]]) -> None:
    groups |= {C10.owner: ["zhao"], BOARD: ["zhao"]}
    assert "zhao is its owner, data-business" in refusal(lake, "zhao")
    assert "data-business is its owner" in refusal(lake, C10.owner, said=BOARD)


def test_who_edits_the_owner_out_of_the_file_may_still_not_approve_it(
    lake: Lake, groups: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    groups |= {C10.owner: ["zhao"], "zhaos-friends": ["zhao", "sun"], BOARD: ["li"], "new-owner": ["qian"]}
    approve(lake, C10.name, "li", "", "read it", now())
    edited = replace(C10, owner="new-owner", approver="zhaos-friends")
    monkeypatch.setattr(approving, "SCENARIOS", (edited,))
    assert "zhao is the owner of the version that was approved last, data-business" in refusal(lake, "zhao")
    approve(lake, C10.name, "sun", "", "read it", now())
    monkeypatch.setattr(approving, "SCENARIOS", (replace(edited, label="改"),))
    assert approve(lake, C10.name, "zhao", "", "read it", now()), "the owner is another one since the last version"


def test_an_unknown_scenario_and_a_version_that_is_approved_already_are_refused(lake: Lake, groups: dict[str, list[str]]) -> None:
    assert f"Did you mean {C10.name}" in refusal(lake, "wang", BOARD, name="c10_data_without")
    approve(lake, C10.name, "wang", BOARD, "read it", now())
    assert f"version {version(C10)} is approved already" in refusal(lake, "wang", BOARD)


def test_a_scenario_that_was_changed_since_is_named_and_waits_only_if_the_home_asks_for_approvals(
    lake: Lake, groups: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(lake, C10.name, "wang", BOARD, "read it", now())
    assert list(unapproved(lake, ON, BOTH)) == [C11.name]
    changed = [replace(C10, label="改"), replace(C11, state="draft")]
    told = f"it was changed since version {version(C10)} was approved; marketing-board approves it with chudian approve {C10.name}"
    assert unapproved(lake, ON, changed) == {C10.name: told}
    assert waiting(lake, ON) == {}
    monkeypatch.setattr(lake, "settings", replace(lake.settings, unapproved_wait=True))
    assert C11.name in waiting(lake, ON)
    assert C10.name not in waiting(lake, ON)
    assert without_approval({C10.name: told}, they_wait=True) == [f"scenario {C10.name} waits without an approval: {told}"]
    cure = "To see them: chudian scenario list. To approve one: chudian approve SCENARIO"
    assert without_approval(unapproved(lake, ON, BOTH), they_wait=False) == [
        f"1 scenario(s) run though nobody approved them: {C11.name}. {cure}"
    ]
    many = without_approval({f"c{n}": NEVER for n in range(11)}, they_wait=False)
    assert many == [f"11 scenario(s) run though nobody approved them. {cure}"]


def test_an_approval_counts_from_the_newest_night_on_so_that_earlier_ones_stay_as_they_were(
    lake: Lake, groups: dict[str, list[str]]
) -> None:
    made = {"job": "decide_contacts", "run_id": "r", "rows": 1}
    lake.publications.record(MKT_DECISION, [made | {"business_date": day} for day in (date(2026, 3, 3), ON)])
    assert approve(lake, C10.name, "wang", BOARD, "read it", now())[1] == ON
    assert [C10.name in unapproved(lake, day, BOTH) for day in (date(2026, 3, 3), ON)] == [True, False]


def test_the_desk_approves_and_lists_which_scenarios_are_approved(
    lake: Lake, groups: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHUDIAN_HOME", f"{lake.settings.home}")
    monkeypatch.setenv("COLUMNS", "300")
    asked = CliRunner().invoke(app, ["approve", C10.name, "--reason", "read it", "--as", BOARD])
    assert asked.output == f"Approved: {C10.name}, version {version(C10)}, for the nights from 2000-01-01 on.\n"
    told = {
        line.split()[0]: line
        for line in CliRunner().invoke(app, ["scenario", "list", "--date", "2026-03-04"]).output.splitlines()[1:]
        if line.split()
    }
    assert "nobody approved it" not in told[C10.name]
    assert "nobody approved it" in told[C11.name]
