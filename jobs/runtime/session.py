"""The one place that makes a Spark session."""

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.runtime.settings import Settings, SettingsError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Delta's jars are staged here at set-up (`make env`), so that no start asks the network.
JARS = Path(sys.prefix) / "share" / "chudian" / "jars"
QUIET = Path(__file__).with_name("log4j2.properties")
JVM = f"-Duser.timezone=Asia/Shanghai -Dlog4j.configurationFile=file:{QUIET}"
# The second compiler took nearly a third of a night's processor time: it starts on code that ran ten times as often as by default. One
# night leaves 100 MB of compiled code; a process that walks several would fill the default 240 MB and stop compiling.
COMPILER = (
    "-XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=6000 -XX:Tier4CompileThreshold=150000 "
    "-XX:Tier4BackEdgeThreshold=400000 -XX:ReservedCodeCacheSize=512m"
)

SETTINGS = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.session.timeZone": "Asia/Shanghai",
    # GB18030 is no charset of Spark's own list; a broken byte becomes U+FFFD, which receive quarantines, instead of ending the job.
    "spark.sql.legacy.javaCharsets": "true",
    "spark.sql.legacy.codingErrorAction": "true",
    # Outside UTC, Delta rebuilds a table's state after every commit to look for stamps before 1901 that it may have written wrongly; feeds
    # take no time before 1970 (expectations/feed.py), and the check doubles the time of a small commit.
    "spark.databricks.delta.allFilesInCrc.verificationMode.forceOnNonUTC.enabled": "false",
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
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "4g",
    "spark.driver.extraJavaOptions": f"{COMPILER} -XX:+UseSerialGC {JVM}",
}
CLUSTER = {
    "spark.executorEnv.OMP_NUM_THREADS": "1",
    "spark.driver.extraJavaOptions": JVM,
    "spark.executor.extraJavaOptions": JVM,
}


def _scratch(vault: Path) -> dict[str, str]:
    """Where this process's shuffles lie, which write rows to disk, raw text among them; what killed processes left is removed."""
    if not vault.exists():
        return {}
    for left in (vault / "spark").glob("*"):
        if not Path(f"/proc/{left.name}").exists():
            shutil.rmtree(left, ignore_errors=True)
    return {"spark.local.dir": str(vault / "spark" / f"{os.getpid()}")}


def _without_sidecars(session: "SparkSession") -> None:
    """No hidden checksum beside each local file that the driver writes: for each Hadoop starts processes of its own (chmod, readlink).

    Nor is one looked at: another writer's would be of what the file held before.
    """
    jvm: Any = session._jvm
    local = jvm.org.apache.hadoop.fs.FileSystem.getLocal(session._jsc.hadoopConfiguration())
    local.setWriteChecksum(False)
    local.setVerifyChecksum(False)


def java_place() -> str:
    """Where Spark looks for Java: JAVA_HOME's before the PATH."""
    home = os.environ.get("JAVA_HOME")
    return f"{home}/bin" if home else os.environ.get("PATH", "")


def spark_session(chosen: Settings) -> "SparkSession":
    """The process's session, made on first use; jobs share it. SettingsError when the Delta jars are not staged or no Java will do."""
    from pyspark.errors import PySparkRuntimeError
    from pyspark.sql import SparkSession

    jars = sorted(JARS.glob("*.jar"))
    if not jars:
        raise SettingsError(f"No Delta jars in {JARS}.\n  To mend it: run `make env`, which stages them once.")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    # scikit-learn inside a Python worker must not start threads of its own beside Spark's.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if chosen.is_local:
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.appName("chudian").master(chosen.spark).config("spark.jars", ",".join(map(str, jars)))
    for name, value in (SETTINGS | (LOCAL | _scratch(chosen.vault) if chosen.is_local else CLUSTER)).items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except PySparkRuntimeError as error:
        if error.getCondition() != "JAVA_GATEWAY_EXITED":
            raise
        raise SettingsError(
            "Spark could not start Java; what it said stands above.\n  To mend it: `make doctor` says which Java is needed."
        ) from None
    _without_sidecars(session)
    return session
