"""Recognition labels as rows: who has which, on what evidence, since when."""

from datetime import date

from pyspark.sql import DataFrame, SparkSession

from expectations.tables.dws_label import DWS_LABEL
from features.library import CAR
from features.profile import TIERS
from features.recognition import LABELS
from features.tier import TIERS_OF_SERVICE
from jobs.tag.write_labels import write_labels
from tests.frames import frame, rows

D = date(2026, 3, 10)
CUSTOMERS = """
    who   | state   | vip_label | vip_label_since | card_level | adviser_label     | adviser_label_since | dissatisfied_replies_90d
    gold  | active  | gold      | 2026-03-08      | gold       |                   |                     | 0
    both  | stopped | diamond   | 2026-03-10      | diamond    | often_dissatisfied | 2026-03-10         | 3
    bare  | active  | silver    | 2026-03-10      |            |                   |                     |
    plain | active  |           |                 | none       |                   |                     | 0
    gone  | cancelled | gold    | 2026-03-01      | gold       |                   |                     | 0
""".replace("who  ", "subscriber_id")


def written(spark: SparkSession, before: str = "") -> DataFrame:
    return DWS_LABEL.conform(write_labels.call(D, customers=frame(spark, CAR, CUSTOMERS), before=frame(spark, DWS_LABEL, before)))


def test_each_label_of_a_live_subscriber_is_a_row_with_grade_evidence_and_advice(spark: SparkSession) -> None:
    found = written(spark)
    assert rows(found, "subscriber_id", "label_number", "label", "label_name", "grade", "since_date", "evidence") == [
        ("bare", 1, "vip", "钻/金/银卡客户", "silver", D, ""),
        ("both", 1, "vip", "钻/金/银卡客户", "diamond", D, "card_level=diamond"),
        ("both", 4, "adviser", "建议型客户", None, D, "dissatisfied_replies_90d=3"),
        ("gold", 1, "vip", "钻/金/银卡客户", "gold", date(2026, 3, 8), "card_level=gold"),
    ]
    assert {row.advice for row in found.where("label_number = 4").collect()} == {LABELS["adviser"].advice}


def test_a_label_is_since_the_first_night_of_its_run_at_any_grade(spark: SparkSession) -> None:
    found = written(
        spark,
        """
        subscriber_id | label_number | grade  | since_date | business_date
        gold          | 1            | silver | 2026-01-01 | 2026-03-09
        bare          | 1            | silver | 2026-01-01 | 2026-03-08
        both          | 4            |        | 2026-02-01 | 2026-03-07
        gold          | 4            |        | 2026-02-01 | 2026-03-07
        """,
    )
    # bare had lost the label on the 9th; label 4 was last made on the 7th.
    assert rows(found, "subscriber_id", "label_number", "since_date") == [
        ("bare", 1, D),
        ("both", 1, D),
        ("both", 4, date(2026, 2, 1)),
        ("gold", 1, date(2026, 1, 1)),
    ]


def test_every_tier_has_a_service_and_the_labels_show_columns_of_the_customer_record() -> None:
    assert tuple(TIERS_OF_SERVICE) == TIERS
    assert all(tier.services for tier in TIERS_OF_SERVICE.values())
    shown = {name for label in LABELS.values() for name in label.shows}
    assert shown <= {column.name for column in CAR.columns}
