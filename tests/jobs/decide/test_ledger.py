"""The ledger of a night: nobody of an audience is lost between candidates, decisions and contacts."""

from collections import Counter
from datetime import date

from pyspark.sql import SparkSession

from expectations.tables.fb_customer_state import FB_CUSTOMER_STATE
from expectations.tables.mkt_candidate import MKT_CANDIDATE
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.ods_capacity import ODS_CAPACITY
from expectations.tables.ods_channel import ODS_CHANNEL
from expectations.tables.ods_external_contact import DWD_EXTERNAL_CONTACT
from expectations.tables.ods_resource import ODS_RESOURCE
from jobs.decide.decide_contacts import decisions
from jobs.publish.key import Key
from jobs.publish.listed import contacts
from tests.frames import frame

ON = date(2026, 3, 4)
C10, C11 = "c10_data_without_plan", "c11_idle_data_without_pack"
CHANNELS = """
    channel | mode   | daily_capacity | valid_from
    sms     | active | 25             | 2020-01-01
    fetion  | active |                | 2020-01-01
"""
HEAD = "scenario | step | subscriber_id | city | county | offer | channel | mode | value_fen | effect_ppm | effect_version | reasons"
NEAR, FAR = "9901 | 990101", "9902 | 990201"
ROWS = [
    *(f"{C10} | wave1 | n{n} | {NEAR} | dp010 | sms | active | {900 - n} | 20000 | v1 |" for n in range(30)),
    # Two offers of the same member, who counts once.
    *(f"{C10} | wave1 | n{n} | {NEAR} | dp020 | sms | active | 1 | 20000 | v1 |" for n in range(5)),
    *(f"{C10} | wave1 | f{n} | {FAR} | dp010 | sms | active | {600 - n} | 20000 | v1 |" for n in range(10)),
    *(f"{C10} | wave1 | x{n} | {FAR} | dp010 | sms | active | 9 | 20000 | v1 | state" for n in range(4)),
    *(f"{C11} | wave1 | n{n} | {NEAR} | ip005 | fetion | active | 50 | 20000 | v1 |" for n in range(12)),
]


def test_of_each_scenario_and_county_the_audience_is_the_sum_of_its_ends_and_the_listed_are_the_contacts(spark: SparkSession) -> None:
    candidates = frame(spark, MKT_CANDIDATE, "\n".join([HEAD, *ROWS]))
    candidates = candidates.selectExpr("* EXCEPT (reasons)", "coalesce(reasons, CAST(array() AS ARRAY<STRING>)) AS reasons")
    empty = {"state": FB_CUSTOMER_STATE, "others": DWD_EXTERNAL_CONTACT, "resources": ODS_RESOURCE, "units": ODS_CAPACITY}
    frames = {name: table.empty(spark) for name, table in empty.items()}
    decided = decisions(ON, {"candidates": candidates, "channels": frame(spark, ODS_CHANNEL, CHANNELS), **frames})[0]
    decided = MKT_DECISION.conform(decided).cache()

    audience = Counter((row.scenario, row.county) for row in candidates.select("scenario", "county", "subscriber_id").distinct().collect())
    assert audience == {(C10, "990101"): 30, (C10, "990201"): 14, (C11, "990101"): 12}
    ends = Counter(
        {(row.scenario, row.county, row.stage): row["count"] for row in decided.groupBy("scenario", "county", "stage").count().collect()}
    )
    for (scenario, county), members in audience.items():
        of_stage = {stage: ends[scenario, county, stage] for stage in ("excluded", "held_out", "not_allocated", "listed")}
        assert sum(of_stage.values()) == members, (scenario, county, of_stage)
    assert ends[C10, "990201", "excluded"] == 4
    assert {stage for _, _, stage in ends} == {"excluded", "held_out", "not_allocated", "listed"}, "each end is used"

    entries = [{"city": city, "file": f"{city}.csv"} for city in ("9901", "9902")]
    told = {"valid_from": "2026-03-05", "valid_to": "2026-03-09", "files": entries}
    lists = {Key(channel, scenario, "wave1"): told for channel, scenario in (("sms", C10), ("fetion", C11))}
    sent = contacts(decided.where("stage = 'listed'"), lists, ON)
    in_lists = sent.join(decided.select("scenario", "subscriber_id", "county"), ["scenario", "subscriber_id"])
    counted = Counter((row.scenario, row.county) for row in in_lists.collect())
    assert counted == {key[:2]: rows for key, rows in ends.items() if key[2] == "listed"}
