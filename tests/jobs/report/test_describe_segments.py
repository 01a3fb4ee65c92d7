"""Portrait and migration of the strategic segments."""

from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.rpt_segment import RPT_SEGMENT_MIGRATION, RPT_SEGMENT_PORTRAIT
from features.library import CAR
from features.segment import FIGURES
from jobs.report.describe_segments import count_segment_moves, describe_segments
from tests.frames import frame, rows

D = date(2026, 3, 10)
CUSTOMERS = """
    subscriber_id | segment | previous_segment | age_years | is_smartphone
    one           | ss1     | ss1              | 30        | true
    two           | ss1     | ss2              | 41        |
    three         | ss1     |                  |           | false
    four          | ss2     | ss2              | 60        | false
    five          | ss2     | ss1              | 70        | false
    gone          |         | ss1              | 99        | true
"""


def test_a_portrait_compares_each_segment_with_all_live_subscribers(spark: SparkSession) -> None:
    found = RPT_SEGMENT_PORTRAIT.conform(describe_segments.call(D, customers=frame(spark, CAR, CUSTOMERS)))
    assert found.count() == 2 * len(FIGURES)
    told = found.where("figure IN ('age_years', 'is_smartphone', 'tenure_days')")
    assert rows(told, "segment", "figure", "subscribers", "known", "mean", "mean_of_all") == [
        ("ss1", "age_years", 3, 2, 35, 50),
        ("ss1", "is_smartphone", 3, 2, 500, 250),
        ("ss1", "tenure_days", 3, 0, None, None),
        ("ss2", "age_years", 2, 2, 65, 50),
        ("ss2", "is_smartphone", 2, 2, 0, 250),
        ("ss2", "tenure_days", 2, 0, None, None),
    ]


def test_the_migration_matrix_counts_members_that_were_in_a_segment_before(spark: SparkSession) -> None:
    found = RPT_SEGMENT_MIGRATION.conform(count_segment_moves.call(D, customers=frame(spark, CAR, CUSTOMERS)))
    assert rows(found, "previous_segment", "segment", "subscribers") == [
        ("ss1", "ss1", 1),
        ("ss1", "ss2", 1),
        ("ss2", "ss1", 1),
        ("ss2", "ss2", 1),
    ]
