"""What a machine lacks is said before anything is done: by the doctor, the set-up and a night itself."""

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jobs import doctor
from jobs.cli import app
from jobs.runtime.settings import CHECKOUT, PORTS


def finding(what: str) -> doctor.Finding:
    (found,) = [each for each in doctor.examine() if each.what == what]
    return found


def a_java(folder: Path, version: str) -> Path:
    """A JAVA_HOME whose java says only this version."""
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    java.chmod(0o755)
    return folder


def without_java(folder: Path) -> str:
    """A PATH with everything but java."""
    for place in os.environ["PATH"].split(":"):
        for tool in Path(place).iterdir() if Path(place).is_dir() else ():
            if tool.name not in ("java", "python3.11") and not (folder / tool.name).exists():
                (folder / tool.name).symlink_to(tool)
    return str(folder)


def test_the_doctor_finds_no_fault_with_the_java_of_this_suite() -> None:
    assert finding("Java").fine
    assert finding("Python").fine
    assert finding("Delta jars").fine


def test_a_machine_without_java_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not finding("Java").fine
    assert "openjdk-17-jre-headless" in finding("Java").told


def test_a_java_of_another_version_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(a_java(tmp_path, "11.0.2")))
    assert not finding("Java").fine
    assert f"11 at {tmp_path}/bin/java; 17 is needed" in finding("Java").told


def test_too_little_space_is_told_with_the_setting_that_moves_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "SPACE_GB", 10**9)
    assert not finding("Space").fine
    assert "set CHUDIAN_HOME elsewhere" in finding("Space").told


@pytest.mark.parametrize("use", ["mlflow", "standalone"])
def test_a_port_in_use_is_told_with_the_setting_that_takes_another(monkeypatch: pytest.MonkeyPatch, use: str) -> None:
    setting = f"{use.upper()}_PORT"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv(setting, f"{port}")
        assert not finding(f"Port {port}").fine
        assert f"make {use} {setting}=another" in finding(f"Port {port}").told
        opened = subprocess.run(
            ["make", "--no-print-directory", "--old-file=.venv/.ready", use, f"{setting}={port}"],
            cwd=CHECKOUT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert opened.returncode != 0
    assert f"port {port} is in use" in opened.stderr


def test_a_port_that_is_none_is_told_and_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_PORT", "80800")
    assert not finding("Port 80800").fine
    assert "make airflow AIRFLOW_PORT= a number from 1 to 65535" in finding("Port 80800").told


def test_a_notifier_that_cannot_be_imported_is_named_before_there_is_an_alarm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "our_alarms.py").write_text("from airflow.sdk import BaseNotifier\n\nMAIL, FAX = BaseNotifier(), 1 / 1\n")
    (tmp_path / "our_errors.py").write_text("MAIL = 1 / 0\n")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}")
    monkeypatch.setenv("CHUDIAN_NOTIFIER", "our_alarms:MAIL")
    assert finding("Notifier").fine
    for named, why in (("our_alarms:FAX", "is no notifier but float"), ("our_errors:MAIL", "cannot be imported: ZeroDivisionError")):
        monkeypatch.setenv("CHUDIAN_NOTIFIER", named)
        refused = finding("Notifier")
        assert not refused.fine
        assert f"{named} {why}" in refused.told


def test_the_doctor_needs_no_environment_and_still_names_all_that_is_missing(tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    around = {name: value for name, value in os.environ.items() if name != "JAVA_HOME"}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environment = {**around, "PATH": without_java(tools), "MLFLOW_PORT": f"{port}", "CHUDIAN_HOM": "mistyped"}
        # No site: a Python without our packages.
        ran = subprocess.run(
            [sys.executable, "-S", "-m", "jobs.doctor"], cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False
        )
    assert ran.returncode == 1
    for said in ("ok   Python", "FAIL Java", "FAIL Environment: none yet: run make env", "FAIL Settings", f"FAIL Port {port}: in use"):
        assert said in ran.stdout


def test_the_command_line_prints_what_the_doctor_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_PORT", "80800")
    shown = CliRunner().invoke(app, ["doctor"])
    assert shown.exit_code == 1
    assert "FAIL Port 80800: no port: give make airflow AIRFLOW_PORT= a number from 1 to 65535\n" in shown.stdout
    assert shown.stdout.count("\n") == len(doctor.examine())


def test_make_doctor_makes_no_environment() -> None:
    told = subprocess.run(["make", "--dry-run", "doctor"], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    assert "jobs.doctor" in told
    assert "venv --clear" not in told


def set_up(folder: Path, python: str, **environment: str) -> str:
    """What the set-up says in a checkout of its own when it refuses."""
    shutil.copytree(CHECKOUT / "scripts", folder / "scripts")
    around = {name: value for name, value in os.environ.items() if name != "JAVA_HOME"} | environment
    command = [shutil.which("bash") or "bash", "scripts/setup_environment.sh", python]
    ran = subprocess.run(command, cwd=folder, env=around, capture_output=True, text=True, check=False)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert not (folder / ".venv").exists(), "a refusal comes before anything is made"
    assert ran.stderr.startswith("chudian cannot be set up: \n- ")
    return ran.stderr


def test_the_set_up_names_all_that_is_missing_at_once(tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    said = set_up(tmp_path / "checkout", "python-of-no-kind", PATH=without_java(tools))
    assert "Install Python 3.11" in said
    assert "no java. Install a Java 17 runtime" in said


def test_the_set_up_names_a_wrong_python_and_a_wrong_java(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 3.12\n")
    python.chmod(0o755)
    java = a_java(tmp_path / "java", "21.0.1")
    said = set_up(tmp_path / "checkout", str(python), JAVA_HOME=str(java))
    assert "is Python 3.12, 3.11 is needed" in said
    assert f"{java}/bin/java is version 21, 17 is needed" in said


@pytest.mark.apart
def test_a_night_on_a_machine_without_java_ends_in_one_message(tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    around = {name: value for name, value in os.environ.items() if name != "JAVA_HOME"}
    environment = {**around, "PATH": without_java(tools), "CHUDIAN_HOME": str(tmp_path / "home")}
    ran = subprocess.run(
        [sys.executable, "-m", "jobs", "night", "2026-03-04", "--only", "receive_org"],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "`make doctor` says which Java is needed" in ran.stdout + ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr


def test_the_doctor_and_make_open_the_same_ports() -> None:
    told = dict(re.findall(r"^export (\w+_PORT) \?= (\d+)$", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))
    assert told == {name: f"{usual}" for name, usual in PORTS.items()}
