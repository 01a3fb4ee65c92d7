"""Whether a counter makes an offer to customers who are in no list yet."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jobs.publish import unknown_entrants
from jobs.publish.unknown_entrants import DefaultOffer, default_offers, write_default
from scenarios.library.c13_new_customer import SCENARIO as C13
from scenarios.override import Override
from scenarios.variants import Variant
from tests.jobs.publish.test_publish_lists import ON


def test_a_pilot_offers_nothing_to_customers_whom_nobody_can_draw_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [offer.scenario for offer in default_offers(ON)] == [C13]
    monkeypatch.setattr(unknown_entrants, "SCENARIOS", (replace(C13, state="pilot", pilot_per_mille=100),))
    assert default_offers(ON) == []


def override(city: str, county: str | None = None, **narrowed: Any) -> Override:
    nothing = {"audience": None, "channels": None, "most_contacts": None}
    return Override(scenario=C13.name, city=city, county=county, owner="city", **nothing | narrowed)


def test_a_county_has_no_offer_where_an_override_leaves_out_the_channel_or_customers_nobody_knows(tmp_path: Path) -> None:
    scenario = C13.narrowed(
        (
            override("9901", "990101", channels=("sms",)),
            override("9901", "990102", channels=("sms", "crm")),
            override("9902", audience="value_class = 'high_value'"),
            override("9903", "990301", most_contacts=0),
            override("9903", most_contacts=100),
        )
    )
    counties = {"990101": "9901", "990102": "9901", "990201": "9902", "990301": "9903", "990302": "9903", "990401": "9904"}
    part = write_default(tmp_path / "default", DefaultOffer(scenario, scenario.timing.step("entry")), counties, {"dp010": "10元"})
    lines = (tmp_path / "default").read_text("utf-8").splitlines()[1:]
    assert ([line.split(",")[0] for line in lines], part.rows) == (["990102", "990302", "990401"], 3)


def test_the_counter_has_the_first_of_its_variants_that_needs_no_figure_of_a_customer(tmp_path: Path) -> None:
    texts = (
        Variant("usage", "{fee_fen:yuan}元{product_name}"),
        Variant("plain", "欢迎办理{product_name}"),
        Variant("sms", "{product_name}", channels=("sms",)),
    )
    step = replace(C13.timing.step("entry"), message=texts)
    scenario = replace(C13, timing=replace(C13.timing, steps=(step, *C13.timing.steps[1:])))
    write_default(tmp_path / "default", DefaultOffer(scenario, step), {"990101": "9901"}, {"dp010": "10元"})
    assert (tmp_path / "default").read_text("utf-8").splitlines()[1].endswith(",欢迎办理10元")
