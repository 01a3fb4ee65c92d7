"""A night on a standalone master and worker gives channels the same bytes as one inside the process."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.runtime.settings import CHECKOUT
from tests.night.homes import NIGHT, fork, list_bytes
from tests.night.ports import free_port


@pytest.fixture
def master(tmp_path: Path) -> Iterator[str]:
    port = free_port()
    command = ["bash", "scripts/standalone.sh", str(port), str(tmp_path / "standalone")]
    cluster = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert cluster.stdout
        assert cluster.stdout.readline() == f"ready: CHUDIAN_SPARK=spark://127.0.0.1:{port}\n"
        yield f"spark://127.0.0.1:{port}"
    finally:
        os.killpg(cluster.pid, signal.SIGTERM)
        cluster.wait(timeout=60)


@pytest.mark.prove
def test_a_standalone_master_gives_the_same_lists(before_night: Path, after_night: Path, tmp_path: Path, master: str) -> None:
    home = fork(before_night, tmp_path / "home")
    # What an operator of a small cluster would set the same way, in Spark's own file.
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "spark-defaults.conf").write_text("spark.sql.shuffle.partitions 4\nspark.databricks.delta.snapshotPartitions 2\n")
    around = {"CHUDIAN_HOME": str(home), "CHUDIAN_SPARK": master, "SPARK_CONF_DIR": str(tmp_path / "conf"), "SPARK_LOCAL_IP": "127.0.0.1"}
    command = [sys.executable, "-m", "jobs", "night", f"{NIGHT}"]
    night = subprocess.run(command, cwd=CHECKOUT, env={**os.environ, **around}, capture_output=True, text=True, check=False)
    assert night.returncode == 0, night.stdout + night.stderr
    assert list_bytes(home) == list_bytes(after_night)
    log = (tmp_path / "standalone" / "worker.log").read_text()
    assert "Asked to launch executor" in log, "the night ran somewhere else"
