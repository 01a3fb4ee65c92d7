"""What stopped a contact: the limit that was dearest, a cap of the subscriber, another contact of theirs, or that it earns nothing."""

from collections.abc import Sequence
from typing import Any

import pytest

from scenarios.capacity import Capacity
from scenarios.cut import names_of
from scenarios.library.c03_newcomer_without_data import SCENARIO as C03
from scenarios.library.c10_data_without_plan import SCENARIO as C10
from scenarios.library.c11_idle_data_without_pack import SCENARIO as C11
from scenarios.library.c13_new_customer import SCENARIO as C13
from scenarios.library.c17_2g_much_data import SCENARIO as C17
from scenarios.override import Override
from tests.scenarios.test_chosen import chosen, in_order, offer
from tests.scenarios.test_limits import quota


def cuts(offers: Sequence[dict[str, Any]], **how: Any) -> dict[str, str]:
    """What stopped whom; of several steps of a subscriber the last one in order."""
    told, _ = chosen(offers, **how)
    names, order = names_of(told.limits), in_order(offers)
    pairs = zip(told.one_each.tolist(), told.cut_by.tolist(), strict=True)
    return {order[at]["subscriber_id"]: names[cut] for at, cut in pairs if cut >= 0}


CALL = {"channel": "account_manager", "served_by": "M1"}
NARROW = Override(scenario=C10.name, owner="city", audience=None, channels=None, city="9901", county="c1", most_contacts=1)
LIMITS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "capacity sms": ({}, {"capacity": {"sms": 1}}),
    "capacity sms county c1": ({}, {"units": [Capacity("sms", 1, county="c1")]}),
    "capacity account_manager manager M1": (CALL, {"units": [Capacity("account_manager", 1, manager="M1")]}),
    "stock credit_5": ({"effect_ppm": 1_000_000}, {"stock": {"credit_5": 1}}),
    f"contacts {C10.name} in c1": ({}, {"scenarios": [C10.narrowed((NARROW,))]}),
    "quota of a city": ({}, {"quotas": [quota("of a city", "contacts", city="9901", most=1)]}),
    "quota budget": ({"effect_ppm": 1_000_000}, {"quotas": [quota("budget", "cost", most=505)]}),
}


@pytest.mark.parametrize("name", LIMITS)
def test_whom_a_limit_leaves_no_place_is_cut_by_this_limit(name: str) -> None:
    how, limits = LIMITS[name]
    assert cuts([offer("first", 1000, **how), offer("second", 900, **how)], **limits) == {"second": name}


def test_of_several_limits_the_one_that_costs_the_offer_most_cuts_it() -> None:
    # A message more in the county is worth 700 there; one more over all would be one of the other county, worth 50.
    offers = [offer(f"near{n}", 1000 - 100 * n, county="near") for n in range(4)]
    offers += [offer(f"far{n}", 60 - 10 * n, county="far") for n in range(3)]
    found = cuts(offers, capacity={"sms": 4}, units=[Capacity("sms", 3, county="near")])
    assert found == {"near3": "capacity sms county near", "far1": "capacity sms", "far2": "capacity sms"}
    # Here a message more over all is worth 880, one more in the county 100 beyond it.
    offers = [offer(f"near{n}", 1000 - 10 * n, county="near") for n in range(3)]
    offers += [offer(f"far{n}", 900 - 10 * n, county="far") for n in range(3)]
    found = cuts(offers, capacity={"sms": 4}, units=[Capacity("sms", 2, county="near")])
    assert found == {"near2": "capacity sms", "far2": "capacity sms"}


def test_a_cap_that_was_full_before_cuts_whatever_limits_there_are() -> None:
    offers = [offer("first", 900), offer("rests", 1000, used_0=1), offer("month", 1000, used_1=4, used_2=4), offer("often", 1000, used_2=8)]
    found = cuts([*offers, offer("high", 1000, used_2=4, most_contacts_30d=4)], capacity={"sms": 1})
    any_30 = "cap any 30 days"
    assert found == {"rests": "cap active 3 days", "month": "cap active 30 days", "often": any_30, "high": any_30}


def test_a_cap_that_another_contact_of_the_night_fills_cuts_the_lesser_one() -> None:
    assert cuts([offer("twice", 90), offer("twice", 100, C11.name, offer="ip005")]) == {"twice": "cap active 3 days"}


def test_a_contact_that_another_of_the_subscriber_excludes_is_cut_by_it() -> None:
    # The toolbar is full, but a place there is worth less than the offer.
    waits: dict[str, Any] = {"channel": "toolbar", "mode": "passive"}
    others = [offer("first", 50, C11.name, offer="ip005", **waits), offer("second", 20, C11.name, offer="ip005", **waits)]
    both = [offer("one", 90), offer("one", 80, C13.name, step="plan_toolbar", **waits)]
    assert cuts([*both, *others], capacity={"toolbar": 1}) == {"one": "another contact", "second": "capacity toolbar"}
    by_chance = [offer("one", 1, explore_draw=0), offer("one", 80, C11.name, offer="ip005", **waits)]
    assert cuts([*by_chance, *others], capacity={"toolbar": 1}) == {"one": "another contact", "second": "capacity toolbar"}


def test_what_costs_more_than_it_brings_is_cut_by_its_own_value() -> None:
    assert cuts([offer("first", 5), offer("costs", 0), offer("full", -5, used_0=1)], capacity={"sms": 1}) == {
        "costs": "no value",
        "full": "no value",
    }


def test_who_is_cut_when_the_held_out_have_left_is_cut_by_the_limit_that_they_pass() -> None:
    some = [offer(f"near{n}", 100 - n, county="near") for n in range(6)]
    some += [offer(f"far{n}", 9, county="far", is_held_out=n % 2 == 1) for n in range(6)]
    found = cuts(some, units=[Capacity("sms", 3, county="near")])
    assert found == dict.fromkeys(("near3", "near4", "near5"), "capacity sms county near")


def test_the_offers_that_a_counter_gets_no_more_of_are_cut_by_its_cap() -> None:
    told: dict[str, Any] = {"channel": "crm", "mode": "passive"}
    worth = {C10.name: 70, C11.name: 100, C17.name: 90}
    offers = [offer("one", fen, name, **told) for name, fen in worth.items()] + [offer("one", 80, C03.name, step="seen", **told)]
    assert cuts(offers, scenarios=(C03, C10, C11, C17)) == {"one": "cap crm a night"}
