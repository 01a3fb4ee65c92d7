"""What a city or a county may narrow of a scenario, for whom it holds, and what is refused."""

from dataclasses import replace
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.decide.check_scenarios import nowhere
from scenarios.candidates import candidates
from scenarios.errors import ScenarioError
from scenarios.library.c11_idle_data_without_pack import SCENARIO as C11
from scenarios.override import Override, narrowed
from scenarios.waiting import unresolved
from tests.frames import rows
from tests.scenarios.nights import tonight
from tests.scenarios.test_candidates import C10, WAVE_1, catalogues, people
from tests.scenarios.test_limits import quota

NOTHING: dict[str, Any] = {"audience": None, "channels": None, "most_contacts": None}
CITY: dict[str, Any] = {"scenario": C10.name, "city": "9901", "county": None, "owner": "city-9901", **NOTHING}
COUNTY = {**CITY, "county": "990101"}
LIMITED = replace(C10, strategy=replace(C10.strategy, most_contacts=100))


def refused(*overrides: dict[str, Any]) -> str:
    with pytest.raises(ScenarioError) as refusal:
        narrowed([LIMITED, C11], [Override(**one) for one in overrides])
    return str(refusal.value)


def test_an_override_that_widens_or_names_what_is_not_there_is_refused_with_the_place_and_the_cure() -> None:
    told = refused(
        {**CITY, "channels": ("sms", "ivr"), "most_contacts": 101},
        {**COUNTY, "scenario": "c10_data_without", "most_contacts": 1},
    )
    assert "c10_data_without_plan in 9901: channel ivr is not allowed by the scenario; choose among sms, web_hall," in told
    assert "c10_data_without_plan in 9901: most_contacts 101 is more than the 100 of the scenario; an override may only lower it" in told
    assert "No scenario is called c10_data_without. Did you mean c10_data_without_plan" in told
    assert "To mend it: correct its file under scenarios/overrides/" in told


def test_a_county_may_not_widen_what_its_city_narrowed() -> None:
    told = refused({**CITY, "channels": ("sms",), "most_contacts": 10}, {**COUNTY, "channels": ("crm",), "most_contacts": 11})
    assert "in 990101: channel crm is not allowed by its city 9901; choose among sms" in told
    assert "in 990101: most_contacts 11 is more than the 10 of its city 9901" in told
    assert "is narrowed twice" in refused({**CITY, "most_contacts": 1}, {**CITY, "audience": "is_live"})


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({}, "it narrows nothing"),
        ({"channels": ()}, "no channel is left"),
        ({"channels": ("sms", "crm", "sms")}, "channel sms is named twice"),
        ({"most_contacts": -1}, "most_contacts is -1; expected 0 or more"),
        ({"audience": "rand() < 1"}, "the audience has rand, which differs from run to run"),
        ({"audience": "is_live, false) OR (true"}, "the audience has a bracket too many or too few"),
        ({"audience": "is_live", "city": "99'01"}, 'code "99\'01"; expected letters, digits and _'),
        ({"audience": "is_live", "owner": " "}, "owner is empty"),
        ({"audience": 5}, "audience is 5; expected"),
    ],
)
def test_an_override_with_a_fault_of_its_own_is_refused(wrong: dict[str, Any], fault: str) -> None:
    with pytest.raises(ScenarioError) as refusal:
        Override(**CITY | wrong)
    assert fault in str(refusal.value)


def test_a_place_narrows_the_audience_and_chooses_the_channel_for_its_own_subscribers_alone(spark: SparkSession) -> None:
    city = Override(**{**CITY, "audience": "bill_data_fee_outside_fen_1m > 1000", "channels": ("app_hall", "web_hall")})
    county = Override(**{**COUNTY, "channels": ("web_hall",)})
    (scenario,) = narrowed([C10], [city, county])
    assert unresolved([scenario], spark) == {}
    inside, little = {"city": "9901", "county": "990102"}, {"bill_data_fee_outside_fen_1m": 1000}
    found = people(
        spark,
        city=inside,
        poor=inside | little,
        unknown=inside | {"bill_data_fee_outside_fen_1m": None},
        county=inside | {"county": "990101"},
        high=inside | {"is_high_value": True},
        beyond={"city": "9902", "county": "990101"} | little,
        nowhere={"city": None, "county": None} | little,
    )
    night = tonight(spark, catalogues(spark, modes=dict.fromkeys(C10.channels.allowed, "active")))
    got = candidates(scenario, WAVE_1, night.with_history(found), night)
    # Each member has two offers.
    assert rows(got.select("subscriber_id", "channel").distinct(), "subscriber_id", "channel") == [
        ("beyond", "sms"),
        ("city", "app_hall"),
        ("county", "web_hall"),
        ("high", "app_hall"),
        ("nowhere", "sms"),
    ]


def test_an_override_says_in_words_what_it_narrows_and_who_answers_for_it() -> None:
    one = Override(**{**COUNTY, "audience": "is_live", "channels": ("sms", "crm"), "most_contacts": 1000})
    assert f"{one.place}: {one.words}" == "990101: only is_live; through sms, crm; at most 1,000 contacts a night (city-9901)"


def test_an_override_and_a_quota_of_a_place_that_the_organisation_does_not_have_is_named() -> None:
    there, lost = Override(**{**COUNTY, "most_contacts": 1}), Override(**{**CITY, "city": "9999", "most_contacts": 1})
    quotas = [quota("all", "contacts", most=1), quota("here", "sales", city="9901", most=1), quota("lost", "cost", county="999901", most=1)]
    told = [
        f"{name} holds for nobody: the organisation has no such city and county"
        for name in (f"the override of {C10.name} in 9999", "quota lost")
    ]
    assert nowhere([there, lost], quotas, [("9901", "990101"), ("9902", "990201")]) == told
