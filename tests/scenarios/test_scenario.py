from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest

from scenarios.errors import ScenarioError
from scenarios.library import SCENARIOS
from scenarios.library.c08_new_handset import SCENARIO as C08
from scenarios.library.c10_data_without_plan import SCENARIO as C10
from scenarios.library.c13_new_customer import SCENARIO as C13
from scenarios.offers import BestFit, Content, Gift
from scenarios.scenario import Channels, Customers, Evaluation, Scenario, Strategy
from scenarios.timing import NOT_TAKEN, After, Assumed, Event, Monthly, Ordered, Timing, Trigger

SEVEN = ("customers", "offer", "resource", "channels", "timing", "strategy", "evaluation")
ELEMENTS = {field.name: getattr(C10, field.name) for field in fields(C10) if field.init}
# A value of the right kind that is wrong in every scenario, and what it is refused with; for each element.
WRONG: dict[str, tuple[Callable[[Scenario], Any], str]] = {
    "name": (lambda _: "C 10", "name 'C 10': expected small letters"),
    "label": (lambda _: " ", "label is empty"),
    "owner": (lambda _: "", "owner is empty"),
    "approver": (lambda it: it.owner, "a scenario is approved by someone else"),
    "level": (lambda _: "planet", "element level is 'planet'"),
    "state": (lambda _: "lvie", "element state is 'lvie'"),
    "valid_from": (lambda it: it.valid_to + timedelta(1), "is before valid_from"),
    "valid_to": (lambda it: it.valid_from - timedelta(1), "is before valid_from"),
    "pilot_per_mille": (lambda _: 1001, "pilot_per_mille is 1001; expected 0 to 1000"),
    "customers": (lambda it: replace(it.customers, audience=" "), "the audience is empty"),
    "offer": (lambda _: Content((), margin_per_mille=1), "products are (); expected codes"),
    "resource": (lambda _: Gift(""), "a Gift has no code"),
    "channels": (lambda it: replace(it.channels, allowed=()), "which is not allowed; allowed are none"),
    "timing": (lambda it: replace(it.timing, steps=()), "timing has no steps"),
    "strategy": (lambda it: replace(it.strategy, months=0), "months is 0"),
    "evaluation": (lambda _: Evaluation(success=Ordered("plan", within_days=30)), "an order of 'plan'; expected one of"),
}


def refused(without: tuple[str, ...] = (), scenario: Scenario = C10, **otherwise: Any) -> str:
    """What a scenario is refused with when it lacks some elements or states others otherwise."""
    elements = {field.name: getattr(scenario, field.name) for field in fields(scenario) if field.init}
    stated = {name: value for name, value in (elements | otherwise).items() if name not in without}
    with pytest.raises(ScenarioError) as refusal:
        Scenario(**stated)
    return str(refusal.value)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_every_scenario_that_lacks_an_element_is_refused_by_its_name(scenario: Scenario) -> None:
    for element in ELEMENTS:
        told = refused(without=(element,), scenario=scenario)
        assert told.count("is missing") == 1
        assert f"element {element} is missing" in told
        assert (scenario.name in told) == (element != "name")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_every_scenario_with_an_element_of_a_wrong_kind_is_refused_by_its_name(scenario: Scenario) -> None:
    for element in ELEMENTS:
        told = refused(scenario=scenario, **{element: object()})
        assert told.count("; expected ") == 1
        assert f"element {element} is <object object" in told


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_every_scenario_with_a_wrong_value_in_an_element_is_refused_with_the_reason(scenario: Scenario) -> None:
    assert WRONG.keys() == ELEMENTS.keys()
    for element, (value, fault) in WRONG.items():
        told = refused(scenario=scenario, **{element: value(scenario)})
        assert fault in told, element


def test_all_missing_elements_are_named_at_once_and_an_unknown_one_with_them() -> None:
    told = refused(without=SEVEN, chanels=C10.channels)
    assert [name for name in SEVEN if f"element {name} is missing" in told] == list(SEVEN)
    assert "chanels is no element of a scenario" in told
    assert "To mend it: state it in the scenario's file" in told


@pytest.mark.parametrize("part", [Customers, BestFit, Gift, Channels, Monthly, Timing, Strategy, Evaluation])
def test_no_part_of_an_element_has_a_default_that_could_be_forgotten(part: type) -> None:
    with pytest.raises(TypeError) as refusal:
        part()
    assert all(f"'{field.name}'" in str(refusal.value) for field in fields(part))


def test_contradictions_are_told_all_at_once() -> None:
    first, second = C10.timing.steps
    told = refused(
        approver=C10.owner,
        channels=replace(C10.channels, allowed=("web_hall", "wechat", "web_hall")),
        timing=replace(C10.timing, steps=(second, first)),
        strategy=replace(C10.strategy, message="最低价{saving_fen:dollars} {idle_bytes_1m:mb} {"),
    )
    for fault in (
        "step wave1 uses channel sms, which is not allowed; allowed are web_hall, wechat, web_hall",
        *("high_value uses channel crm, which is not allowed", "channel wechat has no file", "channel web_hall is allowed twice"),
        *("owner and approver are both data-business", "step wave2 follows wave1, which is no step before it"),
        *("the form 'dollars'", "braces left over", "step wave1: message has 最低价", "figures of different periods: idle_bytes_1m (1m)"),
    ):
        assert fault in told


def test_values_of_a_wrong_kind_are_told_all_at_once() -> None:
    told = refused(
        state="lvie",
        level="planet",
        offer=BestFit(products="dp005"),  # type: ignore[arg-type]
        resource="credit_5",
        strategy=replace(C10.strategy, months="6"),  # type: ignore[arg-type]
        customers=replace(C10.customers, audience=None),  # type: ignore[arg-type]
    )
    for fault in (
        *(
            "element state is 'lvie'; expected 'draft' or",
            "element level is 'planet'",
            "element offer: products is 'dp005'; expected a tuple",
        ),
        *("element resource is 'credit_5'; expected Gift or NoResource", "element strategy: months is '6'; expected a whole number"),
        "element customers: audience is None; expected text",
    ):
        assert fault in told


def test_figures_out_of_range_are_told_all_at_once() -> None:
    first, second = C10.timing.steps
    early = replace(second, trigger=After("wave1", NOT_TAKEN, opens=Monthly(31, feedback_on=9)))
    told = refused(
        name="../c10",
        owner=" ",
        pilot_per_mille=-1,
        offer=BestFit(products=("dp005", "dp005")),
        resource=Gift(""),
        evaluation=Evaluation(success=Ordered("plan", within_days=0)),
        customers=replace(C10.customers, exclusions=(C10.customers.exclusions[0],) * 2),
        timing=replace(C10.timing, steps=(first, early, replace(first, trigger=Event(" "))), valid_days=0),
        strategy=replace(C10.strategy, control_per_mille=2000, months=0),
    )
    for fault in (
        *("name '../c10': expected small letters", "owner is empty", "pilot_per_mille is -1", "control_per_mille is 2000"),
        *(
            "product dp005 is offered twice",
            "a Gift has no code",
            "order of 'plan'; expected one of base_plan",
            "within 0 days",
            "exclusion state is named twice",
            "months is 0",
            "valid_days is 0",
            "step wave1 is declared twice",
        ),
        *("step wave2 opens on day 31", "the event of step wave1 is empty"),
    ):
        assert fault in told


@pytest.mark.parametrize(
    ("place", "trigger", "fault"),
    [
        (1, After("wave1", NOT_TAKEN, opens=Monthly(5, feedback_on=9)), "opens on day 5, not after day 5 of wave1"),
        (1, After("nobody", NOT_TAKEN), "follows nobody, which is no step before it"),
        (1, After("wave2", NOT_TAKEN), "follows wave2, which is no step before it"),
        (1, After("wave1", NOT_TAKEN, days=-1), "comes -1 days after wave1; expected 0 or more"),
        (0, Monthly(5, feedback_on=4), "has feedback on day 4; expected 5 to 28, or 'month end'"),
    ],
    ids=["a day too early", "an unknown step", "itself", "before it", "feedback before its list"],
)
def test_a_step_that_cannot_follow_another_is_told(place: int, trigger: Trigger, fault: str) -> None:
    steps = [replace(step, trigger=trigger) if at == place else step for at, step in enumerate(C10.timing.steps)]
    assert fault in refused(timing=replace(C10.timing, steps=tuple(steps)))


def test_a_step_states_its_own_offer_words_resource_and_success_and_else_takes_the_scenarios() -> None:
    entry, content, plan = (C13.timing.step(name) for name in ("entry", "content", "plan"))
    assert C13.offer_of(entry) is C13.offer
    assert C13.offer_of(content) is content.offer
    assert (C13.resource_of(content).code, C13.resource_of(plan).code) == ("data_300m", None)
    assert (C13.success_of(entry).kind, C13.success_of(content).kind) == ("data_plan", "app")
    assert C13.effect_of(plan) == "data_plan_propensity"


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


@pytest.mark.parametrize("sql", ["rand() < 0.5", "is_live AND bundle_end_date > CURRENT_DATE", "uuid () = '1'", "tenure_days > day(now())"])
def test_an_audience_that_reads_the_clock_or_chance_is_refused(sql: str) -> None:
    assert "the audience has " in refused(customers=replace(C10.customers, audience=sql))


@pytest.mark.parametrize(
    "sql",
    [
        "1 / tenure_days > 1",
        "CAST (brand AS INT) = 1",
        "tenure_days DIV 0 = 1",
        "to_date(brand) IS NULL",
        "points * 9 > 1",
        "points + 1 > 2",
        "points - 1 > 2",
    ],
)
def test_an_audience_that_fails_at_one_odd_value_is_refused(sql: str) -> None:
    assert "which fails at one odd value; write try_" in refused(customers=replace(C10.customers, audience=sql))
    Scenario(**ELEMENTS | {"customers": replace(C10.customers, audience="try_divide(1, tenure_days) > 1 AND brand != 'a/b-c'")})
    Scenario(**ELEMENTS | {"customers": replace(C10.customers, audience="points > -1 OR points BETWEEN -5 AND -2")})


def test_a_text_or_a_column_that_only_sounds_like_a_clock_is_taken() -> None:
    Scenario(**ELEMENTS | {"customers": replace(C10.customers, audience="brand = 'now()' OR brand_now (1) OR `rand`")})


@pytest.mark.parametrize("ppm", [-1, 1_000_001])
def test_an_assumed_rate_beyond_all_or_nothing_is_refused_for_a_scenario_and_a_step(ppm: int) -> None:
    first, second = C10.timing.steps
    assert f"effect is assumed to be {ppm} ppm" in refused(strategy=replace(C10.strategy, effect=Assumed(ppm)))
    steps = (replace(first, effect=Assumed(ppm), message="", instead="sms", control_per_mille=1001), second)
    told = refused(timing=replace(C10.timing, steps=steps))
    faults = ("wave1 has an empty message", "wave1 uses sms instead of sms", "step wave1: control_per_mille is 1001; expected 0 to 1000")
    for fault in (f"step wave1: effect is assumed to be {ppm} ppm", *faults):
        assert fault in told


def test_another_channel_instead_is_refused_where_nobody_would_ever_get_it() -> None:
    first, second = C10.timing.steps
    begins, fixes = replace(first, instead="web_hall"), replace(second, instead="sms", fixes_channel=True)
    told = refused(timing=replace(C10.timing, steps=(begins, fixes)))
    assert "step wave1 follows no step, so no mode is used and nobody gets web_hall instead; leave it out" in told
    assert "step wave2 fixes its channel web_hall, and uses sms instead; state one of them" in told


@pytest.mark.parametrize("figure", ["idle_bytes_30d:mb", "idle_share_30d"], ids=["kept", "made of kept ones"])
def test_a_message_states_no_figure_that_is_low_when_a_day_has_not_arrived(figure: str) -> None:
    with pytest.raises(ScenarioError, match=f"message states {figure.split(':')[0]}, which is too low when a day has not arrived"):
        replace(C10, strategy=replace(C10.strategy, message=f"您闲时流量{{{figure}}}"))


@pytest.mark.parametrize(
    ("scenario", "message", "fault"),
    [
        (
            C10,
            "上月流量费{bill_data_fee_outside_fen_1m:yuan}元,推荐{product_name}",
            "message states bill_data_fee_outside_fen_1m and not what",
        ),
        (C10, "每月约{current_bill_fen:yuan}元,推荐{product_name}", "message states current_bill_fen and not what the offer costs"),
        (C10, "每月约{current_bill_fen:yuan}元,{product_name}约{offer_bill_fen:yuan}元", None),
        (C08, "推荐{product_name},含{offer_bytes:mb}M", "the plan may cost more, and the message does not say so"),
        (C08, "多付{extra_fee_fen:yuan}元换用{product_name}", None),
    ],
)
def test_who_is_told_what_they_pay_or_offered_a_dearer_plan_reads_what_it_costs(
    scenario: Scenario, message: str, fault: str | None
) -> None:
    strategy = replace(scenario.strategy, message=message)
    if fault is None:
        assert replace(scenario, strategy=strategy).strategy == strategy
    else:
        with pytest.raises(ScenarioError, match=fault):
            replace(scenario, strategy=strategy)
