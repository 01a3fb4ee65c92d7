"""What earlier contacts take from tonight's stock of a resource."""

from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.fb_customer_state import FB_CUSTOMER_STATE
from expectations.tables.ods_resource import ODS_RESOURCE
from scenarios.library.c10_data_without_plan import SCENARIO as C10
from scenarios.promised import left_of, promised
from tests.frames import frame

ON = date(2026, 3, 10)
STATED = """
    resource | day        | stock | valid_from
    credit_5 | 2026-03-06 | 10    | 2020-01-01
    cup      | 2026-03-09 | 10    | 2020-01-01
"""
HEAD = "subscriber_id | resource | arm | effect_ppm | taken_on | list_date | scenario | step"


def taken(spark: SparkSession, *lines: str) -> dict[str, int]:
    """What these contacts take. An order of C10 counts for thirty days, those of a step that is gone as long as any."""
    state = frame(spark, FB_CUSTOMER_STATE, "\n".join([HEAD, *lines]))
    return dict(map(tuple, promised(ON, state, frame(spark, ODS_RESOURCE, STATED), (C10,)).collect()))


def test_a_gift_counts_whole_when_taken_after_the_catalogues_day_and_by_its_chance_while_it_can_be_taken(spark: SparkSession) -> None:
    of = f"{C10.name} | wave1"
    assert taken(
        spark,
        f"open | credit_5 | treated | 20000 | | 2026-03-09 | {of}",
        f"last | credit_5 | treated | 3000 | | 2026-02-09 | {of}",
        f"gone | credit_5 | treated | 500000 | | 2026-02-08 | {of}",
        f"took | credit_5 | treated | 20000 | 2026-03-07 | 2026-02-01 | {of}",
        # The second wave, too, is taken up by this order.
        f"took | credit_5 | treated | 20000 | 2026-03-07 | 2026-02-09 | {C10.name} | wave2",
        f"told | credit_5 | treated | 20000 | 2026-03-06 | 2026-03-04 | {of}",
        f"told2 | cup | treated | 20000 | 2026-03-07 | 2026-03-04 | {of}",
    ) == {"credit_5": 1_023_000, "cup": 0}


def test_a_contact_that_was_not_made_or_gives_nothing_takes_nothing(spark: SparkSession) -> None:
    assert taken(
        spark,
        f"held | credit_5 | control | 20000 | | 2026-03-09 | {C10.name} | wave1",
        f"rejected | credit_5 | | 20000 | | 2026-03-09 | {C10.name} | wave1",
        f"nothing | | treated | 20000 | | 2026-03-09 | {C10.name} | wave1",
        f"unlimited | data_30m | treated | 20000 | | 2026-03-09 | {C10.name} | wave1",
        "undeclared | cup | treated | 7 | | 2026-03-09 | c99_gone | wave1",
    ) == {"cup": 7}


def test_part_of_a_gift_that_is_promised_leaves_one_less_and_no_stock_is_below_nothing() -> None:
    assert [left_of(10, ppm) for ppm in (0, 1, 1_000_000, 1_000_001, 90_000_000)] == [10, 9, 9, 8, 0]
