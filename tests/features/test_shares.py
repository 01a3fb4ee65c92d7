import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from features.shares import MOST_PER_MILLE, per_mille, trend

LARGEST = 2**63 - 1


def test_a_share_is_null_where_part_or_whole_is_unknown_or_too_large_and_capped(spark: SparkSession) -> None:
    cases = {
        (1, 3): 333,
        (None, 3): None,
        (1, None): None,
        (1, 0): None,
        (LARGEST, LARGEST): None,
        (MOST_PER_MILLE, 1000): MOST_PER_MILLE,
        (MOST_PER_MILLE + 1, 1000): MOST_PER_MILLE,
        (-1, 4): -250,
    }
    rows = spark.createDataFrame(list(cases), "part bigint, whole bigint")
    found = rows.select("part", "whole", per_mille("part", "whole").alias("share")).collect()
    assert {(row["part"], row["whole"]): row["share"] for row in found} == cases


@pytest.mark.parametrize("sign", [1, -1])
def test_a_trend_is_steady_within_the_larger_of_its_two_borders(spark: SparkSession, sign: int) -> None:
    cases = {(120, 100): "steady", (121, 100): "rising", (79, 100): "falling", (80, 100): "steady", (25, 20): "steady", (26, 20): "rising"}
    cases |= {(None, 100): None, (100, None): None}  # type: ignore[dict-item]
    other = {"rising": "falling", "falling": "rising"}
    if sign < 0:
        cases = {(now and -now, before and -before): other.get(way, way) for (now, before), way in cases.items()}
    rows = spark.createDataFrame(list(cases), "now bigint, before bigint")
    found = rows.select("now", "before", trend(F.col("now"), F.col("before"), 200, 5).alias("way")).collect()
    assert {(row["now"], row["before"]): row["way"] for row in found} == cases
