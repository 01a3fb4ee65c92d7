from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from scenarios.library import SCENARIOS
from scenarios.library.c10_data_without_plan import SCENARIO as C10
from scenarios.scenario import BestFit, Channels, Customers, Evaluation, Gift, Scenario, ScenarioError, Strategy, Timing, Wave

SEVEN = ("customers", "product", "resource", "channels", "timing", "strategy", "evaluation")
ELEMENTS = {field.name: getattr(C10, field.name) for field in fields(C10)}


def refused(without: tuple[str, ...] = (), **otherwise: Any) -> str:
    """What C10 is refused with when it lacks some elements or states others otherwise."""
    stated = {name: value for name, value in (ELEMENTS | otherwise).items() if name not in without}
    with pytest.raises(ScenarioError) as refusal:
        Scenario(**stated)
    return str(refusal.value)


@pytest.mark.parametrize("element", ELEMENTS)
def test_a_scenario_that_lacks_an_element_is_refused_by_its_name(element: str) -> None:
    told = refused(without=(element,))
    assert told.count("is missing") == 1
    assert f"element {element} is missing" in told
    assert ("c10_data_without_plan" in told) == (element != "name")


def test_all_missing_elements_are_named_at_once_and_an_unknown_one_with_them() -> None:
    told = refused(without=SEVEN, chanels=C10.channels)
    assert [name for name in SEVEN if f"element {name} is missing" in told] == list(SEVEN)
    assert "chanels is no element of a scenario" in told
    assert "To mend it: state it in the scenario's file" in told


@pytest.mark.parametrize("part", [Customers, BestFit, Gift, Channels, Wave, Timing, Strategy, Evaluation])
def test_no_part_of_an_element_has_a_default_that_could_be_forgotten(part: type) -> None:
    with pytest.raises(TypeError) as refusal:
        part()
    assert all(f"'{field.name}'" in str(refusal.value) for field in fields(part))


def test_contradictions_are_told_all_at_once() -> None:
    first, second = C10.timing.waves
    told = refused(
        approver=C10.owner,
        channels=replace(C10.channels, allowed=("web_hall",)),
        timing=replace(C10.timing, waves=(second, first)),
    )
    assert "channel sms is used but not allowed" in told
    assert "channel crm is used but not allowed" in told
    assert "owner and approver are both data-business" in told
    assert "waves are not numbered 1, 2, ... in order" in told


def test_figures_out_of_range_and_unknown_words_are_told_all_at_once() -> None:
    first, second = C10.timing.waves
    told = refused(
        name="../c10",
        state="lvie",
        level="planet",
        pilot_per_mille=-1,
        product=BestFit(products="dp005"),  # type: ignore[arg-type]
        customers=replace(C10.customers, exclusions=(C10.customers.exclusions[0],) * 2),
        timing=replace(C10.timing, waves=(replace(first, audience="no response"), second), valid_days=0),
        strategy=replace(C10.strategy, control_per_mille=2000, months=0),
    )
    for fault in (
        *("name '../c10' is a folder", "state is 'lvie'", "level is 'planet'", "pilot_per_mille is -1", "control_per_mille is 2000"),
        *("products are 'dp005'", "exclusion state stands twice", "wave 1 is for no response", "months is 0", "valid_days is 0"),
    ):
        assert fault in told


@pytest.mark.parametrize("state", ["draft", "approved", "paused", "closed"])
def test_a_scenario_that_is_not_running_publishes_on_no_day(state: Any) -> None:
    assert not replace(C10, state=state).holds_on(date(2026, 3, 5))


def test_a_scenario_holds_from_its_first_day_to_its_last() -> None:
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [C10.holds_on(day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_every_exclusion_of_a_scenario_has_a_code_of_its_own_and_a_chinese_label(scenario: Scenario) -> None:
    codes = [exclusion.code for exclusion in scenario.customers.exclusions]
    assert len(codes) == len(set(codes))
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in exclusion.label) for exclusion in scenario.customers.exclusions)
