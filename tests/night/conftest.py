"""One province, loaded and trained once; one night of it, walked once."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from tests.night.homes import fork, loaded_and_trained, walk


@pytest.fixture(scope="session")
def before_night(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """History loaded up to D-1, models trained, D's extracts in the landing. Not to be changed: fork it."""
    return loaded_and_trained(tmp_path_factory.mktemp("before") / "home")


@pytest.fixture(scope="session")
def after_night(before_night: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same home after the night of D. Not to be changed: fork it."""
    home = fork(before_night, tmp_path_factory.mktemp("after") / "home")
    unwell = [end for end in walk(home) if end.state != "done"]
    if unwell:
        raise RuntimeError("\n".join(f"{end.job} {end.state}: {end.told}" for end in unwell))
    return home
