"""An audience beside all live subscribers, and saved as a template."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from expectations.tables.mkt_decision import MKT_DECISION
from features.library import CAR
from jobs.audiences import Audience, save, saved
from jobs.explore import AudienceError, Explored, Overlap, explored
from jobs.report import count_audiences
from scenarios.library import SCENARIOS
from scenarios.scenario import Scenario
from tests.frames import frame

D = date(2026, 3, 4)
# Twenty of age 20 to 39, the odd ones with gotone; one of whom little is known, and one who has left.
PEOPLE = [f"of{n} | true | {'gotone' if n % 2 else 'mzone'} | {20 + n} | {n * 100} | {'true' if n > 9 else 'false'}" for n in range(20)]
CUSTOMERS = "\n".join(
    [
        "subscriber_id | is_live | brand | age_years | tenure_days | is_smartphone",
        *PEOPLE,
        "unknown | true | | | |",
        "gone | false | gotone | 99 | 99 |",
    ]
)
DECISIONS = """
    subscriber_id | scenario | step  | stage
    of1           | due      | wave1 | listed
    of1           | due      | wave2 | listed
    of3           | due      | wave1 | excluded
    of2           | due      | wave1 | listed
"""


@pytest.fixture(autouse=True)
def scenarios(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two scenarios with an audience, of which one has a step due that night; one for nobody, and one that lacks a column."""
    (some, *_) = SCENARIOS

    def asks(name: str, audience: str) -> Scenario:
        return replace(some, name=name, customers=replace(some.customers, audience=audience))

    asked = (asks("due", "age_years < 30"), asks("later", "is_smartphone"), asks("nobody", "age_years > 90"), asks("lacks", "is_lost"))
    monkeypatch.setattr(count_audiences, "SCENARIOS", asked)


def look(spark: SparkSession, where: str, *by: str) -> Explored:
    lacking = {"is_lost": "the tags of lifecycle are missing tonight"}
    return explored(frame(spark, CAR, CUSTOMERS), frame(spark, MKT_DECISION, DECISIONS), where, by, D, lacking)


def test_an_audience_is_counted_and_compared_with_all_live_subscribers(spark: SparkSession) -> None:
    found = look(spark, "brand = 'gotone'", "is_smartphone", "brand", "age_years")
    figures = {one.tag: (one.known, one.mean, one.mean_of_base, one.index) for one in found.figures}
    assert (found.size, found.base) == (10, 21)
    assert figures["age_years"] == (10, 30, 29, 1034)
    assert figures["is_smartphone"] == (10, 500, 500, 1000)
    assert figures["mean_bill_fen_3m"] == (0, None, None, None)
    assert found.spread["brand"] == [("gotone", 10, 10), ("mzone", 0, 10), (None, 0, 1)]
    assert found.spread["is_smartphone"] == [(False, 5, 10), (True, 5, 10), (None, 0, 1)]
    fifths = found.spread["age_years"]
    assert fifths == [(None, 0, 1), ("up to 23", 2, 4), ("up to 27", 2, 4), ("up to 31", 2, 4), ("up to 35", 2, 4), ("up to 39", 2, 4)]


def test_an_audience_is_compared_with_those_of_all_scenarios_whether_a_step_is_due_or_not(spark: SparkSession) -> None:
    found = look(spark, "brand = 'gotone'")
    assert found.overlaps == [Overlap("due", 5, 1), Overlap("later", 5, 0)]


def test_the_description_names_what_differs_most(spark: SparkSession) -> None:
    told = look(spark, "tenure_days >= 1000").description()
    assert told == (
        "10 subscribers, 47.6 % of the live ones on 2026-03-04. They differ in: 是否智能机 2.0 times the mean, 在网时长 1.5 times the mean."
    )
    assert look(spark, "true").description().endswith("No figure differs by a fifth from all live subscribers.")


def test_an_audience_of_nobody_is_shown_as_such(spark: SparkSession) -> None:
    found = look(spark, "age_years > 1000", "brand")
    assert (found.size, found.overlaps) == (0, [])
    assert found.description().startswith("0 subscribers, 0.0 %")


@pytest.mark.parametrize(
    ("where", "by", "fault"),
    [
        ("age_year > 30", "brand", "names `age_year`, which does not exist"),
        ("age_years > ", "brand", "has an expression that Spark refuses"),
        ("SELECT brand FROM car", "brand", "write what stands after WHERE"),
        ("age_years / 0 > 1", "brand", "has /, which fails at one odd value"),
        ("", "brand", "the predicate is empty"),
        ("is_live", "brandt", "No column is called brandt. Did you mean"),
        ("is_live", "terminal_b", "Did you mean terminal_brand?"),
        ("is_live", "weather", "No column is called weather. There are 5"),
    ],
)
def test_what_cannot_be_evaluated_is_refused_by_name(spark: SparkSession, where: str, by: str, fault: str) -> None:
    with pytest.raises(AudienceError) as refused:
        look(spark, where, by)
    assert fault in str(refused.value)
    assert len(str(refused.value)) < 400


def audience(**more: str) -> Audience:
    where = "mean_bill_fen_3m >= {bill} AND brand = '{brand}'"
    return Audience("big_bills", where, "Those with big bills.", "marketing", {"bill": "5000", "brand": "gotone", **more})


def test_a_saved_audience_comes_back_with_its_parameters_and_description(tmp_path: Path) -> None:
    save(tmp_path, audience(), '10 subscribers. 账单 "2.0" times.', D)
    again = saved(tmp_path, "big_bills")
    assert again.description == '10 subscribers. 账单 "2.0" times.'
    assert again.filled({}) == "mean_bill_fen_3m >= 5000 AND brand = 'gotone'"
    assert again.filled({"bill": "9000"}) == "mean_bill_fen_3m >= 9000 AND brand = 'gotone'"
    with pytest.raises(AudienceError, match="exists"):
        save(tmp_path, audience(), "", D)
    with pytest.raises(AudienceError, match=r"No saved audience is called big_bill\. Did you mean big_bills"):
        saved(tmp_path, "big_bill")
    with pytest.raises(AudienceError, match="No parameter is called bil"):
        again.filled({"bil": "1"})


def test_a_parameter_cannot_change_the_predicate_and_each_needs_a_value() -> None:
    with pytest.raises(AudienceError, match="parameter brand is a text that may change the predicate"):
        audience(brand="x' OR 'a' = 'a")
    with pytest.raises(AudienceError, match=r"the predicate has no \{other\}"):
        audience(other="1")
    with pytest.raises(AudienceError, match=r"parameter \{age\} has no value"):
        Audience("a", "age_years > {age}", "x", "y", {})


def test_a_file_that_somebody_spoiled_is_named(tmp_path: Path) -> None:
    (tmp_path / "spoiled.toml").write_text("where = ", "utf-8")
    with pytest.raises(AudienceError, match=r"spoiled\.toml is no TOML"):
        saved(tmp_path, "spoiled")
