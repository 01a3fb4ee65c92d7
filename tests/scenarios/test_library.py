"""Whom each scenario means: people just inside and just outside of every part of its audience and of the events of its steps.

One query answers for all scenarios, whose people are in tests/scenarios/audiences.py.
"""

from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from expectations.channels import CHANNELS
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.library import CAR
from jobs.decide.find_candidates import with_scores
from models.library import SCORE_SUBSCRIBER
from scenarios.library import SCENARIOS
from scenarios.policy import CONFLICTS
from scenarios.timing import Event
from tests.frames import READ
from tests.scenarios.audiences import MEANT

CODES = {scenario.name.split("_")[0]: scenario for scenario in SCENARIOS}


def people_of(code: str) -> list[dict[str, str]]:
    lines = [[cell.strip() for cell in line.split("|")] for line in MEANT[code].strip().splitlines()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


@pytest.fixture(scope="module")
def answers(spark: SparkSession) -> dict[tuple[str, str], Row]:
    """By scenario and person: whether the audience means them, and the steps whose event is true; all in one query."""
    empty = with_scores(CAR.empty(spark), SCORE_SUBSCRIBER.empty(spark), DWD_SUBSCRIBER.empty(spark))
    named = sorted({name for code in MEANT for person in people_of(code) for name in person} - {"who", "is", "due"})
    types = {field.name: field.dataType.simpleString() for field in empty.schema if field.name in named}

    def value(name: str, text: str) -> Any:
        return READ[types[name]](text) if text else None

    rows = [(code, one["who"], *(value(name, one.get(name, "")) for name in named)) for code in MEANT for one in people_of(code)]
    frame = spark.createDataFrame(rows, ", ".join(["code STRING", "who STRING", *(f"{name} {types[name]}" for name in named)]))
    meant = " ".join(f"WHEN '{code}' THEN ({scenario.customers.audience})" for code, scenario in CODES.items())
    events = [
        f"CASE WHEN code = '{code}' AND ({step.trigger.when}) THEN '{step.name}' END"
        for code, scenario in CODES.items()
        for step in scenario.timing.steps
        if isinstance(step.trigger, Event)
    ]
    told = frame.selectExpr(
        "code", "who", f"coalesce(CASE code {meant} END, false) AS meant", f"concat_ws(', ', {', '.join(events)}) AS due"
    )
    return {(row.code, row.who): row for row in told.collect()}


@pytest.mark.parametrize("code", MEANT)
def test_an_audience_means_who_is_just_inside_and_nobody_who_is_just_outside(answers: dict[tuple[str, str], Row], code: str) -> None:
    expected = {one["who"]: (one["is"] == "true", one.get("due", "")) for one in people_of(code)}
    assert {who: (answers[code, who].meant, answers[code, who].due) for who in expected} == expected


def test_there_is_every_scenario_of_the_domain_and_no_two_share_an_audience() -> None:
    assert {f"c{number:02}" for number in range(1, 28)} <= CODES.keys() & MEANT.keys()
    assert len({" ".join(sorted(s.customers.audience.split(" AND "))) for s in SCENARIOS}) == len(SCENARIOS)


def test_every_conflict_is_of_a_scenario_that_is_there() -> None:
    assert {conflict.scenario for conflict in CONFLICTS} <= {scenario.name for scenario in SCENARIOS}


def test_every_channel_is_open_to_a_scenario_and_a_step_uses_the_voice_menu() -> None:
    assert {channel for scenario in SCENARIOS for channel in scenario.channels.allowed} == CHANNELS.keys()
    assert "ivr" in {step.channel for scenario in SCENARIOS for step in scenario.timing.steps}
