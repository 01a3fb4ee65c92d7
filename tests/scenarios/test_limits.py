"""What quotas bound, and whom a limit of a place is about."""

from collections import Counter
from typing import Any

import pytest

from scenarios.library.c03_newcomer_without_data import SCENARIO as C03
from scenarios.library.c10_data_without_plan import SCENARIO as C10
from scenarios.library.c11_idle_data_without_pack import SCENARIO as C11
from scenarios.library.c17_2g_much_data import SCENARIO as C17
from scenarios.quota import Quota
from tests.scenarios.test_chosen import chosen, offer


def quota(name: str, measure: Any, **other: Any) -> Quota:
    none = dict.fromkeys(("scenarios", "channels", "city", "county", "least", "most"), None)
    return Quota(**{**none, "name": name, "owner": "board", "measure": measure, **other})


def test_a_quota_bounds_contacts_expected_sales_and_cost_of_scenarios_channels_and_places() -> None:
    # Of 2 % who take it up each costs 500 for the gift; a contact costs 5: 15 fen each. 100 contacts are 2 sales.
    people = [offer(f"p{n:03}", 1000 - n, county="c1" if n < 50 else "c2") for n in range(100)]
    for one, listed in (
        (quota("few", "contacts", county="c1", most=7), {"c1": 7, "c2": 50}),
        (quota("of others", "contacts", scenarios=(C11.name,), most=7), {"c1": 50, "c2": 50}),
        (quota("through others", "contacts", channels=("crm",), most=7), {"c1": 50, "c2": 50}),
        (quota("sales", "sales", city="9901", most=1), {"c1": 50}),
        (quota("money", "cost", most=15 * 60), {"c1": 50, "c2": 10}),
    ):
        told, picked = chosen(people, quotas=[one])
        assert Counter("c1" if who < "p050" else "c2" for (who, *_), is_listed in picked.items() if is_listed) == listed, one.name
        assert {limit.name for limit in told.limits} <= {f"quota {one.name}"}


def test_a_least_of_expected_sales_takes_contacts_that_earn_nothing_and_one_that_cannot_be_met_is_missed_by_its_rest() -> None:
    poor = [offer(f"p{n:03}", -1 - n) for n in range(100)]
    told, listed = chosen(poor, quotas=[quota("push", "sales", least=1)])
    assert (sum(listed.values()), told.told.missing) == (50, {})
    told, listed = chosen(poor, quotas=[quota("push", "sales", least=3)])
    assert (sum(listed.values()), told.told.missing) == (100, {"quota push": pytest.approx(1)})


def test_a_least_of_a_place_where_nobody_has_an_offer_is_missed_and_named() -> None:
    told, _ = chosen([offer("p", 10)], quotas=[quota("far", "contacts", city="9902", least=5)])
    assert (told.told.missing, [limit.name for limit in told.limits]) == ({"quota far": pytest.approx(5)}, ["quota far"])


def test_a_limit_of_a_city_holds_for_its_subscribers_without_a_county_and_one_of_a_county_does_not() -> None:
    people = [offer("known", 10), offer("unknown", 10, county=None), offer("elsewhere", 10, city="9902", county=None)]
    for place, listed in (({"city": "9901"}, {"elsewhere"}), ({"county": "c1"}, {"unknown", "elsewhere"})):
        _, picked = chosen(people, quotas=[quota("none", "contacts", most=0, **place)])
        assert {who for (who, *_), is_listed in picked.items() if is_listed} == listed


def test_a_counter_gets_the_best_three_offers_for_a_subscriber_and_another_channel_all() -> None:
    """Four products of four classes; so many passive contacts are allowed."""
    worth = {C10.name: 70, C11.name: 100, C03.name: 80, C17.name: 90}
    first = {C03.name: "seen"}
    for channel, most in (("crm", 3), ("kiosk", 4)):
        told = {"channel": channel, "mode": "passive"}
        offers = [offer(who, fen, name, step=first.get(name, "wave1"), **told) for who in "ab" for name, fen in worth.items()]
        _, listed = chosen(offers, (C03, C10, C11, C17))
        best = sorted(worth, key=lambda name: -worth[name])[:most]
        assert {(who, name) for (who, name, _), is_listed in listed.items() if is_listed} == {(who, name) for who in "ab" for name in best}
