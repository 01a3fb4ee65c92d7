"""Latent traits: what a subscriber is like from the beginning; all later behaviour follows from them and from chance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.catalogue import CATEGORIES, handsets, products, rows_of
from simulator.chance import Chance, Floats, Ints
from simulator.days import NEVER, number_of
from simulator.numbers import own_numbers, second_numbers, user_ids
from simulator.province import DAYS_A_MONTH, ENTER_A_MONTH, Province

GOTONE, MZONE, EASYOWN = range(3)
_BRAND_SHARES = np.array([0.22, 0.28, 0.50])
BRANDS = ("gotone", "mzone", "easyown")
SUB_BRANDS = ("music", "non_music", "changting", "dazhong", "zero_rent")
# The share of subscribers who take a new smart handset within 300 days, the night in the middle.
HANDSET_CHANGES = 0.15
_TASTE_MEANS = np.array([2.0, 1.4, 2.2, 1.6, 1.1, 1.2, 1.3, 1.0, 1.4])
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Traits:
    """One value per subscriber, identified by their position in the province (`subscriber`).

    `appetite` is bytes a day without a plan; `price_sensitivity` and `idle_share` are in [0, 1]; `tastes` are shares by content category;
    `unrest` is the log of how much likelier than others they are to turn away; `forced_turn` is the day of a planned leaving. `returned`
    marks those who were the subscriber before them, under another number, and brought the handset along.
    """

    subscriber: Ints
    user_id: Ints
    number: Ints
    next_number: Ints
    number_change: Ints
    entry: Ints
    forced_turn: Ints
    number_reused: Ints
    returned: Flags
    brand: Ints
    sub_brand: Ints
    base_plan: Ints
    handset: Ints
    next_handset: Ints
    handset_change: Ints
    place: Ints
    vip: Ints
    credit_class: Ints
    bundle_end: Ints
    price_sensitivity: Floats
    data_user: Flags
    wlan_user: Flags
    appetite: Floats
    idle_share: Floats
    tastes: Floats
    requests: Floats
    talk: Floats
    texting: Floats
    roaming_share: Floats
    long_share: Floats
    off_net_share: Floats
    unrest: Floats

    @property
    def has_base_allowance(self) -> Flags:
        """Whether the base plan includes data."""
        return products()["base_plan"].allowance[self.base_plan] > 0

    @property
    def is_transferred(self) -> Flags:
        """Whether the number goes to another customer on the day the subscriber leaves."""
        return (self.number_reused != NEVER) & (self.number_reused == self.forced_turn)

    def handset_on(self, day: int) -> Ints:
        """Return each subscriber's type of handset on that day."""
        return np.where(self.handset_change <= day, self.next_handset, self.handset)

    def imei_on(self, day: int) -> Ints:
        """Return the IMEI of each subscriber's handset on that day."""
        owner = np.where(self.returned, self.subscriber - 1, self.subscriber)
        serial = (owner * 7_919 + np.where(self.handset_change <= day, 3_333_333, 0)) % 10**7
        return handsets().tac[self.handset_on(day)] * 10**7 + serial

    def number_on(self, day: int) -> Ints:
        """Return each subscriber's number on that day. Before entry it is the first number, after leaving the last."""
        return np.where(self.number_change <= day, self.next_number, self.number)

    def number_since(self, day: int) -> Ints:
        """Return the day since which each has the number of that day."""
        return np.where(self.number_change <= day, self.number_change, self.entry)


def draw_traits(province: Province, start: int, stop: int) -> Traits:
    """Return the traits of subscribers start to stop - 1."""
    return _Draw(province, np.arange(start, stop, dtype=np.int64)).traits()


def entry_days(province: Province, subscribers: Ints) -> Ints:
    """Return the entry days of any subscribers, also of other chunks."""
    return _Draw(province, subscribers).identity()["entry"]


class _Draw:
    """Draws traits in order: planned roles, then brand and plan, then habits that depend on them."""

    def __init__(self, province: Province, subscriber: Ints) -> None:
        self.province, self.subscriber = province, subscriber
        self.chance, self.night = Chance(province.seed), number_of(province.night)
        self.is_entrant = subscriber >= province.subscribers
        recycles, transfers, returns = ((subscriber // 2 % 100 == place) & ~self.is_entrant for place in (37, 83, 61))
        couple, is_first = recycles | transfers, subscriber % 2 == 0
        self.gives_number, self.takes_number, self.transfers = couple & is_first, couple & ~is_first, transfers
        self.leaves_for_another, self.returns = returns & is_first, returns & ~is_first
        self.is_planned = couple | returns
        self.changes_number = (subscriber % 200 == 11) & ~self.is_entrant

    def uniform(self, purpose: str) -> Floats:
        """Return a number in [0, 1) per subscriber, which never changes."""
        return self.chance.uniform(purpose, 0, self.subscriber)

    def normal(self, purpose: str) -> Floats:
        """Return a standard normal number per subscriber, which never changes."""
        return self.chance.normal(purpose, 0, self.subscriber)

    def traits(self) -> Traits:
        """Return all traits of these subscribers."""
        brand = np.where(
            self.gives_number | self.leaves_for_another, GOTONE, self.chance.choice(_BRAND_SHARES, "brand", 0, self.subscriber)
        )
        data = self._data(brand)
        brought = np.flatnonzero(self.returns)
        if len(brought):
            data["handset"][brought] = _Draw(self.province, self.subscriber[brought] - 1).traits().handset
        return Traits(**self.identity(), **self._standing(brand), **self._habits(), **data)

    def identity(self) -> dict[str, NDArray]:
        """Return ids, numbers, entry and planned leaving."""
        seed, couple = self.province.seed, self.subscriber // 2
        reuse = self.night - 20 - self.chance.below(20, "number reuse", 0, couple)
        comes_back = self.night - 10 - self.chance.below(80, "comes back", 0, couple)
        entry = np.where(self.takes_number, reuse, np.where(self.returns, comes_back, self._entry()))
        freed = np.where(self.transfers, reuse, reuse - 35 - self.chance.below(25, "number freed", 0, couple))
        left = comes_back - 1 - self.chance.below(20, "left before", 0, couple)
        owner = np.where(self.takes_number, self.subscriber - 1, self.subscriber)
        change = self.night - 2 - self.chance.below(37, "number change", 0, self.subscriber)
        return {
            "subscriber": self.subscriber,
            "user_id": user_ids(self.subscriber, seed),
            "number": own_numbers(owner, seed),
            "next_number": second_numbers(self.subscriber, seed),
            "number_change": np.where(self.changes_number & ~self.is_planned, change, NEVER),
            "entry": entry,
            "forced_turn": np.where(self.gives_number, freed, np.where(self.leaves_for_another, left, NEVER)),
            "number_reused": np.where(self.gives_number, reuse, NEVER),
            "returned": self.returns,
        }

    def _entry(self) -> Ints:
        """Return entry days: most before the first simulated day, a steady number inside the history, some on each day after the night."""
        begin = number_of(self.province.first_lived_day)
        trickle = min(0.6, ENTER_A_MONTH * (self.night - begin) / DAYS_A_MONTH)
        inside = begin + self.chance.below(self.night - begin + 1, "entry day", 0, self.subscriber)
        tenure = np.exp(6.9 + 0.9 * self.normal("tenure")).clip(20, 5500).astype(np.int64)
        planned = self.gives_number | self.leaves_for_another | self.changes_number
        before = np.where(planned, tenure.clip(min=400), tenure)
        entered = np.where((self.uniform("entered inside") < trickle) & ~planned, inside, begin - before)
        after = self.night + 1 + (self.subscriber - self.province.subscribers) // self.province.entrants_a_day
        return np.where(self.is_entrant, after, entered)

    def _standing(self, brand: Ints) -> dict[str, NDArray]:
        plans = products()["base_plan"]
        shares = np.array([[plans.share[at] * (of == name) for at, of in enumerate(plans.brands)] for name in BRANDS])
        plan_edges = np.cumsum(shares / shares.sum(axis=1, keepdims=True), axis=1)[brand]
        base_plan = (self.uniform("base plan")[:, None] >= plan_edges).sum(axis=1).clip(max=len(plans.codes) - 1)
        own = np.array([SUB_BRANDS.index(name) if name else -1 for name in plans.sub_brands])[base_plan]
        # A plan without a sub-brand is sold under either of two.
        either = SUB_BRANDS.index("changting") + self.chance.below(2, "card", 0, self.subscriber)
        vip_draw = self.uniform("vip")
        vip = (vip_draw > 0.70).astype(np.int64) + (vip_draw > 0.88) + (vip_draw > 0.97)
        end = self.night - 60 + self.chance.below(400, "bundle end", 0, self.subscriber)
        return {
            "brand": brand,
            "sub_brand": np.where(brand == GOTONE, -1, np.where(own >= 0, own, either)),
            "base_plan": base_plan,
            "place": places_of(self.chance, self.subscriber),
            "vip": np.where(brand == GOTONE, vip, 0),
            "credit_class": 1 + self.chance.below(5, "credit class", 0, self.subscriber),
            "bundle_end": np.where(self.uniform("has bundle") < 0.10, end, NEVER),
        }

    def _habits(self) -> dict[str, NDArray]:
        weight = _TASTE_MEANS * np.exp(0.9 * np.stack([self.normal(f"taste {name}") for name in CATEGORIES], axis=1))
        return {
            "price_sensitivity": 1 / (1 + np.exp(-1.3 * self.normal("price sensitivity"))),
            "tastes": weight / weight.sum(axis=1, keepdims=True),
            "requests": np.exp(0.5 * self.normal("requests")),
            "talk": 300 * np.exp(0.9 * self.normal("talk")),
            "texting": 1.6 * np.exp(1.0 * self.normal("texting")),
            "roaming_share": np.where(self.uniform("travels") < 0.15, 0.25 * self.uniform("roaming"), 0.0),
            "long_share": 0.3 * self.uniform("long distance"),
            "off_net_share": 0.1 + 0.6 * self.uniform("off net"),
            "unrest": 0.6 * self.normal("unrest"),
        }

    def _data(self, brand: Ints) -> dict[str, NDArray]:
        types = handsets()
        likes_smart = np.where(brand == EASYOWN, 0.7, 1.3)
        dumb = types.share * ~types.smart
        clever = types.share * types.smart
        smart = self.uniform("smart") < (0.6 * likes_smart).clip(max=0.85)
        pick_smart, pick_dumb = (self.chance.choice(weights, "handset", 0, self.subscriber) for weights in (clever, dumb))
        handset = np.where(smart, pick_smart, pick_dumb)
        changes = (self.uniform("changes handset") < HANDSET_CHANGES) & ~self.is_planned
        day = self.night - 150 + self.chance.below(300, "handset change", 0, self.subscriber)
        willing = self.uniform("uses data") < np.where(smart, 0.86, 0.46)
        network = np.array([0.5, 1.0, 1.8])[types.network[handset]]
        odds = -1.6 + 0.9 * self.normal("idle share")
        return {
            "handset": handset,
            "next_handset": self.chance.choice(clever, "next handset", 0, self.subscriber),
            "handset_change": np.where(changes, day, NEVER),
            "data_user": willing & types.data[handset],
            "wlan_user": smart & (self.uniform("wlan") < 0.35),
            "appetite": 850_000 * network * np.where(smart, 1.3, 0.5) * np.exp(1.05 * self.normal("appetite")),
            "idle_share": 1 / (1 + np.exp(-odds)),
        }


def places_of(chance: Chance, subscribers: Ints) -> Ints:
    """Return the home counties of any subscribers, also of other chunks, by position."""
    return chance.choice(_place_weights(), "place", 0, subscribers)


def _place_weights() -> Floats:
    """Return weights of counties: the first city and the first county of each city are larger."""
    rows = rows_of("org")
    cities = sorted({row["CITY_CODE"] for row in rows})
    return np.array([(len(cities) - cities.index(row["CITY_CODE"])) * (2.0 if row["COUNTY_CODE"].endswith("01") else 1.0) for row in rows])
