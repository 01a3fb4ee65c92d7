"""Whom the scenarios of rare events find in the demo's province within the month after its night; the traits alone show it."""

import numpy as np

from simulator.catalogue import NETWORKS, handsets
from simulator.chance import Chance
from simulator.days import number_of
from simulator.province import Province
from simulator.traits import draw_traits
from simulator.usage import SET_WRONGLY

DEMO = Province(subscribers=10_000)


def test_smart_handsets_are_new_on_every_night_of_the_month_so_c08_and_the_address_book_of_c26_find_somebody() -> None:
    traits = draw_traits(DEMO, 0, DEMO.subscribers)
    first = number_of(DEMO.night) + 1
    smart = handsets().smart[traits.next_handset]
    new = [int((smart & (traits.handset_change == day)).sum()) for day in range(first, first + 30)]
    assert min(new) >= 1
    # 15 % of 10,000 in 300 days are five a night.
    assert 120 <= sum(new) <= 180


def test_3g_smartphones_that_use_2g_are_found_by_c09_on_its_day_of_the_month() -> None:
    traits = draw_traits(DEMO, 0, DEMO.subscribers)
    types = handsets()
    handset = traits.handset_on(number_of(DEMO.night))
    is_3g = types.smart[handset] & (types.network[handset] == NETWORKS.index("3G")) & traits.data_user
    is_wrong = Chance(DEMO.seed).uniform("handset set wrongly", 0, traits.subscriber) < SET_WRONGLY
    assert int(np.sum(is_3g & is_wrong)) >= 20
