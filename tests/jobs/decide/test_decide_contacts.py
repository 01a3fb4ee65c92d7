"""Where each row of an audience ends."""

from datetime import date

from pyspark.sql import DataFrame, SparkSession

from expectations.tables.mkt_candidate import MKT_CANDIDATE
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.ods_channel import ODS_CHANNEL
from jobs.decide.decide_contacts import decide_contacts
from scenarios.library.c10_data_without_plan import SCENARIO as C10
from tests.frames import by_role, frame

CHANNELS = """
    channel | daily_capacity | valid_from
    sms     | 80             | 2020-01-01
"""


def decided(spark: SparkSession) -> DataFrame:
    """A hundred eligible members, the first the most valuable, and one who is excluded; the channel reaches eighty."""
    lines = [f"{C10.name} | wave1 | p{n} | sms | {1000 - n} |" for n in range(100)]
    head, out = "scenario | step | subscriber_id | channel | value_fen | reasons", f"{C10.name} | wave1 | out | sms | 9 | state"
    text = "\n".join([head, *lines, out])
    candidates = frame(spark, MKT_CANDIDATE, text)
    eligible = candidates.selectExpr("* EXCEPT (reasons)", "coalesce(reasons, CAST(array() AS ARRAY<STRING>)) AS reasons")
    return decide_contacts.call(date(2026, 3, 4), candidates=eligible, channels=frame(spark, ODS_CHANNEL, CHANNELS))


def test_every_row_ends_in_one_stage_and_held_out_rows_keep_their_rank(spark: SparkSession) -> None:
    found = by_role(MKT_DECISION.conform(decided(spark)), "stage", "control", "rank", "would_list", "propensity_ppm")
    assert found.pop("out") == ("excluded", None, None, False, 882_000)
    stages = {name: stage for name, (stage, *_) in found.items()}
    assert {stages[f"p{n}"] for n in range(80)} == {"listed", "held_out"}
    assert {stages[f"p{n}"] for n in range(80, 100)} <= {"not_allocated", "held_out"}
    for name, (stage, control, rank, would_list, ppm) in found.items():
        assert (rank, would_list, ppm) == (int(name[1:]) + 1, int(name[1:]) < 80, 882_000)
        assert (stage == "held_out") == (control in ("universal", "scenario"))
    assert 3 < sum(stage == "held_out" for stage in stages.values()) < 30, "2 % and 10 % of 100"
