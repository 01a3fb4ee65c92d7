"""The size of each audience, counted in one pass."""

from dataclasses import replace
from datetime import date

import pytest
from pyspark.sql import SparkSession

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.rpt_audience import RPT_AUDIENCE
from features.library import CAR
from jobs.report import count_audiences as module
from jobs.report.count_audiences import count_audiences
from models.library import SCORE_SUBSCRIBER
from scenarios.library import SCENARIOS
from scenarios.scenario import Scenario
from tests.frames import frame, rows

D = date(2026, 3, 10)
CUSTOMERS = """
    subscriber_id | is_live | tenure_days | holds_idle_pack | idle_bytes_1m
    new           | true    | 60          | false           | 0
    old           | true    | 61          | false           | 5
    holder        | true    | 900         | true            | 5
    unknown       | true    | 900         |                 | 5
    gone          | false   | 10          | false           | 5
"""
SCORED = """
    subscriber_id | data_plan_propensity_ppm
    old           | 700
    holder        | 300
"""


def test_each_audience_is_counted_but_those_of_closed_scenarios_and_those_that_lack_a_column(
    spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_name = {scenario.name: scenario for scenario in SCENARIOS}
    c10, c11, c13 = (by_name[name] for name in ("c10_data_without_plan", "c11_idle_data_without_pack", "c13_new_customer"))

    def asks(name: str, audience: str) -> Scenario:
        return replace(c13, name=name, customers=replace(c13.customers, audience=audience))

    scored, broken = asks("scored", "data_plan_propensity_ppm > 500"), asks("broken", "no_such_column > 1")
    monkeypatch.setattr(module, "SCENARIOS", (c10, c11, c13, replace(c13, name="ended", state="closed"), scored, broken))
    found = count_audiences.call(
        D,
        car=frame(spark, CAR, CUSTOMERS),
        lacking={"bill_data_fee_outside_fen_1m": "the tags of billing are missing tonight"},
        scores=frame(spark, SCORE_SUBSCRIBER, SCORED),
        subscribers=frame(spark, DWD_SUBSCRIBER, "subscriber_id\nnew\nold\nholder\nunknown\ngone"),
    )
    assert rows(RPT_AUDIENCE.conform(found), "scenario", "members", "live") == [
        ("c11_idle_data_without_pack", 1, 4),
        ("c13_new_customer", 1, 4),
        ("scored", 1, 4),
    ]
