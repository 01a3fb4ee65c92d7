"""What all tests share: one Spark session, a client of a server in this process; and which of them `make test-fast` leaves out."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.runtime.session import spark_session
from jobs.runtime.settings import settings

# Every JVM that a test starts: a province of 500 ends before the second compiler's code has paid for itself.
os.environ.setdefault("SPARK_SUBMIT_OPTS", "-XX:TieredStopAtLevel=1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies below tests/night walks a night, or needs one that was walked."""
    for item in items:
        if "night" in item.path.relative_to(Path(__file__).parent).parts[:-1]:
            item.add_marker("night")


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    session = spark_session(settings())
    yield session
    session.stop()
