"""What a contact brings by the planted effects, worked out by hand."""

from typing import Any

import pandas as pd
import pytest

from benchmarks.decisions import planted
from simulator.catalogue import handsets

SMARTPHONE = int(handsets().tac[handsets().smart][0])


def brings(channel: str, scenario: str = "c10_data_without_plan", offer: str = "dp010", margin: int = 2400, **traits: Any) -> float:
    """In fen, of a contact with a gift of 500 fen to somebody of middling price sensitivity who likes no channel of these."""
    usual = {"price_sensitivity": 0.5, "liked_channel": "kiosk", "tired": 0.0, "churn_unrest": 0.0, "data_plan": None}
    latent = pd.DataFrame([{"user_id": "u", "tac": SMARTPHONE, "uses_data": True, **usual, **traits}])
    row = {"scenario": scenario, "offer": offer, "channel": channel, "margin_fen": margin, "resource_fen": 500, "contact_fen": 5}
    return float(planted(pd.DataFrame([{**row, "user_id": "u"}]), latent)[0])


def test_an_active_contact_brings_reach_times_effect_times_margin_less_its_cost() -> None:
    # .994 x .996 are accepted, .96 x .90 delivered and reached; half way between 3 % and 14 % is 8.5 %, of 1900 fen.
    assert brings("sms") == pytest.approx(0.994 * 0.996 * 0.96 * 0.90 * 0.085 * 1900 - 5)
    # Two contacts that are still felt: exp(-.7) of it.
    assert brings("sms", tired=2.0) == pytest.approx(63.6003, abs=1e-3)


def test_a_passive_contact_waits_for_a_visit_and_costs_only_then() -> None:
    # Five days with 6 % each, because the app hall is the liked channel: 26.6 % come, and take 1.25 x as often.
    assert brings("app_hall", liked_channel="app_hall") == pytest.approx(44.9703, abs=1e-3)
    assert brings("app_hall", uses_data=False) == 0


def test_who_only_tries_pays_nothing_and_the_restless_may_cancel_their_plan() -> None:
    # 6 % of the least price-sensitive take a service, 60 % of these pay; 4 % of the others cancel a plan of 10 yuan.
    calm = brings("sms", "c13_new_customer", "video", margin=2300, price_sensitivity=0.0, data_plan="dp010")
    restless = brings("sms", "c13_new_customer", "video", margin=2300, price_sensitivity=0.0, data_plan="dp010", churn_unrest=0.7)
    reached = 0.994 * 0.996 * 0.96 * 0.90
    assert calm == pytest.approx(reached * 0.06 * 0.6 * 1800 - 5)
    assert restless == pytest.approx(calm - reached * 0.94 * 0.04 * 6000 * 0.55)
