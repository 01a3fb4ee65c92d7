"""`make airflow` opens the scheduler and the UI to this machine alone."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from jobs.runtime.settings import CHECKOUT
from tests.night.ports import free_port


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def started(tmp_path: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    around = {**os.environ, "CHUDIAN_HOME": str(tmp_path), "AIRFLOW_HOME": str(tmp_path / "airflow"), "AIRFLOW_PORT": str(port)}
    command = ["bash", "scripts/airflow_ui.sh"]
    with subprocess.Popen(command, cwd=CHECKOUT, env=around, stdout=subprocess.PIPE, text=True, start_new_session=True) as ui:
        yield ui
        if ui.poll() is None:
            os.killpg(ui.pid, signal.SIGKILL)


@pytest.mark.prove
def test_airflow_listens_to_this_machine_alone_and_stops_whole(started: subprocess.Popen[str], port: int) -> None:
    assert started.stdout
    assert "starting" in started.stdout.readline()
    assert f"ready: http://127.0.0.1:{port}" in started.stdout.readline()
    parts = psutil.Process(started.pid).children(recursive=True)
    listening = {at.laddr for part in parts for at in part.net_connections("inet") if at.status == psutil.CONN_LISTEN}
    assert {(at.ip, at.port) for at in listening} == {("127.0.0.1", port)}
    started.terminate()
    assert started.wait(timeout=60) != 0
    _, left = psutil.wait_procs(parts, timeout=30)
    assert left == []
