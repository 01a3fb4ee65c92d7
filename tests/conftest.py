"""What all tests share: one local Spark session."""

from collections.abc import Iterator

import pytest
from pyspark.sql import SparkSession

from jobs.runtime.session import spark_session
from jobs.runtime.settings import settings


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    session = spark_session(settings())
    yield session
    session.stop()
