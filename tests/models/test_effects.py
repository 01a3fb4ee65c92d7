"""What a contact does on average, from drawn arms."""

import pytest

from models.effects import Arm, drawn_to, effects


def arms(kind: str, channel: str, treated: tuple[int, int], control: tuple[int, int], drawn: float = 0.5) -> tuple[str, str, Arm, Arm]:
    """Arms with (subscribers, orders) each, the treated one drawn with this probability."""
    both = ((treated, 1 / drawn), (control, 1 / (1 - drawn)))
    one, other = (Arm(count, count * weight, orders * weight, count * weight * weight) for (count, orders), weight in both)
    return kind, channel, one, other


def test_the_effect_is_the_difference_of_the_arms_whatever_their_shares() -> None:
    even, uneven = effects([arms("data_plan", "sms", (1000, 80), (1000, 30)), arms("idle_pack", "sms", (1600, 128), (400, 12), drawn=0.8)])
    assert (even.measured, uneven.measured) == pytest.approx((0.05, 0.05))
    # sqrt(.08 x .92 / 1000 + .03 x .97 / 1000), with half an order more.
    assert even.error == pytest.approx(0.0101, abs=0.0002)


def test_a_channel_that_is_not_sure_is_drawn_to_the_mean_of_its_class() -> None:
    sure = [arms("data_plan", channel, (20_000, 20_000 * n // 100), (20_000, 200)) for channel, n in (("sms", 3), ("crm", 9))]
    unsure = arms("data_plan", "mms", (20, 8), (20, 0))
    crm, mms, sms = effects([*sure, unsure])
    assert mms.measured == pytest.approx(0.4)
    assert 0.04 < mms.shrunk < 0.15
    assert (crm.shrunk, sms.shrunk) == pytest.approx((0.08, 0.02), abs=0.002)


def test_what_few_contacts_show_hardly_changes_what_was_assumed_and_many_replace_it() -> None:
    (sure,) = effects([arms("app", "sms", (10_000, 600), (10_000, 100))])
    (unsure,) = effects([arms("app", "sms", (50, 3), (50, 1))])
    assert drawn_to(0.012, sure.shrunk, sure.error) == pytest.approx(0.05, rel=0.02)
    assert 0.012 < drawn_to(0.012, unsure.shrunk, unsure.error) < 0.015
    # What does much harm is believed, whatever was assumed, and so is a measurement that has no error.
    assert drawn_to(0.012, -0.05, 0.01) < -0.04
    assert drawn_to(0.0, 0.02, 0.0) == 0.02
    assert drawn_to(0.0, 0.0, 0.0) == 0.0


def test_harm_stays_harm_and_an_arm_without_anybody_says_nothing() -> None:
    (harmful,) = effects([arms("data_plan", "outbound_call", (5000, 50), (5000, 200)), arms("app", "sms", (10, 1), (0, 0))])
    assert harmful.shrunk < -0.02
