"""Where each row of an audience ends."""

from datetime import date

import pytest
from pyspark.sql import DataFrame, SparkSession

from expectations.tables.fb_customer_state import FB_CUSTOMER_STATE
from expectations.tables.mkt_candidate import MKT_CANDIDATE
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.mkt_limit import MKT_LIMIT
from expectations.tables.ods_capacity import ODS_CAPACITY
from expectations.tables.ods_channel import ODS_CHANNEL
from expectations.tables.ods_external_contact import DWD_EXTERNAL_CONTACT
from expectations.tables.ods_resource import ODS_RESOURCE
from jobs.decide.decide_contacts import decisions
from scenarios.library.c10_data_without_plan import SCENARIO as C10
from scenarios.library.c22_likely_to_leave import SCENARIO as C22
from tests.frames import by_role, frame

ON = date(2026, 3, 4)
BOTH = {"outbound_call | active": "sensitive_channel", "crm | passive": ""}
CHANNELS = """
    channel | mode    | daily_capacity | valid_from
    sms     | active  | 70             | 2020-01-01
    toolbar | passive |                | 2020-01-01
    outbound_call | active |           | 2020-01-01
    crm     | passive |                | 2020-01-01
"""
# The line of 2027 is not valid yet.
UNITS = """
    capacity | channel       | unit   | unit_code | county | daily_capacity | valid_from
    c1       | outbound_call | county | 990101    |        | 2              | 2020-01-01
    c1       | outbound_call | county | 990101    |        | 9              | 2027-01-01
"""
# Imported the day after the list's date. The channel rejected that of p8.
BEFORE = """
    subscriber_id | channel | mode   | list_date  | arm
    p2            | sms     | active | 2026-03-03 | treated
    p3            | sms     | active | 2026-02-19 | treated
    p8            | sms     | active | 2026-03-03 |
"""
# Of a campaign that drew them the control arm was not contacted.
OTHERS = """
    subscriber_id | channel | arm     | day
    p4            | sms     |         | 2026-03-03
    p5            | sms     | control | 2026-03-03
    p6            | toolbar |         | 2026-03-03
    p7            | strange | treated | 2026-03-03
"""


@pytest.fixture(scope="module")
def decided(spark: SparkSession) -> tuple[DataFrame, DataFrame]:
    """A hundred eligible members, the first the most valuable, one with two offers, and one who is excluded for both of theirs.

    Six more of another scenario may be called, in a county that takes two calls. One refuses calls and has the counter left.
    """
    head = "scenario | step | subscriber_id | offer | channel | mode | value_fen | effect_ppm | effect_version | reasons"
    lines = [f"{C10.name} | wave1 | p{n} | dp010 | sms | active | {1000 - n} | 20000 | v1 |" for n in range(100)]
    lines += [f"{C10.name} | wave1 | p9 | dp005 | sms | active | 2000 | 20000 | v1 |"]
    lines += [
        f"{C10.name} | wave1 | out | {of} | sms | active | 9 | 20000 | v1 | {why}"
        for of, why in (("dp005", "state"), ("dp010", "employee"))
    ]
    calls = [f"{C22.name} | wave1 | call{n} | care | outbound_call | active | {500 - n} | 20000 | v1 | | 990101" for n in range(6)]
    mixed = [f"{C22.name} | wave1 | mixed | care | {by} | 9 | 20000 | v1 | {why} |" for by, why in BOTH.items()]
    lines = [f"{line} |" for line in lines]
    candidates = frame(spark, MKT_CANDIDATE, "\n".join([f"{head} | county", *lines, *calls, *mixed]))
    eligible = candidates.selectExpr("* EXCEPT (reasons)", "coalesce(reasons, CAST(array() AS ARRAY<STRING>)) AS reasons")
    frames = {
        "candidates": eligible,
        "channels": frame(spark, ODS_CHANNEL, CHANNELS),
        "resources": frame(spark, ODS_RESOURCE, ""),
        "units": frame(spark, ODS_CAPACITY, UNITS),
        "state": frame(spark, FB_CUSTOMER_STATE, BEFORE),
        "others": frame(spark, DWD_EXTERNAL_CONTACT, OTHERS),
    }
    found = decisions(ON, frames)
    return MKT_DECISION.conform(found[0]).cache(), MKT_LIMIT.conform(found[1])


def test_every_row_ends_in_one_stage_and_held_out_rows_keep_their_rank(decided: tuple[DataFrame, DataFrame]) -> None:
    found = by_role(decided[0].where(f"scenario = '{C10.name}'"), "stage", "control", "rank", "would_list", "propensity_ppm")
    assert found.pop("out") == ("excluded", None, None, False, 882_000)
    assert sum(stage == "listed" for stage, *_ in found.values()) == 70
    for stage, control, _, would_list, ppm in found.values():
        assert (ppm, stage == "held_out") == (882_000, control in ("universal", "scenario"))
        assert stage != "listed" or would_list
    assert 3 < sum(stage == "held_out" for stage, *_ in found.values()) < 30, "2 % and 10 % of 100"
    assert [found[who][2] for who in ("p9", "p0", "p1", "p99")] == [1, 2, 3, 100]


def test_a_member_has_one_row_that_of_the_chosen_offer_or_all_reasons(decided: tuple[DataFrame, DataFrame]) -> None:
    found = by_role(decided[0], "offer", "reasons")
    assert (found["out"], found["p9"]) == (("dp005", ["state", "employee"]), ("dp005", []))
    assert decided[0].count() == 108


def test_a_reason_against_one_channel_does_not_hide_that_another_is_open(decided: tuple[DataFrame, DataFrame]) -> None:
    assert by_role(decided[0], "channel", "reasons")["mixed"] == ("crm", [])


def test_a_county_gets_no_more_calls_than_it_takes_and_the_limit_names_it(decided: tuple[DataFrame, DataFrame]) -> None:
    called = [who for who, would in by_role(decided[0], "would_list").items() if would and who.startswith("call")]
    assert called == ["call0", "call1"]
    (county,) = [row for row in decided[1].collect() if row.county]
    assert (county["name"], county.channel, county.most) == ("capacity outbound_call county 990101", "outbound_call", 2)
    assert county.used <= 2
    assert county.price_fen == pytest.approx(498, abs=1)


def test_active_contacts_of_three_days_ours_or_of_other_departments_leave_no_room(decided: tuple[DataFrame, DataFrame]) -> None:
    found = by_role(decided[0], "would_list")
    assert [found[f"p{n}"] for n in range(2, 9)] == [False, True, False, True, True, False, True]


def test_a_row_that_is_not_listed_names_the_limit_or_the_cap_that_cut_it(decided: tuple[DataFrame, DataFrame]) -> None:
    found = by_role(decided[0], "cut_by")
    assert [found[who] for who in ("p2", "p99", "call5", "p9", "out")] == [
        *("cap active 3 days", "capacity sms", "capacity outbound_call county 990101"),
        *(None, None),
    ]


def test_the_limits_say_what_was_used_and_what_one_more_would_earn(decided: tuple[DataFrame, DataFrame]) -> None:
    (capacity,) = [row for row in decided[1].collect() if row["name"] == "capacity sms"]
    assert (capacity.most, capacity.used, capacity.missing) == (70, 70, 0)
    # The last of about 80 who would be listed is worth about 920.
    assert 900 < capacity.price_fen < 940
    assert capacity.profit_fen <= capacity.bound_fen < capacity.profit_fen * 1.01
