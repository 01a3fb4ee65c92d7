"""Every reason belongs to one stage of matching."""

import pytest

from scenarios.match_stages import CHANNEL, CUSTOMER, PRODUCT, TERMINAL, first_stage, stage_of
from scenarios.offers import BLOCKED


@pytest.mark.parametrize(
    ("stage", "codes"),
    [
        (PRODUCT, "already_holds no_better_tier no_interest no_trial holds_unknown_product"),
        (CUSTOMER, "state employee examined no_consent open_complaint immune considers after_another beyond_value number_held_twice"),
        (CHANNEL, "sensitive_channel do_not_disturb no_call asked_for_rest no_channel_left no_channel_fits staff_off"),
        (CHANNEL, "no_message message_too_long"),
    ],
    ids=["product", "customer", "channel", "message"],
)
def test_a_reason_is_of_the_stage_that_it_looks_at(stage: str, codes: str) -> None:
    assert {code: stage_of(code) for code in codes.split()} == dict.fromkeys(codes.split(), stage)


def test_what_offers_say_is_about_the_product_or_the_terminal_and_an_old_code_about_the_customer() -> None:
    assert {stage_of(code) for code in BLOCKED} <= {PRODUCT, TERMINAL}
    assert stage_of("a_reason_of_an_old_version") == CUSTOMER


def test_the_first_stage_with_a_reason_drops_a_member() -> None:
    assert first_stage(["staff_off", "state"]) == CUSTOMER
    assert first_stage(["staff_off", "state", "no_trial"]) == PRODUCT
