"""Starts Spark with its Connect server in this process. chudian starts Spark nowhere else."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from jobs.runtime.settings import Settings, SettingsError

if TYPE_CHECKING:
    from pyspark import SparkConf, SparkContext

# Delta's jars are staged here by `make env`, so that no start uses the network.
JARS = Path(sys.prefix) / "share" / "chudian" / "jars"
QUIET = Path(__file__).with_name("log4j2.properties")
JVM = f"-Duser.timezone=Asia/Shanghai -Dlog4j.configurationFile=file:{QUIET}"
# One night compiles 100 MB of code. In a process that runs several nights the default cache would fill up; then compiling stops or fails.
DRIVER = f"-XX:ReservedCodeCacheSize=512m {JVM}"
# Spark's own variable. Server and client of one process read it from the environment; it is never part of an address or a command line.
TOKEN = "SPARK_CONNECT_AUTHENTICATE_TOKEN"
# Spark sets this in a client. In a process that starts a server it must not be set.
IS_CLIENT = "SPARK_CONNECT_MODE_ENABLED"

# SQL settings that a client may also set for a session on another server.
SESSION = {
    "spark.sql.session.timeZone": "Asia/Shanghai",
    # GB18030 is not in Spark's own list of charsets. A broken byte becomes U+FFFD, which receive quarantines, instead of failing the job.
    "spark.sql.legacy.javaCharsets": "true",
    "spark.sql.legacy.codingErrorAction": "true",
    # The unit of Delta's own timestamps. Spark's default, INT96, has no statistics in a file's footer.
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    # Delta's check for timestamps before 1901 (outside UTC it rebuilds a table's state after every commit) doubles the time of a small
    # commit. Feeds take no time before 1970 (expectations/feed.py).
    "spark.databricks.delta.allFilesInCrc.verificationMode.forceOnNonUTC.enabled": "false",
}
SETTINGS = SESSION | {
    "spark.plugins": "org.apache.spark.sql.connect.SparkConnectPlugin",
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    # A night has hundreds of queries. With the default of 100, many are compiled again and again.
    "spark.sql.codegen.cache.maxEntries": "1000",
    # Hadoop sets file modes itself and ignores the process's umask.
    "spark.hadoop.fs.permissions.umask-mode": "027",
    # Checksums in Parquet's own pages replace the files with checksums that Hadoop writes beside local files (see _without_sidecars). The
    # same applies to Hadoop's other access to local files, which Delta uses for its log.
    "spark.hadoop.parquet.page.verify-checksum.enabled": "true",
    "spark.hadoop.fs.AbstractFileSystem.file.impl": "org.apache.hadoop.fs.local.RawLocalFs",
    "spark.python.worker.reuse": "true",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
# The number of parts of a shuffle or scan on one machine. A scan that aggregates by subscriber sends each subscriber once per part. If the
# number of parts grew with the province, shuffles would grow faster than the province.
PARTS = "2"
LOCAL = {
    "spark.sql.shuffle.partitions": PARTS,
    "spark.sql.files.maxPartitionNum": PARTS,
    # Each task generates the code of its projections again. For the wide rows of Delta's own log this costs more than reading them, so a
    # small read is one task.
    "spark.databricks.delta.snapshotPartitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.files.openCostInBytes": "512k",
    "spark.sql.files.maxPartitionBytes": "16m",
    # On one machine the driver lists folders faster than a Spark job does.
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "100000",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "4g",
    "spark.driver.extraJavaOptions": f"-XX:+UseSerialGC {DRIVER}",
}
CLUSTER = {
    "spark.executorEnv.OMP_NUM_THREADS": "1",
    "spark.driver.extraJavaOptions": DRIVER,
    "spark.executor.extraJavaOptions": JVM,
}
# Seconds that Java may take to end before it is killed.
END_SECONDS = 20
_starting = Lock()


def start(chosen: Settings, port: int = 0) -> str:
    """Start Spark and its Connect server in this process if needed. Return the address; the token is in the environment.

    SettingsError when the Delta jars are not staged or no suitable Java is found.
    """
    from pyspark import SparkContext

    with _starting:
        context = SparkContext._active_spark_context or _started(chosen, port)
    service: Any = getattr(context._jvm, "org.apache.spark.sql.connect.service.SparkConnectService$")
    # A client may send a token without TLS only to this name.
    return f"sc://localhost:{getattr(service, 'MODULE$').localPort()}"


def stop() -> None:
    """Stop what `start` started; it can be started again."""
    from pyspark import SparkContext

    if SparkContext._active_spark_context is not None:
        SparkContext._active_spark_context.stop()


def end_java() -> None:
    """End the JVM of a process that will start no Spark again: sometimes the JVM does not end by itself."""
    from pyspark import SparkContext

    if SparkContext._gateway is not None:
        java = SparkContext._gateway.proc
        java.terminate()
        try:
            java.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            java.kill()


def is_up() -> bool:
    """Whether the JVM of this process's server is running."""
    from pyspark import SparkContext

    return SparkContext._gateway is not None and SparkContext._gateway.proc.poll() is None


def _started(chosen: Settings, port: int) -> "SparkContext":
    from pyspark import SparkConf, SparkContext

    os.environ.pop(IS_CLIENT, None)
    os.environ.setdefault(TOKEN, secrets.token_urlsafe())
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    # scikit-learn inside a Python worker must not start threads in addition to Spark's.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if chosen.is_local:
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    listens = {"spark.connect.grpc.binding.address": "127.0.0.1", "spark.connect.grpc.binding.port": f"{port}", "spark.jars": _jars()}
    place = LOCAL | _scratch(chosen.vault) if chosen.is_local else CLUSTER
    conf = SparkConf().setAppName("chudian").setMaster(chosen.spark).setAll([*(SETTINGS | listens | place).items()])
    _launch(conf)
    context = SparkContext(conf=conf)
    _without_sidecars(context)
    return context


def _jars() -> str:
    jars = sorted(JARS.glob("*.jar"))
    if not jars:
        raise SettingsError(f"No Delta jars in {JARS}.\n  To mend it: run `make env`, which stages them.")
    return ",".join(map(str, jars))


def _launch(conf: "SparkConf") -> None:
    """Start the JVM."""
    from pyspark import SparkContext
    from pyspark.errors import PySparkRuntimeError
    from pyspark.java_gateway import launch_gateway

    # PySpark reuses the JVM of a stopped context.
    if SparkContext._gateway is not None:
        return
    try:
        with _console() as console:
            SparkContext._gateway = launch_gateway(conf, {"stderr": console})
            SparkContext._jvm = SparkContext._gateway.jvm
    except PySparkRuntimeError as error:
        if error.getCondition() != "JAVA_GATEWAY_EXITED":
            raise
        raise SettingsError(
            "Spark could not start Java; its output is above.\n  To mend it: `make doctor` says which Java is needed."
        ) from None


@contextmanager
def _console() -> Iterator[int]:
    """Return where the JVM writes its errors: to this process's stderr, without Java's warning about a module that Spark itself loads."""
    reads, writes = os.pipe()

    def forward() -> None:
        with os.fdopen(reads, "rb") as lines:
            for line in lines:
                if b"Using incubator modules" not in line:
                    os.write(2, line)

    Thread(target=forward, daemon=True).start()
    try:
        yield writes
    finally:
        os.close(writes)


def _scratch(vault: Path) -> dict[str, str]:
    """Make the folder for this process's shuffles and other temporary files, which may contain rows; remove those of killed processes."""
    if not vault.exists():
        return {}
    for left in (vault / "spark").glob("*"):
        if not Path(f"/proc/{left.name}").exists():
            shutil.rmtree(left, ignore_errors=True)
    folder = vault / "spark" / f"{os.getpid()}"
    (folder / "tmp").mkdir(parents=True, exist_ok=True, mode=0o700)
    options = "spark.driver.extraJavaOptions"
    return {"spark.local.dir": str(folder), options: f'{LOCAL[options]} -Djava.io.tmpdir="{folder}/tmp"'}


def _without_sidecars(context: "SparkContext") -> None:
    """Write no hidden checksum file beside each local file of the driver: Hadoop starts a process (chmod, readlink) for each.

    Checksums are not verified either: one left by another writer may be stale.
    """
    jvm: Any = context._jvm
    jsc: Any = context._jsc
    local = jvm.org.apache.hadoop.fs.FileSystem.getLocal(jsc.hadoopConfiguration())
    local.setWriteChecksum(False)
    local.setVerifyChecksum(False)


def java_place() -> str:
    """Return the Java that Spark uses: that of JAVA_HOME, otherwise that of the PATH."""
    home = os.environ.get("JAVA_HOME")
    return f"{home}/bin" if home else os.environ.get("PATH", "")
