"""What an edit of a scenario changes, told from the decisions before and after it."""

import json
from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from expectations.tables.mkt_decision import MKT_DECISION
from jobs.cli import app
from jobs.edited import Edit, StepChange, compared, lines
from tests.frames import frame

ON = date(2026, 3, 4)
HEADER = "subscriber_id | scenario | step | stage | offer | channel | reasons\n"
BEFORE = """
    stays    | c10 | wave1 | listed        | dp010 | sms |
    goes     | c10 | wave1 | listed        | dp010 | sms |
    gone     | c10 | wave1 | listed        | dp010 | sms |
    other    | c10 | wave1 | listed        | dp010 | sms |
    moves    | c10 | wave1 | listed        | dp010 | sms |
    late     | c10 | wave1 | excluded      |       | sms | immune;state
    waits    | c10 | wave1 | not_allocated | dp005 | sms |
    stays    | c11 | wave1 | listed        | ip005 | crm |
    late     | c11 | wave1 | listed        | ip005 | crm |
"""
AFTER = """
    stays    | c10 | wave1 | listed        | dp010 | sms |
    goes     | c10 | wave1 | excluded      |       | sms | state
    other    | c10 | wave1 | listed        | dp020 | sms |
    moves    | c10 | wave1 | listed        | dp010 | crm |
    late     | c10 | wave1 | listed        | dp010 | sms |
    waits    | c10 | wave1 | listed        | dp005 | sms |
    new      | c10 | wave1 | listed        | dp005 | sms |
    stays    | c11 | wave1 | listed        | ip010 | crm |
"""
WAVE = StepChange(
    "wave1",
    audience=[7, 7],
    listed=[5, 6],
    enter=3,
    leave=2,
    other_offer=1,
    other_channel=1,
    came_from={"excluded: immune, state": 1, "not_allocated": 1, "not in the audience": 1},
    went_to={"excluded: state": 1, "not in the audience": 1},
    reasons={"immune": [1, 0]},
)


def test_an_edit_says_who_enters_leaves_and_gets_something_else_and_whom_it_costs_in_other_scenarios(spark: SparkSession) -> None:
    before, after = (frame(spark, MKT_DECISION, HEADER + text.strip()) for text in (BEFORE, AFTER))
    assert compared("c10", ON, before, after) == Edit("c10", ON, [WAVE], {"c11": {"enter": 0, "leave": 1}})


def test_an_edit_is_told_in_words() -> None:
    assert list(lines(Edit("c10", ON, [WAVE], {"c11": {"enter": 0, "leave": 1}}))) == [
        "wave1: 5 were listed, now 6. 3 enter, 2 leave.",
        "  Of the 3 who stay, 1 get another offer and 1 another channel.",
        "  The audience had 7 members and has 7.",
        "  1 who enter were excluded: immune, state.",
        "  1 who enter were not in the audience.",
        "  1 who enter were not_allocated.",
        "  1 who leave are excluded: state.",
        "  1 who leave are not in the audience.",
        "  immune excluded 1, now 0.",
        "c11, which shares limits with it: 0 enter, 1 leave.",
    ]
    assert list(lines(Edit("c10", ON, [], {}))) == ["No step of the scenario was due that night, and none is now."]


def test_the_command_prints_an_edit_as_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUDIAN_HOME", f"{tmp_path}")
    monkeypatch.setattr("jobs.edited.edit", lambda lake, name, on: Edit(name, on, [WAVE], {}))
    told = json.loads(CliRunner().invoke(app, ["scenario", "diff", "c10", "--date", "2026-03-04", "--json"]).stdout)
    assert (told["scenario"], told["business_date"]) == ("c10", "2026-03-04")
    assert (told["steps"][0]["went_to"], told["steps"][0]["reasons"]) == (WAVE.went_to, WAVE.reasons)
