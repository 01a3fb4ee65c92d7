"""Makes the Spark session, the only place that does: a client of this process's own Connect server or of another."""

import atexit
import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, cast

from expectations.errors import teach
from jobs.runtime.served import token_of
from jobs.runtime.server import IS_CLIENT, SESSION, TOKEN, start
from jobs.runtime.settings import Settings, SettingsError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession
    from pyspark.sql.connect.session import SparkSession as Client

# Seconds that a server may take to answer.
PATIENCE_SECONDS = 20
# Retries of a call that the server does not answer: a minute in total. Spark's default of 15 retries takes ten minutes.
RETRIES = 6
_making = Lock()


def spark_session(chosen: Settings) -> "SparkSession":
    """Return the process's session, made on first use; jobs and threads share it.

    SettingsError when no server answers, or none can be started.
    """
    with _making:
        return _session(chosen)


def _session(chosen: Settings) -> "SparkSession":
    # Otherwise gRPC writes its own log to the console; everything important arrives as an error.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    from pyspark.logger import PySparkLogger
    from pyspark.sql.connect.client.retries import DefaultPolicy
    from pyspark.sql.connect.session import SparkSession as Client

    session = Client._get_default_session()
    if session is None:
        # Otherwise PySpark writes every refused expression to the console, also one that we catch and explain. PySpark has
        # disabled the last of the three loggers, but Airflow's set-up of logging enables every logger that exists.
        for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger", "pyspark.sql.connect.logging"):
            PySparkLogger.getLogger(name).setLevel("CRITICAL")
        address = chosen.spark if chosen.has_server else start(chosen)
        os.environ[IS_CLIENT] = "1"
        session = _of_others(chosen, address) if chosen.has_server else Client.builder.remote(address).create()
        session.client.set_retry_policies([DefaultPolicy(max_retries=RETRIES)])
        # Otherwise the end of the process would wait a minute for a server that was already stopped, or wait for ever: a frame of a local
        # checkpoint that is freed while Python ends asks the server, in a thread that can no longer start.
        atexit.register(session.client.close)
    return cast("SparkSession", session)


def _of_others(chosen: Settings, address: str) -> "Client":
    """Return a session on a server that this process did not start, with chudian's SQL settings."""
    import grpc
    from pyspark.errors import PySparkException
    from pyspark.sql.connect.client import DefaultChannelBuilder
    from pyspark.sql.connect.session import SparkSession as Client

    token = token_of(chosen, address)
    if token:
        os.environ[TOKEN] = token
    channel = DefaultChannelBuilder(address).toChannel()
    try:
        grpc.channel_ready_future(channel).result(timeout=PATIENCE_SECONDS)
    except grpc.FutureTimeoutError:
        fault = f"no Spark Connect server answers at {address} within {PATIENCE_SECONDS} s"
        cure = f"start it with `chudian spark`, or correct the address. With {TOKEN} set, only localhost works without TLS."
        raise SettingsError(teach("CHUDIAN_SPARK", [fault], cure)) from None
    finally:
        channel.close()
    try:
        session = Client.builder.remote(address).config(map={**SESSION}).create()
        extensions = session.conf.get("spark.sql.extensions", "")
    except PySparkException as error:
        if "token" not in str(error).lower() and "UNAUTHENTICATED" not in str(error):
            raise
        raise SettingsError(teach("CHUDIAN_SPARK", [f"{address} refuses the token"], f"set {TOKEN} to that server's token.")) from None
    if "DeltaSparkSessionExtension" not in (extensions or ""):
        cure = "start it with `chudian spark`, or with Delta's jars and SETTINGS of jobs/runtime/server.py."
        raise SettingsError(teach("CHUDIAN_SPARK", [f"the server at {address} does not know Delta"], cure))
    return session


@contextmanager
def columns_without_spark() -> Iterator[None]:
    """Let functions make Columns that are only read as text, without a session. It must not surround the start of a server."""
    was = os.environ.get(IS_CLIENT)
    os.environ[IS_CLIENT] = "1"
    try:
        yield
    finally:
        if was is None:
            del os.environ[IS_CLIENT]
