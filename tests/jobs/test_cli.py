"""What a user sees at the desk: refusals before Spark starts, each failure once, warnings in yellow, and an exit status that is true."""

from datetime import date
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from expectations.errors import ChudianError
from expectations.tables.ops import OPS_TAG_ACCEPTED, OPS_TAG_PROFILE
from jobs import cli
from jobs.runtime.lake import Lake
from jobs.runtime.sequence import Ended, NightError
from jobs.runtime.settings import settings
from jobs.screen import teller
from jobs.tag.accepted import accepted

GREEN, YELLOW, RED = "\x1b[32m", "\x1b[33m", "\x1b[31m"
REFUSED = "refused: landing/2026-03-04/boss_usage/boss_usage_20260304_01:\n  - md5 differs\n  - 4 rows, got 3\n  To mend it: send it again"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, and no Spark: whoever starts it fails the test."""
    monkeypatch.setenv("CHUDIAN_HOME", f"{tmp_path}")
    monkeypatch.setattr("jobs.runtime.job_run.Runner", None)
    return tmp_path


def landed(home: Path, night: str) -> None:
    folder = home / "landing" / night / "boss_usage"
    folder.mkdir(parents=True)
    (folder / "boss_usage_20260304_01.chk").touch()


def refusal(*asked: str) -> str:
    """The text that the command is refused with."""
    ran = CliRunner().invoke(cli.app, asked)
    if isinstance(ran.exception, ChudianError):
        return str(ran.exception)
    assert ran.exit_code == 2, ran.output
    return " ".join(ran.output.replace("│", " ").split())


@pytest.mark.parametrize(
    ("day", "says"),
    [
        ("2026-02-30", "2026-02-30 does not exist: February 2026 has 28 days"),
        ("2024-02-30", "2024-02-30 does not exist: February 2024 has 29 days"),
        ("2026-04-00", "2026-04-00 does not exist: April 2026 has 30 days"),
        ("2026-13-01", "2026-13-01 does not exist: the months of a year are 01 to 12"),
        ("0000-01-01", "0000-01-01 does not exist: there is no year 0"),
        ("20260304", "expected a date as yyyy-mm-dd, 2000 to 2100, got '20260304'"),
        ("1999-12-31", "expected a date as yyyy-mm-dd, 2000 to 2100, got '1999-12-31'"),
    ],
)
def test_a_date_that_does_not_exist_is_told_apart_from_one_that_is_written_otherwise(home: Path, day: str, says: str) -> None:
    assert says in refusal("night", day)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (("--only", "recieve_boss_usage"), "No job is called recieve_boss_usage. Did you mean receive_boss_usage"),
        (("--only", "xyz"), "No job is called xyz. There are: advance_content_sums, "),
        (("--from", "scores"), "No stage is called scores. Did you mean score?"),
        (("--from", "xyz"), "No stage is called xyz. There are: decide,"),
    ],
)
def test_a_mistyped_job_or_stage_gets_the_nearest_names(home: Path, asked: tuple[str, str], says: str) -> None:
    assert refusal("night", "2026-03-04", *asked).startswith(says)


def test_a_night_for_which_nothing_landed_is_refused_before_spark_starts(home: Path) -> None:
    said = refusal("night", "2026-03-09")
    assert said.startswith("Nothing has landed for 2026-03-09; no delivery is there at all.\n  To mend it: place the deliveries in")
    landed(home, "2026-03-03")
    landed(home, "2026-03-04")
    (home / "landing" / "2026-03-09" / "boss_usage").mkdir(parents=True)
    said = refusal("night", "2026-03-09")
    assert "Nothing has landed for 2026-03-09; deliveries are there for 2026-03-03 to 2026-03-04." in said
    assert "simulate" not in said, "that is for the demo alone"
    (home / "demo").touch()
    assert "chudian simulate --live 2026-03-09" in refusal("night", "2026-03-09")
    assert refusal("load", "--from", "2026-03-05", "--to", "2026-03-08").startswith("Nothing has landed for 2026-03-05 to 2026-03-08;")


def test_a_home_without_a_token_key_is_refused_before_spark_starts(home: Path) -> None:
    landed(home, "2026-03-04")
    assert "No token key at" in refusal("night", "2026-03-04")
    assert "No token key at" in refusal("load", "--from", "2026-03-04", "--to", "2026-03-04")


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Console:
    """A terminal whose colours can be read."""
    screen = Console(record=True, force_terminal=True, color_system="standard", width=200, highlight=False, file=StringIO())
    # A module that a command imports while the console is changed would keep the changed one.
    import_module("jobs.show")
    monkeypatch.setattr("jobs.screen.console", screen)
    monkeypatch.setattr(cli, "console", screen)
    return screen


@pytest.mark.parametrize(
    ("ended", "colour"),
    [
        (Ended("receive_org", "done", "12 rows", 1.0), GREEN),
        (Ended("receive_org", "done", "12 rows", 1.0, ("ods.org.city: one row",)), YELLOW),
        (Ended("receive_org", "failed", "why", 1.0), RED),
        (Ended("receive_org", "kept back", "waits for it", 0.0), YELLOW),
    ],
)
def test_only_what_went_well_without_a_warning_is_green(screen: Console, ended: Ended, colour: str) -> None:
    teller(3)(ended)
    assert f"{colour}{ended.state}" in screen.export_text(styles=True)


def test_a_refused_delivery_shows_where_and_its_first_fault_below_the_job(screen: Console) -> None:
    teller(3)(Ended("receive_boss_usage", "done", "5 rows", 1.0, (REFUSED, "feed boss_usage: the delivery is due")))
    job, refused, due = screen.export_text().splitlines()
    assert job.endswith("receive_boss_usage 5 rows")
    assert refused.strip() == "refused: landing/2026-03-04/boss_usage/boss_usage_20260304_01: md5 differs (and 1 more)"
    assert due.strip() == "feed boss_usage: the delivery is due"


class Desk:
    """In the place of Spark and of the jobs: the sequence that ran, or what it raised."""

    def __init__(self, home: Path) -> None:
        from jobs.runtime.settings import settings

        self.settings = settings({"CHUDIAN_HOME": f"{home}"})

    def warm(self) -> None:
        """Nothing to start."""


@pytest.mark.parametrize("asked", [("night", "2026-03-04"), ("load", "--from", "2026-03-04", "--to", "2026-03-04")], ids=["night", "load"])
@pytest.mark.parametrize("missed", [(), ("landing/2026-03-04/boss_usage/boss_usage_20260304_01",)], ids=["replaced", "missed"])
def test_the_exit_status_tells_whether_anything_was_missed(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], asked: tuple[str, ...], missed: tuple[str, ...]
) -> None:
    ended = [Ended("receive_boss_usage", "done", "0 rows", 1.0, (REFUSED,), missed)]
    monkeypatch.setattr(cli, "_refuse_before_spark", lambda *_: None)
    monkeypatch.setattr("jobs.runtime.job_run.Runner", lambda *_, **__: Desk(home))
    monkeypatch.setattr("jobs.runtime.sequence.run_sequence", lambda *_: ended)
    ran = CliRunner().invoke(cli.app, asked)
    assert ran.exit_code == (1 if missed else 0)
    assert not missed or missed[0] in str(ran.exception)


@pytest.mark.parametrize(
    ("asked", "trained"),
    [
        (("train", "2026-03-04"), ["train_data_plan_propensity"]),
        (("train", "2026-03-04", "--again"), ["train_churn", "train_data_plan_propensity"]),
        (("load", "--train", "--from", "2026-03-03", "--to", "2026-03-03"), ["train_data_plan_propensity"]),
    ],
    ids=["train", "again", "load"],
)
def test_the_desk_trains_the_models_that_have_no_champion_and_again_all(
    home: Path, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...], trained: list[str]
) -> None:
    ran: list[tuple[str, date]] = []
    monkeypatch.setattr(cli, "_refuse_before_spark", lambda *_: None)
    monkeypatch.setattr("jobs.runtime.job_run.Runner", lambda *_, **__: Desk(home))
    monkeypatch.setattr("jobs.runtime.sequence.run_sequence", lambda *_: [])
    monkeypatch.setattr("jobs.train.train_models.champion", lambda _, name: "1" if name == "churn" else None)
    monkeypatch.setattr("jobs.train.train_models.run_sequence", lambda _, jobs, on, *__, **___: ran.extend((job.name, on) for job in jobs))
    assert CliRunner().invoke(cli.app, asked).exit_code == 0
    assert ran == [(name, date(2026, 3, 4)) for name in trained]


def test_a_desk_whose_models_all_have_a_champion_starts_no_spark(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.train.train_models.champion", lambda *_: "1")
    told = CliRunner().invoke(cli.app, ["train", "2026-03-04"])
    assert (told.exit_code, told.stdout) == (0, "All models have a champion. Use --again to train them again.\n")


def test_the_report_is_named_also_after_a_night_that_failed(home: Path, monkeypatch: pytest.MonkeyPatch, screen: Console) -> None:
    def failing(*_: Any) -> None:
        raise NightError("Night of 2026-03-04 did not run to its end")

    page = home / "reports" / "2026-03-04" / "night.html"
    page.parent.mkdir(parents=True)
    page.touch()
    monkeypatch.setattr(cli, "_refuse_before_spark", lambda *_: None)
    monkeypatch.setattr("jobs.runtime.job_run.Runner", lambda *_, **__: Desk(home))
    monkeypatch.setattr("jobs.runtime.sequence.run_sequence", failing)
    assert isinstance(CliRunner().invoke(cli.app, ["night", f"{date(2026, 3, 4)}"]).exception, NightError)
    assert f"Report: {page}" in screen.export_text()


def test_bad_tags_are_accepted_with_a_reason_and_a_name(home: Path, screen: Console) -> None:
    lake, night = Lake(settings({"CHUDIAN_HOME": f"{home}"})), date(2026, 3, 4)
    assert "No night has profiles of tags yet" in refusal("tags", "accept", "points", "--reason", "new scheme")
    seen = {"business_date": night, "car_run": "r", "rows": 200, "seen": 200, "nulls": 0, "distinct": 1, "bins": "{}", "reasons": []}
    states = {"points": "bad", "brand": "bad", "vip_level": "good"}
    lake.records.append(OPS_TAG_PROFILE, [{**seen, "tag": tag, "state": state} for tag, state in states.items()])
    assert "give either tags or --all" in refusal("tags", "accept", "--reason", "new scheme")
    assert "Missing option '--reason'" in refusal("tags", "accept", "points")
    assert "No tag is called point" in refusal("tags", "accept", "point", "--reason", "new scheme")
    assert "found no tag bad" in refusal("tags", "accept", "--all", "--from", "2026-03-05", "--reason", "new scheme")
    CliRunner().invoke(cli.app, ["tags", "accept", "--all", "--reason", "new scheme"], catch_exceptions=False)
    rows = [(row["tag"], row["from_date"], row["reason"]) for row in lake.log(OPS_TAG_ACCEPTED)]
    assert rows == [("brand", night, "new scheme"), ("points", night, "new scheme")]
    assert all(row["who"] and row["accepted_at"] for row in lake.log(OPS_TAG_ACCEPTED))
    CliRunner().invoke(cli.app, ["tags", "accept", "points", "--from", "2026-03-09", "--reason", "again"], catch_exceptions=False)
    assert accepted(lake, date(2026, 3, 8)) == {"brand": night, "points": night}
    assert accepted(lake, date(2026, 3, 9)) == {"brand": night, "points": date(2026, 3, 9)}
