"""Where each row of an audience ends."""

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from expectations.tables.mkt_decision import DECISION
from jobs.decide.decide_contacts import staged
from tests.frames import by_role, frame


def test_every_row_ends_in_one_stage_and_who_is_held_out_keeps_her_place(spark: SparkSession) -> None:
    decided = frame(
        spark,
        DECISION,
        """
        subscriber_id | reasons | control   | would_list | rank
        out           | state   |           | false      |
        listed        |         |           | true       | 1
        below         |         |           | false      | 4
        universal     |         | universal | true       | 2
        own           |         | scenario  | true       | 3
        heldbelow     |         | scenario  | false      | 5
        """,
    )
    found = staged(decided.drop("stage").withColumn("is_eligible", F.col("reasons").isNull()))
    assert by_role(found, "stage", "rank", "would_list") == {
        "out": ("excluded", None, False),
        "listed": ("listed", 1, True),
        "below": ("below_capacity", 4, False),
        "universal": ("held_out", 2, True),
        "own": ("held_out", 3, True),
        "heldbelow": ("held_out", 5, False),
    }
