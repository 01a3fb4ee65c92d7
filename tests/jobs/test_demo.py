"""The demo's own decisions, with every command it calls stubbed: which province it takes, and how a quiet night ends."""

import os
import shutil
import subprocess
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from jobs.publish.outbox import MANIFEST
from jobs.runtime.settings import CHECKOUT
from scenarios.calendar import due_steps
from scenarios.library import SCENARIOS
from simulator.province import Province
from simulator.truth import Truth

NIGHT = date(2026, 3, 4)
HERE = Province(subscribers=1000, night=NIGHT)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that was simulated to the end and loaded, in a checkout whose commands only say what they were asked."""
    shutil.copytree(CHECKOUT / "scripts", tmp_path / "scripts")
    for name in ("chudian", "airflow"):
        stub = tmp_path / ".venv" / "bin" / name
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.write_text(f'#!/bin/sh\necho "asked: {name} $*"\n')
        stub.chmod(0o755)
    home = tmp_path / "home"
    Truth(HERE, home).claim()
    (home / "truth" / "audience_c11.csv").touch()
    (home / "history.loaded").touch()
    return home


def demo(home: Path, province: Province = HERE, **settings: str) -> "subprocess.CompletedProcess[str]":
    around = {**os.environ, **settings, "CHUDIAN_HOME": f"{home}", "AIRFLOW_HOME": f"{home / 'airflow'}"}
    asked = ["bash", "scripts/demo.sh", f"{province.subscribers}", "2025-10-06", f"{province.night}"]
    return subprocess.run(asked, cwd=home.parent, env=around, capture_output=True, text=True, check=False)


def test_the_province_that_lies_there_is_taken_again(home: Path) -> None:
    folder = home / "outbox" / "sms" / "c10" / "wave1" / f"{NIGHT}"
    folder.mkdir(parents=True)
    (folder / MANIFEST).touch()
    ran = demo(home)
    assert ran.returncode == 0, ran.stderr
    assert "already there" in ran.stdout
    assert "asked: chudian simulate" not in ran.stdout
    assert f"asked: chudian lists {NIGHT}" in ran.stdout


@pytest.mark.parametrize("other", [replace(HERE, subscribers=20_000), replace(HERE, night=date(2026, 3, 5))], ids=["size", "night"])
def test_a_home_that_holds_another_province_is_told_with_three_ways_out(home: Path, other: Province) -> None:
    ran = demo(home, other)
    assert ran.returncode == 1
    assert f"{home} contains another province: 1000 subscribers up to {NIGHT}." in ran.stderr
    assert f"SUBSCRIBERS=1000 NIGHT={NIGHT} runs its night again" in ran.stderr
    assert "asked:" not in ran.stdout


def test_a_night_without_a_due_step_ends_well_and_says_where_things_are(home: Path) -> None:
    ran = demo(home)
    assert ran.returncode == 0, ran.stderr
    assert f"No step of a scenario was due for {NIGHT}" in ran.stdout
    assert f"{home}/reports/{NIGHT}/night.html" in ran.stdout


def test_the_next_night_that_the_demo_and_the_readme_suggest_is_that_of_the_second_wave(home: Path) -> None:
    days = [NIGHT + timedelta(days=later) for later in range(1, 20)]
    due = {day: [step for scenario in SCENARIOS for step in due_steps(scenario, day, True, [("wave1", NIGHT)])] for day in days}
    monthly = {day: [step.name for step in steps if step.monthly] for day, steps in due.items()}
    second = min(day for day, names in monthly.items() if names)
    assert set(monthly[second]) == {"wave2"}
    before = second - timedelta(days=1)
    asked = [f"simulate --live {second}", f"load --from {NIGHT + timedelta(days=1)} --to {before}", f"night {second}"]
    for place in (demo(home).stdout, (CHECKOUT / "README.md").read_text("utf-8")):
        assert [command for command in asked if f".venv/bin/chudian {command}" not in place] == []


def test_a_night_that_fails_fails_the_demo(home: Path) -> None:
    (home.parent / ".venv" / "bin" / "airflow").write_text('#!/bin/sh\ncase "$1" in dags) exit 1;; esac\n')
    assert demo(home).returncode == 1


def test_a_disk_too_full_for_a_province_is_told_before_anything_begins(home: Path, tmp_path: Path) -> None:
    nearly_full = tmp_path / "tools" / "df"
    nearly_full.parent.mkdir()
    nearly_full.write_text("#!/bin/sh\n/bin/df \"$@\" | awk '{ if (NR == 2) $4 = 4000000; print }'\n")
    nearly_full.chmod(0o755)
    ran = demo(home, PATH=f"{nearly_full.parent}:{os.environ['PATH']}")
    assert ran.returncode == 1
    assert f"3 GB free at {home}, 5 GB are needed" in ran.stderr
    assert "asked:" not in ran.stdout
