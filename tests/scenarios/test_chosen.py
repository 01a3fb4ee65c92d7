"""Who gets which offer: limits of channels and subscribers, chance for a few, control groups."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from models.allocation.rules import Rules
from scenarios.capacity import Capacity
from scenarios.chosen import Chosen, choose
from scenarios.contacted import USED
from scenarios.library.c10_data_without_plan import SCENARIO as C10
from scenarios.library.c11_idle_data_without_pack import SCENARIO as C11
from scenarios.library.c13_new_customer import SCENARIO as C13
from scenarios.library.c22_likely_to_leave import SCENARIO as C22
from scenarios.limits import Activity, Offers
from scenarios.override import Override
from scenarios.quota import Quota
from scenarios.scenario import Scenario

NEVER = 999_999


def offer(who: str, value: int, scenario: str = C10.name, **other: Any) -> dict[str, Any]:
    """An offer by short message to somebody who was not contacted before, is in no control group, and is not chosen by chance."""
    usual = {"city": "9901", "county": "c1", "step": "wave1", "offer": "dp010", "channel": "sms", "mode": "active", "resource": "credit_5"}
    usual["served_by"] = None
    numbers = {
        "effect_ppm": 20_000,
        "contact_fen": 5,
        "resource_fen": 500,
        "is_held_out": False,
        "explore_draw": NEVER,
        **dict.fromkeys((*USED, "most_contacts_30d"), None),
    }
    return {"subscriber_id": who, "value_fen": value, "scenario": scenario, **usual, **numbers, **other}


def in_order(offers: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(
        offers,
        key=lambda one: (
            one["city"],
            one["county"] or "",
            one["served_by"] or "",
            one["subscriber_id"],
            one["scenario"],
            one["step"],
            one["offer"],
            one["channel"],
        ),
    )


def as_arrays(offers: Sequence[dict[str, Any]]) -> Offers:
    """The offers in the form that Spark hands over: numbers instead of names."""
    order, named = in_order(offers), ("scenario", "step", "channel", "mode", "resource")
    activities = sorted({Activity(*(one[name] for name in named)) for one in order}, key=lambda of: (of.scenario, of.step, of.channel))
    people = sorted({one["subscriber_id"] for one in order})
    rows = [
        {
            **one,
            "row": row,
            "who": people.index(one["subscriber_id"]),
            "activity": activities.index(Activity(*(one[name] for name in named))),
        }
        for row, one in enumerate(order)
    ]
    kinds = {"value_fen": pa.int64(), "effect_ppm": pa.int32(), "explore_draw": pa.int32(), "served_by": pa.string()}
    kinds |= dict.fromkeys((*USED, "most_contacts_30d"), pa.int32())
    return Offers(pa.table({name: pa.array([one[name] for one in rows], kinds.get(name)) for name in rows[0]}), activities)


def chosen(
    offers: Sequence[dict[str, Any]],
    scenarios: Sequence[Scenario] = (C10, C11, C13, C22),
    quotas: Sequence[Quota] = (),
    **limits: Any,
) -> tuple[Chosen, dict[tuple[str, str, str], bool]]:
    """What is chosen, and whether each offer would be listed, by subscriber, scenario and channel."""
    capacities = [*limits.get("units", []), *(Capacity(channel, most) for channel, most in limits.get("capacity", {}).items())]
    told = choose(as_arrays(offers), scenarios, capacities, limits.get("stock", {}), quotas)
    keys = [(one["subscriber_id"], one["scenario"], one["channel"]) for one in in_order(offers)]
    return told, dict(zip(keys, told.would_list.tolist(), strict=True))


def test_a_channels_capacity_goes_to_the_most_valuable_and_its_price_is_what_the_next_one_is_worth() -> None:
    told, listed = chosen([offer(f"p{n:03}", 1000 - n) for n in range(100)], capacity={"sms": 30})
    assert [who for (who, *_), is_listed in listed.items() if is_listed] == [f"p{n:03}" for n in range(30)]
    assert told.told.prices["capacity sms"] == pytest.approx(970, abs=1)


def test_a_contact_that_costs_more_than_it_brings_is_not_made() -> None:
    _, listed = chosen([offer("gains", 5), offer("loses", -5)])
    assert listed == {("gains", C10.name, "sms"): True, ("loses", C10.name, "sms"): False}


def test_a_subscriber_gets_one_active_contact_in_three_days_and_the_most_valuable_one() -> None:
    both = [offer("twice", 90), offer("twice", 100, C11.name, offer="ip005"), offer("yesterday", 500, used_0=1)]
    _, listed = chosen(both)
    assert [key for key, is_listed in listed.items() if is_listed] == [("twice", C11.name, "sms")]


def test_of_two_scenarios_with_products_of_one_class_a_subscriber_gets_one() -> None:
    passive = {"channel": "toolbar", "mode": "passive"}
    _, listed = chosen(
        [offer("one", 90), offer("one", 80, C13.name, step="plan_toolbar", **passive), offer("two", 70, C11.name, **passive)]
    )
    assert [who for (who, scenario, _), is_listed in listed.items() if is_listed] == ["one", "two"]
    assert listed["one", C13.name, "toolbar"] is False


def test_who_is_asked_to_stay_is_sold_nothing_on_the_same_day() -> None:
    stay = {"channel": "outbound_call", "offer": "", "resource": ""}
    _, listed = chosen([offer("leaver", 90, C22.name, **stay), offer("leaver", 80, channel="web_hall", mode="passive")])
    assert [scenario for (_, scenario, _), is_listed in listed.items() if is_listed] == [C22.name]


def test_a_countys_capacity_binds_its_customers_alone_and_has_its_own_price() -> None:
    calls = {"channel": "outbound_call"}
    some = [offer(f"{county}{n:02}", 1000 - n, county=county, **calls) for county in ("near", "far") for n in range(20)]
    told, listed = chosen(some, units=[Capacity("outbound_call", 5, county="near")])
    assert [who for (who, *_), is_listed in listed.items() if is_listed] == [f"far{n:02}" for n in range(20)] + [
        f"near{n:02}" for n in range(5)
    ]
    assert told.told.prices == {"capacity outbound_call county near": pytest.approx(995, abs=1)}


def test_a_managers_capacity_binds_the_manager_s_customers_wherever_they_live() -> None:
    def order(who: str, value: int, manager: str, **other: Any) -> list[dict[str, Any]]:
        work = {"channel": "account_manager", "served_by": manager, **other}
        return [offer(who, value, **work), offer(who, 10, channel="toolbar", mode="passive", served_by=manager, **other)]

    some = [order(f"one{n}", 100 - n, "M1", county=f"c{n % 2}") for n in range(6)] + [order(f"two{n}", 50, "M2") for n in range(3)]
    told, listed = chosen([one for of in some for one in of], units=[Capacity("account_manager", 2, manager="M1")])
    by_manager = [who for (who, _, channel), is_listed in listed.items() if is_listed and channel == "account_manager"]
    assert sorted(by_manager) == ["one0", "one1", "two0", "two1", "two2"]
    # The others get the list that waits for them.
    assert sorted(who for (who, _, channel), is_listed in listed.items() if is_listed and channel == "toolbar") == [
        f"one{n}" for n in range(2, 6)
    ]
    # One more work order earns what the next one is worth beyond the passive list.
    assert told.told.prices["capacity account_manager manager M1"] == pytest.approx(88, abs=1)


def test_a_limit_that_nobody_can_pass_is_no_rule_however_many_managers_have_one(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    class Counted(Rules):
        def __init__(self, problem: Any) -> None:
            super().__init__(problem)
            made.append(len(self))

    monkeypatch.setattr("scenarios.chosen.Rules", Counted)
    of = {"channel": "account_manager"}
    some = [offer(f"p{n:03}", 100, served_by=f"M{n}", is_held_out=n % 7 == 0, **of) for n in range(200)]
    some += [offer(f"q{n}", 90 - n, served_by="M0", **of) for n in range(4)]
    told, listed = chosen(some, units=[Capacity("account_manager", 5, manager=f"M{n}") for n in range(200)])
    assert (len(told.limits), sum(listed.values()), made) == (200, 204, [0, 0])
    told, listed = chosen(some, units=[Capacity("account_manager", 3, manager=f"M{n}") for n in range(200)])
    assert (sum(listed.values()), made[2:]) == (202, [1, 0])


def test_what_remains_after_the_control_groups_leave_fits_every_county() -> None:
    # The limits are divided by .75, the share that is not held out over all; nobody of the near county is.
    some = [offer(f"near{n}", 100 - n, county="near") for n in range(6)]
    some += [offer(f"far{n}", 9, county="far", is_held_out=n % 2 == 1) for n in range(6)]
    _, listed = chosen(some, units=[Capacity("sms", 3, county="near")])
    assert [who for (who, *_), is_listed in listed.items() if is_listed and who.startswith("near")] == ["near0", "near1", "near2"]


def test_of_several_channels_a_step_uses_the_one_that_earns_most_within_the_capacities() -> None:
    both = [offer(f"p{n}", 100 - n) for n in range(3)]
    both += [offer(f"p{n}", 60, channel="toolbar", mode="passive") for n in range(3)]
    _, listed = chosen(both, capacity={"sms": 1})
    # One through the dear channel; nobody through two, though both have room.
    assert [(who, channel) for (who, _, channel), is_listed in listed.items() if is_listed] == [
        ("p0", "sms"),
        ("p1", "toolbar"),
        ("p2", "toolbar"),
    ]


def test_a_customer_gets_no_more_contacts_than_their_value_allows() -> None:
    def offers(**other: Any) -> list[dict[str, Any]]:
        return [offer("one", 90, **other), offer("one", 80, C11.name, offer="ip005", channel="toolbar", mode="passive")]

    cases = {"three of four": {"used_2": 3}, "four of four": {"used_2": 4}, "four of eight": {"used_2": 4, "most_contacts_30d": None}}
    found = {case: sum(chosen(offers(**{"most_contacts_30d": 4} | other))[1].values()) for case, other in cases.items()}
    assert found == {"three of four": 1, "four of four": 0, "four of eight": 2}


def test_chance_chooses_for_its_share_whatever_the_value_is_and_takes_capacity_first() -> None:
    explored = [offer("lucky", -50, explore_draw=29_999), offer("unlucky", -50, explore_draw=30_000)]
    told, listed = chosen([*explored, *(offer(f"p{n}", 1000 - n) for n in range(9))], capacity={"sms": 5})
    assert [who for (who, *_), is_listed in listed.items() if is_listed] == ["lucky", "p0", "p1", "p2", "p3"]
    told_ppm = dict(zip([who for who, *_ in listed], told.chosen_ppm.tolist(), strict=True))
    assert (told_ppm["lucky"], told_ppm["unlucky"], told_ppm["p0"], told_ppm["p8"]) == (30_000, 30_000, 1_000_000, 30_000)


def test_chance_draws_among_the_offers_of_a_subscriber_and_says_with_which_probability() -> None:
    each = [offer("one", 10, C13.name, step="content", offer=app, explore_draw=draw) for draw in (7,) for app in ("games", "mm", "video")]
    told, _ = chosen(each)
    # 7 of three offers is the second one.
    assert told.is_explored.tolist() == [False, True, False]
    assert told.chosen_ppm.tolist()[0] == 10_000


def test_chance_draws_among_the_channels_of_an_offer_as_well() -> None:
    some = [offer("one", 10, channel=channel, mode=mode, explore_draw=8) for channel, mode in (("sms", "active"), ("toolbar", "passive"))]
    told, listed = chosen([*some, offer("other", 10), offer("other", 9, channel="toolbar", mode="passive")])
    # 8 of two channels is the first one. Of the other member the best is chosen with 97 %, and 3 % / 2 by chance.
    assert told.is_explored.tolist() == [True, False, False, False]
    assert told.chosen_ppm.tolist() == [985_000, 15_000, 985_000, 15_000]
    assert list(listed.values()) == [True, False, True, False]


def test_chance_never_breaks_a_cap() -> None:
    told, listed = chosen([offer("full", 10, explore_draw=1, used_0=1)])
    assert (told.is_explored.tolist(), list(listed.values())) == ([False], [False])


def test_the_held_out_are_chosen_like_all_others_and_the_listed_still_fit_the_channel() -> None:
    some = [offer(f"p{n:03}", 1000 - n, is_held_out=n % 10 == 3) for n in range(100)]
    _, listed = chosen(some, capacity={"sms": 45})
    would = [int(who[1:]) for (who, *_), is_listed in listed.items() if is_listed]
    # 45 of those who are not held out are 50 with the held out; both arms end at the same value.
    assert would == list(range(50))
    assert sum(n % 10 != 3 for n in would) == 45


def test_a_resource_is_given_as_often_as_its_stock_allows_in_expectation() -> None:
    told, listed = chosen([offer(f"p{n:03}", 1000 - n, effect_ppm=100_000) for n in range(100)], stock={"credit_5": 4})
    assert sum(listed.values()) == 40
    assert [limit.name for limit in told.limits] == ["stock credit_5"]


def test_a_county_lowers_the_contacts_of_a_scenario_for_its_own_subscribers_and_for_nobody_else() -> None:
    lower = {"scenario": C10.name, "owner": "city", "audience": None, "channels": None}
    city = Override(city="9901", county=None, most_contacts=5, **lower)
    county = Override(city="9901", county="c2", most_contacts=1, **lower)
    homes = [("9901", "c1"), ("9901", "c2"), ("9902", "c3")]
    offers = [offer(f"{home}{n}", 100 - n, city=city, county=home) for city, home in homes for n in range(8)]
    offers += [offer("c2other", 50, C11.name, offer="ip005", county="c2")]
    told, listed = chosen(offers, [C10.narrowed((county, city)), C11])
    counted = Counter(who[:2] for (who, scenario, _), is_listed in listed.items() if is_listed and scenario == C10.name)
    assert counted == {"c1": 4, "c2": 1, "c3": 8}
    assert listed["c2other", C11.name, "sms"]
    assert listed["c20", C10.name, "sms"]
    limits = {limit.name: limit for limit in told.limits}
    assert limits.keys() == {f"contacts {C10.name} in c2", f"contacts {C10.name} in 9901"}
    everybody = np.ones(len(offers), bool)
    sorted_offers = as_arrays(offers)
    assert sorted_offers.used([limits[f"contacts {C10.name} in c2"]], everybody) == [8]


def test_a_stock_and_the_most_of_a_scenario_hold_when_the_held_out_have_left() -> None:
    # Those held out are worth least, so all of the first 50, which 40 / .8 allows, would stay.
    some = [offer(f"p{n:03}", 1000 - n, effect_ppm=100_000, is_held_out=n >= 80) for n in range(100)]
    few = replace(C10, strategy=replace(C10.strategy, most_contacts=40))
    for scenarios, limits in (((C10,), {"stock": {"credit_5": 4}}), ((few,), {})):
        told, listed = chosen(some, scenarios, **limits)
        assert [who for (who, *_), is_listed in listed.items() if is_listed] == [f"p{n:03}" for n in range(40)]
        # The next one was chosen at first; but for chance it is not.
        assert told.chosen_ppm.tolist()[39:41] == [1_000_000, 30_000]


def test_chance_chooses_three_of_a_hundred_customers_and_each_of_their_offers_equally_often() -> None:
    many, rng = 20_000, np.random.default_rng(18)
    activities = [Activity(C13.name, "content", "sms", "active", "data_300m")]
    count = np.zeros(4 * many, np.int32)
    numbers = {
        **{"row": np.arange(4 * many), "activity": count.astype(np.int16), "who": np.arange(4 * many) // 4},
        **{"value_fen": np.tile([40, 30, 20, 10], many), "effect_ppm": count + 20_000, "contact_fen": count, "resource_fen": count},
        **{"is_held_out": count > 0, "explore_draw": np.repeat(rng.integers(0, 1_000_000, many), 4).astype(np.int32)},
        **dict.fromkeys(USED, count),
        "most_contacts_30d": count + 8,
    }
    places = dict.fromkeys(("city", "county", "served_by"), pa.array(["c1"] * 4 * many))
    told = choose(Offers(pa.table({**places, **numbers}), activities), (C13,), {}, {}, [])
    # 3 % of 20,000 are 600, 150 for each of four offers; five standard deviations are 121 and 61.
    each = told.is_explored.reshape(many, 4).sum(axis=0)
    assert abs(each.sum() - 600) < 121
    assert (np.abs(each - 150) < 61).all()
    # The first offer is the best, so whoever has another one has it by chance; each customer has one, as the probabilities say.
    assert told.would_list.reshape(many, 4).sum(axis=0).tolist() == [many - each[1:].sum(), *each[1:]]
    assert told.chosen_ppm.reshape(many, 4)[0].tolist() == [977_500, 7_500, 7_500, 7_500]


def test_an_offer_that_chance_chose_would_not_have_been_chosen_without_it_if_another_is_worth_more() -> None:
    # 7 of three channels is the second one, sms.
    channels = {"crm": 500, "sms": 300, "web_hall": 20}
    told, _ = chosen([offer("one", value, channel=name, mode="passive", explore_draw=7) for name, value in channels.items()])
    assert told.is_explored.tolist() == [False, True, False]
    assert told.chosen_ppm.tolist()[1] == 10_000
