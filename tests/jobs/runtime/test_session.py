"""What the one session promises of every job's plan."""

from pathlib import Path

import pytest
from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession


def test_a_scan_has_no_more_parts_when_what_it_reads_has_grown(spark: SparkSession, tmp_path: Path) -> None:
    spark.range(400_000).write.parquet(f"{tmp_path}/grown")
    small_parts = "spark.sql.files.maxPartitionBytes"
    as_set = spark.conf.get(small_parts)
    # Parts of 64 kB make of some 1.6 MB what 16 MB make of 400.
    spark.conf.set(small_parts, "64k")
    try:
        assert 2 <= spark.read.parquet(f"{tmp_path}/grown").rdd.getNumPartitions() <= 3
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
    with pytest.raises(Py4JJavaError, match="CRC checksum verification failed"):
        spark.read.parquet(f"{tmp_path}/numbers").agg({"id": "sum"}).collect()


def test_a_checksum_that_another_writer_left_beside_a_file_keeps_nobody_from_reading_it(spark: SparkSession, tmp_path: Path) -> None:
    """Hadoop's form, of a content that has been replaced since, as of Delta's own `_last_checkpoint`."""
    (tmp_path / "told.txt").write_text("now\n")
    (tmp_path / ".told.txt.crc").write_bytes(b"crc\0" + (512).to_bytes(4, "big") + b"once")
    assert [row.value for row in spark.read.text(f"{tmp_path}/told.txt").collect()] == ["now"]
