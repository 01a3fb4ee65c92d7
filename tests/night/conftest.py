"""One province, loaded and trained once; one night of it, walked once."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from benchmarks.event_log import logging_to
from tests.night.airflow import run_dag
from tests.night.homes import NIGHT, fork, loaded_and_trained
from tests.night.oracle import Oracle


@pytest.fixture(scope="session")
def before_night(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """History loaded up to D-1, models trained, D's extracts in the landing. Not to be changed: fork it."""
    return loaded_and_trained(tmp_path_factory.mktemp("before") / "home")


@pytest.fixture(scope="session")
def after_night(before_night: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same home after Airflow ran the night of D; Spark's event log is beside it. Not to be changed: fork it."""
    home = fork(before_night, tmp_path_factory.mktemp("after") / "home")
    (home.parent / "events").mkdir()
    ended = run_dag(home, NIGHT, **logging_to(home.parent / "events"))
    if ended.returncode:
        raise RuntimeError(ended.stdout + ended.stderr)
    return home


@pytest.fixture(scope="session")
def oracle(after_night: Path) -> Oracle:
    """What pandas says of the extracts that the night read."""
    return Oracle(after_night, NIGHT)
