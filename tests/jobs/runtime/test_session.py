"""What the one session promises of every job's plan."""

import io
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.errors import AnalysisException, PySparkException
from pyspark.sql import SparkSession

from jobs.runtime.session import spark_session
from jobs.runtime.settings import CHECKOUT, settings


def test_the_session_is_a_client_and_there_is_one_for_all_threads(spark: SparkSession) -> None:
    with ThreadPoolExecutor(2) as pool:
        sessions = list(pool.map(lambda _: spark_session(settings()), range(2)))
    assert all(session is spark for session in sessions)
    assert type(spark).__module__ == "pyspark.sql.connect.session"


def test_an_expression_that_is_refused_writes_nothing_to_the_console(spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where Airflow has set up logging, which enables every logger that exists."""
    console = io.StringIO()
    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger", "pyspark.sql.connect.logging"):
        logger = logging.getLogger(name)
        monkeypatch.setattr(logger, "disabled", False)
        monkeypatch.setattr(logger, "handlers", [logging.StreamHandler(console)])
    with pytest.raises(AnalysisException):
        _ = spark.range(1).where("(SELECT 1 FROM nowhere)").schema
    assert not console.getvalue()


def test_a_thread_tags_its_own_queries_alone(spark: SparkSession) -> None:
    def tags_of(job: str) -> set[str]:
        spark.addTag(job)
        return spark.getTags()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(tags_of, "score_subscribers").result() == {"score_subscribers"}
    assert spark.getTags() == set()


def one_row_a_part(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Of a part without rows as well."""
    for _ in batches:
        pass
    yield pa.RecordBatch.from_pydict({"part": pa.array([1], pa.int32())})


def test_a_scan_has_no_more_parts_when_what_it_reads_has_grown(spark: SparkSession, tmp_path: Path) -> None:
    spark.range(400_000).write.parquet(f"{tmp_path}/grown")
    small_parts = "spark.sql.files.maxPartitionBytes"
    as_set = spark.conf.get(small_parts)
    assert as_set
    # Parts of 64 kB make of some 1.6 MB what 16 MB make of 400.
    spark.conf.set(small_parts, "64k")
    try:
        assert 2 <= spark.read.parquet(f"{tmp_path}/grown").mapInArrow(one_row_a_part, "part INT").count() <= 3
    finally:
        spark.conf.set(small_parts, as_set)


def test_a_byte_that_a_disk_has_changed_is_found_by_the_checksums_inside_the_file(spark: SparkSession, tmp_path: Path) -> None:
    """Uncompressed and without a dictionary, any byte of a page reads as some number."""
    numbers = spark.range(50_000).write.option("compression", "none").option("parquet.enable.dictionary", "false")
    numbers.parquet(f"{tmp_path}/numbers")
    assert list(tmp_path.rglob("*.crc")) == [], "Hadoop makes no file of its own beside each"
    (file,) = (tmp_path / "numbers").glob("part-00000*")
    held = bytearray(file.read_bytes())
    held[len(held) // 2] ^= 1
    file.write_bytes(held)
    with pytest.raises(PySparkException, match="CRC checksum verification failed"):
        spark.read.parquet(f"{tmp_path}/numbers").agg({"id": "sum"}).collect()


def test_a_checksum_that_another_writer_left_beside_a_file_keeps_nobody_from_reading_it(spark: SparkSession, tmp_path: Path) -> None:
    """Hadoop's form, of a content that has been replaced since, as of Delta's own `_last_checkpoint`."""
    (tmp_path / "told.txt").write_text("now\n")
    (tmp_path / ".told.txt.crc").write_bytes(b"crc\0" + (512).to_bytes(4, "big") + b"once")
    assert [row.value for row in spark.read.text(f"{tmp_path}/told.txt").collect()] == ["now"]


def test_timestamps_are_written_with_statistics_in_the_footer(spark: SparkSession, tmp_path: Path) -> None:
    spark.sql("SELECT TIMESTAMP'2026-03-04 01:30:00' AS at").write.parquet(f"{tmp_path}/times")
    (file,) = (tmp_path / "times").glob("*.parquet")
    assert pq.ParquetFile(file).metadata.row_group(0).column(0).statistics.has_min_max


# In a process of its own: what a start says on the console, where its scratch lies, and that it listens to this machine alone.
START = """
import os, sys, psutil
from jobs.runtime.server import TOKEN, start
from jobs.runtime.session import spark_session
from jobs.runtime.settings import settings
chosen = settings()
address = start(chosen)
spark = spark_session(chosen)
spark.range(4).repartition(2).count()
(java,) = [part for part in psutil.Process().children(recursive=True) if part.name() == "java"]
listens = {at.laddr.ip.removeprefix("::ffff:") for at in java.net_connections("inet") if at.status == psutil.CONN_LISTEN}
told = any(os.environ[TOKEN] in word for word in java.cmdline())
(scratch,) = (chosen.vault / "spark").iterdir()
in_vault = scratch.name == f"{os.getpid()}" and any((scratch / "tmp").glob("artifacts-*"))
os.environ[TOKEN] = "another"
try:
    type(spark).builder.remote(address).create().range(1).count()
    refused = False
except Exception as error:
    refused = "token" in str(error).lower()
print(sorted(listens), told, in_vault, refused)
"""


@pytest.mark.apart
def test_a_server_is_silent_lies_in_the_vault_and_serves_this_machine_and_who_has_the_token(tmp_path: Path) -> None:
    (tmp_path / "vault").mkdir()
    around = {**os.environ, "CHUDIAN_HOME": str(tmp_path), "CHUDIAN_SPARK": "local[2]"}
    ended = subprocess.run([sys.executable, "-c", START], cwd=CHECKOUT, env=around, capture_output=True, text=True, check=False)
    assert ended.stderr == ""
    assert ended.stdout == "['127.0.0.1'] False True True\n"


@pytest.mark.apart
def test_a_server_that_does_not_answer_is_named_with_the_command_that_starts_one(tmp_path: Path) -> None:
    code = (
        "from jobs.runtime.settings import settings\nimport jobs.runtime.session as s\ns.PATIENCE_SECONDS = 1\ns.spark_session(settings())"
    )
    around = {**os.environ, "CHUDIAN_HOME": str(tmp_path), "CHUDIAN_SPARK": "sc://localhost:9"}
    ended = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, env=around, capture_output=True, text=True, check=False)
    assert "no Spark Connect server answers at sc://localhost:9 within 1 s" in ended.stderr
    assert "chudian spark" in ended.stderr
