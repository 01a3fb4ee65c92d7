"""Commands about lists and scenarios at the desk: what they record, which job they run, and what they refuse. No Spark starts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from expectations.errors import ChudianError
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.ops_lists import OPS_LIST_APPROVED, OPS_LIST_HELD
from expectations.tables.ops_stop import OPS_STOP
from jobs import cli
from jobs.runtime.job import Job
from jobs.runtime.lake import Lake
from jobs.runtime.settings import Settings, settings
from scenarios import copied

NIGHT, NEXT = date(2026, 3, 4), date(2026, 3, 5)
C10 = "c10_data_without_plan"


@dataclass
class Desk:
    """A home, and the jobs that commands ran in it, each with its night."""

    lake: Lake
    ran: list[tuple[str, date]] = field(default_factory=list)

    def published(self) -> None:
        self.lake.publications.record(MKT_CONTACT, [{"business_date": NIGHT, "rows": 9, "job": "publish_lists", "run_id": "r"}])

    def held(self, step: str) -> None:
        row: dict[str, Any] = {"business_date": NIGHT, "channel": "sms", "scenario": C10, "step": step, "version": "v1", "rows": 9}
        row |= {"reasons": ["far more rows"], "run_id": "r", "held_at": datetime(2026, 3, 5, 3, tzinfo=UTC)}
        self.lake.records.append(OPS_LIST_HELD, [row])


@dataclass
class Runner:
    """A runner that starts nothing."""

    settings: Settings
    advances: bool = True

    @property
    def lake(self) -> Lake:
        return Lake(self.settings)

    def warm(self) -> None:
        pass


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("CHUDIAN_HOME", f"{tmp_path}")
    made = Desk(Lake(settings({"CHUDIAN_HOME": f"{tmp_path}"})))

    def run(runner: Runner, jobs: Sequence[Job], on: date, tell: object) -> None:
        made.ran += [(job.name, on) for job in jobs]

    monkeypatch.setattr("jobs.runtime.job_run.Runner", Runner)
    monkeypatch.setattr("jobs.runtime.sequence.run_sequence", run)
    return made


def said(*asked: str) -> str:
    return " ".join(CliRunner().invoke(cli.app, asked, catch_exceptions=False, env={"COLUMNS": "300"}).output.split())


def refusal(*asked: str) -> str:
    ran = CliRunner().invoke(cli.app, asked)
    return str(ran.exception) if isinstance(ran.exception, ChudianError) else ran.output


def test_stop_records_who_and_why_and_recalls_at_once_and_resume_ends_it(desk: Desk) -> None:
    desk.published()
    told = said("stop", C10, "--reason", "wrong price")
    assert told.startswith(f"{C10} is stopped: no lists from business date {NEXT} on.")
    assert f"recall/{NIGHT}/" in told
    assert desk.ran == [("recall_contacts", NIGHT)]
    assert said("resume", C10, "--reason", "price is right") == f"{C10} goes on with the lists of business date {NEXT}."
    rows = sorted(Lake(desk.lake.settings).log(OPS_STOP), key=lambda row: row["at"])
    assert [(row["name"], row["is_stopped"], row["reason"], row["from_date"]) for row in rows] == [
        (C10, True, "wrong price", NEXT),
        (C10, False, "price is right", NEXT),
    ]
    assert all(row["who"] for row in rows)


def test_a_stop_before_any_list_recalls_nothing(desk: Desk) -> None:
    assert "nothing is recalled" in said("stop", "sms", "--reason", "gateway is down")
    assert desk.ran == []


def test_stop_and_resume_refuse_an_unknown_name_no_reason_and_what_goes_on(desk: Desk) -> None:
    assert "No scenario or channel is called pigeon" in refusal("stop", "pigeon", "--reason", "lost")
    assert "The reason is empty" in refusal("stop", C10, "--reason", " ")
    assert f"{C10} is not stopped" in refusal("resume", C10, "--reason", "price is right")
    assert desk.ran == []


def test_approve_lists_records_the_lists_and_publishes_them(desk: Desk) -> None:
    desk.published()
    desk.held("wave1")
    desk.held("wave2")
    assert "not held" in refusal("approve-lists", f"{NIGHT}", "--list", f"sms/{C10}/wave9", "--reason", "looked at it")
    assert "it is version v1 now, not v0" in refusal("approve-lists", f"{NIGHT}", "--list", f"sms/{C10}/wave1@v0", "--reason", "looked")
    assert desk.ran == []
    told = said("approve-lists", f"{NIGHT}", "--list", f"sms/{C10}/wave1@v1", "--reason", "a new scenario")
    assert told == f"Approved: sms/{C10}/wave1."
    assert desk.ran == [("publish_lists", NIGHT)]
    (row,) = Lake(desk.lake.settings).log(OPS_LIST_APPROVED, business_date=NIGHT)
    assert (row["step"], row["version"], row["reason"]) == ("wave1", "v1", "a new scenario")


def test_a_new_scenario_is_a_draft_that_no_other_command_reads(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copied, "DRAFTS", tmp_path / "drafts")
    told = said("scenario", "new", "c99_new", "--from", C10)
    assert told.endswith("Then: chudian scenario adopt c99_new")
    assert (tmp_path / "drafts" / "c99_new.py").exists()
    assert "c99_new" not in said("scenario", "list")
    assert "the audience is still TODO; write it" in refusal("scenario", "adopt", "c99_new")
