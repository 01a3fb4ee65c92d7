"""What all tests share: one Spark session, a client of a server in this process."""

import os
from collections.abc import Iterator

import pytest
from pyspark.sql import SparkSession

from jobs.runtime.session import spark_session
from jobs.runtime.settings import settings

# Every JVM that a test starts: a province of 500 ends before the second compiler's code has paid for itself.
os.environ.setdefault("SPARK_SUBMIT_OPTS", "-XX:TieredStopAtLevel=1")


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    session = spark_session(settings())
    yield session
    session.stop()
