"""Every reason belongs to one stage of matching."""

from scenarios.library import SCENARIOS
from scenarios.match_stages import CHANNEL, CUSTOMER, PRODUCT, first_stage, stage_of
from scenarios.offers import BLOCKED
from scenarios.policy import ALWAYS


def test_reasons_of_offers_are_of_the_product_and_those_that_look_at_the_channel_are_of_the_channel() -> None:
    every = {one.code: one for one in (*ALWAYS, *(one for scenario in SCENARIOS for one in scenario.customers.exclusions))}
    assert {stage_of(code) for code in BLOCKED} == {PRODUCT}
    looks_at_channel = {code for code, one in every.items() if "channel" in one.when.replace("short_messages", "channel")}
    assert {code for code in every if stage_of(code) == CHANNEL} == looks_at_channel | {"no_message"}
    assert stage_of("state") == stage_of("a_reason_of_an_old_version") == CUSTOMER


def test_the_first_stage_with_a_reason_drops_a_member() -> None:
    assert first_stage(["staff_off", "state"]) == CUSTOMER
    assert first_stage(["staff_off", "state", "no_trial"]) == PRODUCT
