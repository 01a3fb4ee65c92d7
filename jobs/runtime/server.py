"""Starts Spark with its Connect server in this process: the only way a Spark of chudian's is started."""

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

# Delta's jars are staged here at set-up (`make env`), so that no start asks the network.
JARS = Path(sys.prefix) / "share" / "chudian" / "jars"
QUIET = Path(__file__).with_name("log4j2.properties")
JVM = f"-Duser.timezone=Asia/Shanghai -Dlog4j.configurationFile=file:{QUIET}"
# One night leaves 100 MB of compiled code. A process that walks several would fill the default and stop compiling, or fail.
DRIVER = f"-XX:ReservedCodeCacheSize=512m {JVM}"
# Spark's own name. Server and client of one process read it from the environment; it is never part of an address or a command line.
TOKEN = "SPARK_CONNECT_AUTHENTICATE_TOKEN"
# Spark sets it in a client. A process that starts a server must not look like one.
IS_CLIENT = "SPARK_CONNECT_MODE_ENABLED"

# Settings of SQL, which a client may also set for a session on a server that others started.
SESSION = {
    "spark.sql.session.timeZone": "Asia/Shanghai",
    # GB18030 is no charset of Spark's own list; a broken byte becomes U+FFFD, which receive quarantines, instead of ending the job.
    "spark.sql.legacy.javaCharsets": "true",
    "spark.sql.legacy.codingErrorAction": "true",
    # The unit of Delta's own timestamps. Spark's default, INT96, has no statistics in a file's footer.
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    # Outside UTC, Delta rebuilds a table's state after every commit to look for stamps before 1901 that it may have written wrongly; feeds
    # take no time before 1970 (expectations/feed.py), and the check doubles the time of a small commit.
    "spark.databricks.delta.allFilesInCrc.verificationMode.forceOnNonUTC.enabled": "false",
}
SETTINGS = SESSION | {
    "spark.plugins": "org.apache.spark.sql.connect.SparkConnectPlugin",
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    # A night has hundreds of queries; the default of 100 compiles many of them again and again.
    "spark.sql.codegen.cache.maxEntries": "1000",
    # Hadoop sets modes itself, whatever the process's umask is.
    "spark.hadoop.fs.permissions.umask-mode": "027",
    # Instead of the checksums that Hadoop keeps beside local files (see _without_sidecars) those in Parquet's own pages; and the same for
    # Hadoop's other way to local files, by which Delta writes its log.
    "spark.hadoop.parquet.page.verify-checksum.enabled": "true",
    "spark.hadoop.fs.AbstractFileSystem.file.impl": "org.apache.hadoop.fs.local.RawLocalFs",
    "spark.python.worker.reuse": "true",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
# Into how many parts a desk's Spark cuts a shuffle or a scan. A scan that aggregates by subscriber sends every subscriber once per part:
# parts that grew in number with the province made shuffles grow faster than it.
PARTS = "2"
LOCAL = {
    "spark.sql.shuffle.partitions": PARTS,
    "spark.sql.files.maxPartitionNum": PARTS,
    # Each task generates the code of its projections anew, which for the wide rows of Delta's own log costs more than reading them: what is
    # small is one task.
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
# How long Java may take to end before it is killed.
END_SECONDS = 20
_starting = Lock()


def start(chosen: Settings, port: int = 0) -> str:
    """Start Spark and its Connect server in this process, unless it is started; the server's address. The token is in the environment.

    SettingsError when the Delta jars are not staged or no Java will do.
    """
    from pyspark import SparkContext

    with _starting:
        context = SparkContext._active_spark_context or _started(chosen, port)
    service: Any = getattr(context._jvm, "org.apache.spark.sql.connect.service.SparkConnectService$")
    # By this name alone may a client send a token without TLS.
    return f"sc://localhost:{getattr(service, 'MODULE$').localPort()}"


def stop() -> None:
    """Stop what `start` started; it may be started again."""
    from pyspark import SparkContext

    if SparkContext._active_spark_context is not None:
        SparkContext._active_spark_context.stop()


def end_java() -> None:
    """End the JVM of a process that starts no Spark again; by itself it has been seen to outlive its server."""
    from pyspark import SparkContext

    if SparkContext._gateway is not None:
        java = SparkContext._gateway.proc
        java.terminate()
        try:
            java.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            java.kill()


def is_up() -> bool:
    """Whether the JVM of this process's server is alive."""
    from pyspark import SparkContext

    return SparkContext._gateway is not None and SparkContext._gateway.proc.poll() is None


def _started(chosen: Settings, port: int) -> "SparkContext":
    from pyspark import SparkConf, SparkContext

    os.environ.pop(IS_CLIENT, None)
    os.environ.setdefault(TOKEN, secrets.token_urlsafe())
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    # scikit-learn inside a Python worker must not start threads of its own beside Spark's.
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
        raise SettingsError(f"No Delta jars in {JARS}.\n  To mend it: run `make env`, which stages them once.")
    return ",".join(map(str, jars))


def _launch(conf: "SparkConf") -> None:
    """Start the JVM."""
    from pyspark import SparkContext
    from pyspark.errors import PySparkRuntimeError
    from pyspark.java_gateway import launch_gateway

    # PySpark keeps the JVM of a context that was stopped.
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
            "Spark could not start Java; what it said stands above.\n  To mend it: `make doctor` says which Java is needed."
        ) from None


@contextmanager
def _console() -> Iterator[int]:
    """Where the JVM writes its errors: this process's own, but for Java's remark on a module that Spark itself asks for."""
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
    """Where this process's shuffles and other files lie, which may hold rows; what killed processes left is removed."""
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
    """No hidden checksum beside each local file that the driver writes: for each Hadoop starts processes of its own (chmod, readlink).

    Checksums are not verified either: one left by another writer may be stale.
    """
    jvm: Any = context._jvm
    jsc: Any = context._jsc
    local = jvm.org.apache.hadoop.fs.FileSystem.getLocal(jsc.hadoopConfiguration())
    local.setWriteChecksum(False)
    local.setVerifyChecksum(False)


def java_place() -> str:
    """Where Spark looks for Java: JAVA_HOME's before the PATH."""
    home = os.environ.get("JAVA_HOME")
    return f"{home}/bin" if home else os.environ.get("PATH", "")
