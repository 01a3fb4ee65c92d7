"""When a wave may be decided, and where each row of an audience ends."""

from datetime import date

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from expectations.tables.dwd_bill_monthly import DWD_BILL_MONTHLY
from expectations.tables.mkt_decision import MKT_DECISION
from jobs.decide.decide_contacts import published, settlement, staged
from tests.frames import by_role, frame


def test_every_row_ends_in_one_stage_and_who_is_held_out_keeps_her_place(spark: SparkSession) -> None:
    decided = frame(
        spark,
        MKT_DECISION,
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


def test_one_bill_of_the_month_does_not_settle_it(spark: SparkSession) -> None:
    bills = frame(
        spark,
        DWD_BILL_MONTHLY,
        """
        subscriber_id | month
        one           | 2026-01-01
        two           | 2026-01-01
        three         | 2026-01-01
        one           | 2026-02-01
        """,
    )
    found = settlement(date(2026, 3, 4), bills)
    assert (found.bills, found.bills_before, found.is_settled) == (1, 3, False)


def test_a_wave_that_an_earlier_night_decided_is_published_once_per_night_whatever_its_rows(spark: SparkSession) -> None:
    earlier = frame(
        spark,
        MKT_DECISION,
        """
        scenario | wave | subscriber_id | business_date
        c10      | 1    | one           | 2026-03-04
        c10      | 1    | two           | 2026-03-04
        c11      | 1    | one           | 2026-03-05
        """,
    )
    assert published(earlier) == {"c10": [(1, date(2026, 3, 4))], "c11": [(1, date(2026, 3, 5))]}
