"""What `make mlflow` starts, and on which home."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from expectations.errors import ChudianError
from jobs.runtime import mlflow_ui
from jobs.runtime.registry_files import database


def test_a_home_without_models_is_refused_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUDIAN_HOME", f"{tmp_path}")
    with pytest.raises(ChudianError, match=r"no model was trained.\n  To mend it: chudian train"):
        mlflow_ui.serve("5000")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.apart
def test_one_worker_serves_this_machine_alone_starts_no_job_runners_and_sends_no_statistics(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHUDIAN_HOME", f"{tmp_path}")
    database(tmp_path).parent.mkdir()
    database(tmp_path).touch()
    asked: list[Any] = []

    def run(command: list[str], env: dict[str, str], check: bool) -> "subprocess.CompletedProcess[str]":
        asked.extend([" ".join(command), env])
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", run)
    assert mlflow_ui.serve("5001") == 0
    command, environment = asked
    for words in ("--host 127.0.0.1", "--port 5001", "--workers 1", f"--backend-store-uri sqlite:///{database(tmp_path)}"):
        assert words in command
    assert (environment["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"], environment["MLFLOW_DISABLE_TELEMETRY"]) == ("false", "true")
