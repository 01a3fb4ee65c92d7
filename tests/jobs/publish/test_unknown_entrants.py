"""Whether a counter makes an offer to customers who are in no list yet."""

from dataclasses import replace

import pytest

from jobs.publish import unknown_entrants
from jobs.publish.unknown_entrants import default_offers
from scenarios.library.c13_new_customer import SCENARIO as C13
from tests.jobs.publish.test_publish_lists import ON


def test_a_pilot_offers_nothing_to_customers_whom_nobody_can_draw_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [offer.scenario for offer in default_offers(ON)] == [C13]
    monkeypatch.setattr(unknown_entrants, "SCENARIOS", (replace(C13, state="pilot", pilot_per_mille=100),))
    assert default_offers(ON) == []
