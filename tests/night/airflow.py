"""The night through Airflow itself, as `make demo` runs it."""

import json
import os
import subprocess
from datetime import date
from pathlib import Path

from jobs.runtime.settings import CHECKOUT


def airflow(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """The Airflow command with the settings of this checkout and `more` of them, its own home below the run's."""
    around = {name: value for name, value in os.environ.items() if name != "AIRFLOW_HOME"} | more
    command = ["bash", "scripts/airflow.sh", *arguments]
    return subprocess.run(
        command, cwd=CHECKOUT, env={**around, "CHUDIAN_HOME": str(home)}, capture_output=True, text=True, check=False, timeout=500
    )


def run_dag(home: Path, on: date, dag: str = "nightly", **more: str) -> subprocess.CompletedProcess[str]:
    """`airflow dags test` for business date `on`."""
    made = airflow(home, "db", "migrate")
    if made.returncode:
        raise RuntimeError(made.stderr)
    return airflow(home, "dags", "test", dag, "--conf", json.dumps({"business_date": f"{on}"}), **more)
