"""The report's figures come out of stored counts and records: reading them starts no Spark."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.ods_org import ODS_ORG
from expectations.tables.ops import OPS_LOAD, OPS_UNHELD
from expectations.tables.rpt_funnel import RPT_FUNNEL
from jobs.report.count_decisions import count_decisions
from jobs.report.gather import gather
from jobs.report.names import names_of
from jobs.report.write_report import write_report
from jobs.runtime.events import Events
from jobs.runtime.job_run import JobRun
from jobs.runtime.lake import Lake
from jobs.runtime.settings import settings
from scenarios.library import SCENARIOS
from tests.frames import frame, rows, token
from tests.jobs.report.nights import ON

C10 = SCENARIOS[0].name


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """An empty lake without Spark: asking for the session fails the test."""

    def none(_: Lake) -> None:
        raise AssertionError("the report asked for Spark")

    monkeypatch.setattr(Lake, "spark", property(none))
    return Lake(settings({"CHUDIAN_HOME": f"{tmp_path}"}))


def night_of(lake: Lake) -> JobRun:
    return JobRun(ON, ON, write_report, lake, Events(lake.settings.logs), lake.settings)


def counted(**more: Any) -> dict[str, Any]:
    usual = {
        "scenario": C10,
        "step": "wave1",
        "city": "9901",
        "channel": None,
        "stage": "excluded",
        "reasons": ["employee"],
        "control": None,
    }
    return {**usual, "rows": 3, "business_date": ON, **more}


def test_decisions_that_are_alike_are_one_row_with_their_number(spark: SparkSession) -> None:
    decisions = frame(
        spark,
        MKT_DECISION,
        """
        scenario | step | subscriber_id | city | county | channel | stage         | reasons        | control  | cut_by      | business_date
        c10      | 1    | loyal         | 9901 | 990101 | sms     | listed        |                |          |             | 2026-03-04
        c10      | 1    | joined        | 9901 | 990101 | sms     | listed        |                |          |             | 2026-03-04
        c10      | 1    | neighbour     | 9901 | 990102 | sms     | listed        |                |          |             | 2026-03-04
        c10      | 1    | debtor        | 9901 | 990101 | sms     | held_out      |                | scenario |             | 2026-03-04
        c10      | 1    | worthless     | 9901 | 990101 | sms     | not_allocated |                |          | no value    | 2026-03-04
        c10      | 1    | beaten        | 9901 | 990101 | sms     | not_allocated |                |          | stock fee_5 | 2026-03-04
        c10      | 1    | employee      | 9901 | 990101 |         | excluded      | employee;state |          |             | 2026-03-04
        c10      | 1    | stopped       | 9901 | 990101 |         | excluded      | state          |          |             | 2026-03-04
        c10      | 2    | other         | 9902 |        |         | excluded      | state          |          |             | 2026-03-04
        """,
    )
    found = RPT_FUNNEL.conform(count_decisions.call(ON, decisions=decisions))
    assert rows(found, "step", "county", "channel", "stage", "reasons", "control", "cut_by", "rows") == [
        ("1", "990101", "sms", "held_out", None, "scenario", None, 1),
        ("1", "990101", "sms", "listed", None, None, None, 2),
        ("1", "990101", "sms", "not_allocated", None, None, "no value", 1),
        ("1", "990101", "sms", "not_allocated", None, None, "stock fee_5", 1),
        ("1", "990101", None, "excluded", ["employee", "state"], None, None, 1),
        ("1", "990101", None, "excluded", ["state"], None, None, 1),
        ("1", "990102", "sms", "listed", None, None, None, 1),
        ("2", None, None, "excluded", ["state"], None, None, 1),
    ]


def test_the_query_for_analysts_finds_who_is_excluded_for_one_reason_alone(spark: SparkSession) -> None:
    page = Path(__file__).parents[3] / "docs" / "analysts.md"
    query = page.read_text("utf-8").split("```sql\n")[1].split("```")[0]
    decisions = frame(
        spark,
        MKT_DECISION,
        """
        scenario              | step  | subscriber_id | stage    | reasons          | county
        c10_data_without_plan | wave1 | silent        | excluded | no_consent       | 990101
        c10_data_without_plan | wave1 | stopped       | excluded | no_consent;state | 990101
        c10_data_without_plan | wave1 | listed        | listed   |                  | 990101
        c11                   | wave1 | elsewhere     | excluded | no_consent       | 990101
        """,
    )
    found = spark.sql(query.replace("decisions", "{decisions}"), decisions=decisions).collect()
    assert [(row.subscriber_id, row.county) for row in found] == [(token("silent"), "990101")]


def test_the_figures_of_a_night_are_read_from_stored_counts(lake: Lake) -> None:
    yesterday = counted(business_date=ON - timedelta(days=1), rows=1000)
    lake.records.append(RPT_FUNNEL, [counted(), counted(stage="listed", reasons=[], channel="sms", rows=2), yesterday])
    figures = gather(night_of(lake))
    (funnel,) = figures.funnels
    assert (funnel.scenario, funnel.audience, funnel.excluded, funnel.channels, funnel.adds_up) == (C10, 5, 3, {"sms": 2}, True)
    assert {step.state for step in figures.steps} == {"did not run", "kept back"}
    assert (figures.city_names, figures.models) == ({}, [])
    assert [(of.channel, of.state, of.decided) for of in figures.lists] == [("sms", "not written", 2)]


def org(day: date, name: str, load_id: str, known_on: date = ON, **more: Any) -> dict[str, Any]:
    usual = {"city": "9901", "city_name": name, "county": "990101", "county_name": "x", "valid_from": date(2020, 1, 1), "valid_to": None}
    return {**usual, "day": day, "load_id": load_id, "known_on": known_on, **more}


def load(day: date, load_id: str, known_on: date = ON, state: str = "loaded") -> dict[str, Any]:
    listed = {"feed": "org", "scope": "", "known_on": known_on, "event_date": day, "data_date": day, "sequence": 1}
    listed |= {"load_id": load_id, "state": state}
    return {**listed, "files": 1, "rows_delivered": 1, "rows_loaded": 1, "rows_quarantined": 0}


def test_a_code_has_the_newest_name_it_had_by_the_night_in_what_the_night_knows(lake: Lake) -> None:
    old, new, later = ON - timedelta(days=30), ON - timedelta(days=1), ON + timedelta(days=1)
    assert names_of(lake, ON, ODS_ORG, "city", "city_name") == {}
    lake.records.append(OPS_LOAD, [load(old, "a"), load(new, "b"), load(new, "c", later)])
    renamed = [org(new, "before", "b"), org(new, "now", "b", valid_from=ON), org(new, "soon", "b", valid_from=later)]
    refused = org(new, "of a load that was refused", "x", city="9903", county="990301")
    no_longer_delivered = org(old, "still called that", "a", city="9904", county="990401")
    lake.records.append(ODS_ORG, [org(old, "old", "a"), no_longer_delivered, *renamed, refused, org(new, "later", "c", later)])
    assert names_of(lake, ON, ODS_ORG, "city", "city_name") == {"9901": "now", "9904": "still called that"}


def test_loaded_rows_that_nobody_held_are_shown_at_their_feed_and_a_load_of_two_tables_once(lake: Lake) -> None:
    def unheld(table: str, rows: int, load_id: str = "a", feed: str = "wap_log", known_on: date = ON) -> dict[str, Any]:
        of_load = {"event_date": ON, "known_on": known_on, "feed": feed, "load_id": load_id, "rows_loaded": 100}
        return {"table_name": table, **of_load, "rows_unheld": rows}

    earlier = unheld("dwd.content_daily", 9, known_on=ON - timedelta(days=1))
    other = [unheld("dwd.requests", 3), unheld("dwd.channel_visit", 5, feed="channel_visit")]
    lake.records.append(OPS_UNHELD, [unheld("dwd.content_daily", 3), unheld("dwd.content_daily", 4, "b"), earlier, *other])
    shown = {night.feed.name: night.unheld for night in gather(night_of(lake)).feeds}
    assert shown["wap_log"] == 7
    assert shown["boss_usage"] == 0
