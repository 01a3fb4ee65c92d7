"""What the one session promises of every job's plan."""

from pathlib import Path

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
