"""The night through Airflow's own scheduler, as `make airflow` opens it, and what it costs."""

import json
import os
import signal
import sqlite3
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil

from jobs.runtime.settings import CHECKOUT
from tests.night.airflow import airflow
from tests.night.ports import free_port

# What a JVM of Spark's is started with, and what the JVM that puts its command together has besides.
SPARK, LAUNCHER = "org.apache.spark.deploy.SparkSubmit", "org.apache.spark.launcher.Main"
PASSWORDS = "simple_auth_manager_passwords.json.generated"


def around(home: Path) -> dict[str, str]:
    """The environment of a process of this home, without what this process's own Spark has put into it."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("SPARK_CONNECT", "AIRFLOW"))}
    return own | {"CHUDIAN_HOME": str(home)}


class Watch:
    """The processes of one home while it is watched: their processor seconds, and which Sparks began.

    What a process does in its last tenth of a second is not seen.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.seconds: dict[tuple[int, float], float] = {}
        self.sparks: set[tuple[int, float]] = set()
        self._began = time.time()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def total(self) -> float:
        """Processor seconds of all processes so far."""
        return sum(self.seconds.values())

    def _look(self) -> None:
        foreign = set[tuple[int, float]]()
        while not self._ended.wait(0.1):
            for process in psutil.process_iter():
                try:
                    which = (process.pid, process.create_time())
                    if which in foreign:
                        continue
                    if which not in self.seconds and process.environ().get("CHUDIAN_HOME") != str(self.home):
                        foreign.add(which)
                        continue
                    times = process.cpu_times()
                    self.seconds[which] = times.user + times.system
                    command = process.cmdline()
                    is_spark = process.name() == "java" and SPARK in command and LAUNCHER not in command
                    # A JVM that starts a program looks for a moment like two.
                    is_copy = process.ppid() in {pid for pid, _ in self.sparks}
                    if is_spark and not is_copy and process.create_time() >= self._began:
                        self.sparks.add(which)
                except psutil.Error:
                    continue


class Scheduler:
    """Airflow's parts of a home while they run."""

    def __init__(self, home: Path, port: int) -> None:
        self.home = home
        self.port = port

    def tell(self, *arguments: str) -> None:
        """Run one command of Airflow's. RuntimeError when it refuses."""
        ended = airflow(self.home, *arguments)
        if ended.returncode:
            raise RuntimeError(ended.stdout + ended.stderr)

    def clear(self, run: str, task: str) -> None:
        """Clear one task of a run by the command."""
        ((instant,),) = self.rows(f"SELECT logical_date FROM dag_run WHERE run_id = '{run}'")
        day = f"{instant}+00:00"
        self.tell("tasks", "clear", "nightly", "--task-regex", task, "--start-date", day, "--end-date", day, "--yes")

    def clear_on_page(self, run: str, task: str) -> None:
        """Clear one task of a run as its page does."""
        (name, password), *_ = json.loads((self.home / "airflow" / PASSWORDS).read_text()).items()
        token = self._post("auth/token", {"username": name, "password": password})["access_token"]
        asked = {"dry_run": False, "dag_run_id": run, "task_ids": [task], "only_failed": False, "reset_dag_runs": True}
        self._post("api/v2/dags/nightly/clearTaskInstances", asked, token)

    def _post(self, path: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/{path}", json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            told: dict[str, Any] = json.load(answer)
            return told

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What Airflow's own database says."""
        with closing(sqlite3.connect(f"file:{self.home}/airflow/airflow.db?mode=ro", uri=True, timeout=30)) as database:
            return database.execute(query).fetchall()

    def run_state(self, run: str) -> str:
        (found,) = self.rows(f"SELECT state FROM dag_run WHERE run_id = '{run}'")
        return str(found[0])

    def states(self, run: str) -> dict[str, str]:
        """How each task of a run stands."""
        return dict(self.rows(f"SELECT task_id, state FROM task_instance WHERE run_id = '{run}'"))

    def tries(self, run: str) -> dict[str, int]:
        """How often each task of a run was begun."""
        return dict(self.rows(f"SELECT task_id, try_number FROM task_instance WHERE run_id = '{run}'"))

    def wait(self, run: str, seconds: float = 1500) -> str:
        """Wait until a run has ended; its state."""
        until = time.monotonic() + seconds
        while self.run_state(run) in ("queued", "running"):
            if time.monotonic() > until:
                raise TimeoutError(f"{run} after {seconds} s: {self.states(run)}")
            time.sleep(1)
        return self.run_state(run)


@contextmanager
def scheduler_of(home: Path) -> Iterator[Scheduler]:
    """Open Airflow for a home on a free port, and stop all of it at the end."""
    port = free_port()
    own = around(home) | {"AIRFLOW_HOME": str(home / "airflow"), "AIRFLOW_PORT": f"{port}"}
    command = ["bash", "scripts/airflow_ui.sh"]
    with subprocess.Popen(command, cwd=CHECKOUT, env=own, stdout=subprocess.PIPE, text=True, start_new_session=True) as parts:
        try:
            assert parts.stdout
            assert any("ready" in line for line in parts.stdout), "Airflow did not start"
            yield Scheduler(home, port)
        finally:
            parts.terminate()
            try:
                parts.wait(timeout=60)
            except subprocess.TimeoutExpired:
                os.killpg(parts.pid, signal.SIGKILL)
