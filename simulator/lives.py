"""Lives: the state of a chunk of subscribers on one day, and how it changes from entry through drift to leaving."""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator.catalogue import products
from simulator.chance import Chance, Floats, Ints
from simulator.complaints import GRUDGE, grudge_of
from simulator.days import NEVER
from simulator.traits import GOTONE, Flags, Traits

STATES = (
    "active",
    "stopped",
    "cancel_booked",
    "retention",
    "frozen",
    "cancelled",
    "cancelled_debt",
    "cancelled_forced",
    "transferred",
    "recycled",
)
_STATE = {name: position for position, name in enumerate(STATES)}
TERMINAL = np.array([position >= _STATE["cancelled"] for position in range(len(STATES))])
_FATES = np.array([_STATE["cancelled"], _STATE["cancelled_debt"], _STATE["cancelled_forced"], _STATE["transferred"]])
_FATE_SHARES = np.array([0.68, 0.18, 0.03, 0.11])
# The chance to turn away on a day, before what makes it likelier; the shares of these who leave, and who do so suddenly.
TURNS_A_DAY, LEAVES, SUDDEN = 0.00135, 0.75, 0.10
RETENTION_DAYS, FROZEN_DAYS = 45, 30
KEPT_TERMINAL_DAYS = 120
_BOOKED_DAYS, _STOPPED_DAYS = 5, 15


@dataclass
class Lives:
    """What changes from day to day, one value per subscriber. Days are numbers, NEVER if it has not happened.

    `turn` is the day a drift ends, in leaving (`leaves`) or in recovery; `closed` is the day the subscription ended. `month_...` grow
    within the calendar month; `bill_...` are those of the last closed month, `settled_fee` is the outside data fee of the last billed one.
    `..._pace` are means per day over about a month; orders depend on them. `tired` is the number of contacts, each counting less day by
    day. `refused_on` is the day from which they want no contacts, `trial_since` the day a service was taken for a trial,
    `advised` the product that a friend recommended yesterday. `grudge` is the number of complaints, counting like `tired`.
    """

    onset: Ints
    turn: Ints
    leaves: Flags
    fate: Ints
    closed: Ints
    data_plan: Ints
    data_since: Ints
    data_channel: Ints
    idle_pack: Ints
    idle_since: Ints
    idle_channel: Ints
    service_since: NDArray[np.int64]
    service_channel: NDArray[np.int64]
    top_up_bytes: Ints
    fee_pace: Floats
    data_pace: Floats
    idle_pace: Floats
    month_active_days: Ints
    month_bytes: Ints
    month_idle_bytes: Ints
    month_fee: Ints
    month_plan_fees: Ints
    month_service_fees: Ints
    month_voice: Ints
    month_sms: Ints
    bill_active_days: Ints
    bill_idle_bytes: Ints
    bill_fee: Ints
    bill_plan_fees: Ints
    bill_service_fees: Ints
    bill_voice: Ints
    bill_sms: Ints
    bill_allowance: Ints
    bill_used: Ints
    settled_fee: Ints
    tired: Floats
    grudge: Floats
    refused_on: Ints
    advised: Ints
    trial_since: NDArray[np.int64]

    def save(self, path: Path) -> None:
        """Write the state; equal lives give equal bytes."""
        np.savez(path, **{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def load(cls, path: Path) -> "Lives":
        """Read what `save` wrote."""
        with np.load(path) as stored:
            return cls(**{field.name: stored[field.name] for field in fields(cls)})


def begin(traits: Traits, chance: Chance, first_day: int) -> Lives:
    """Return the lives on the day before the first simulated day, with the products ordered before it (or at a later entry)."""
    n, who = len(traits.subscriber), traits.subscriber
    taken = np.where(traits.entry >= first_day, traits.entry, _between(traits.entry, first_day, chance.uniform("first orders", 0, who)))
    wealth = np.log(traits.appetite / 1_150_000)
    holds = chance.uniform("holds plan", 0, who) < 1 / (1 + np.exp(-(-0.25 + 1.1 * wealth - 1.6 * (traits.price_sensitivity - 0.5))))
    plan = np.where(traits.data_user & holds, best_tier(2.2 * traits.appetite * 30, chance.normal("first tier", 0, who)), -1)
    idle = traits.data_user & (chance.uniform("holds idle pack", 0, who) < 0.10)
    idle_pack = np.where(idle, (chance.uniform("first pack", 0, who) < 0.3).astype(np.int64), -1)
    held_first = products()["service"].share / 100
    services = len(held_first)
    likes = np.stack([chance.uniform(f"holds app {k}", 0, who) for k in range(services)], axis=1) < held_first
    zeros = {field.name: np.zeros(n, dtype=np.int64) for field in fields(Lives)}
    paces = {name: np.zeros(n) for name in ("fee_pace", "data_pace", "idle_pace", "tired", "grudge")}
    course = {"onset": np.full(n, NEVER), "turn": traits.forced_turn.copy(), "leaves": traits.forced_turn != NEVER}
    held = {"data_plan": plan, "idle_pack": idle_pack, "data_since": np.where(plan >= 0, taken, NEVER)}
    held |= {"idle_since": np.where(idle, taken, NEVER), "service_since": np.where(likes, taken[:, None], NEVER)}
    held |= {
        "closed": np.full(n, NEVER),
        "data_channel": np.full(n, -1),
        "idle_channel": np.full(n, -1),
        "service_channel": np.full((n, services), -1),
        "trial_since": np.full((n, services), NEVER),
        "advised": np.full(n, -1),
        "refused_on": np.full(n, NEVER),
        "fate": np.where(traits.is_transferred, _STATE["transferred"], _STATE["cancelled"]),
    }
    return Lives(**(zeros | paces | course | held))


def _between(first: Ints, last: int, share: Floats) -> Ints:
    return first + ((last - first) * (0.3 + 0.7 * share)).astype(np.int64)


def best_tier(monthly_bytes: Floats, whim: Floats) -> Ints:
    """Return the data plan that a customer picks by their estimate of their usage: roughly the smallest that covers it."""
    plans = products()["data_plan"]
    tier = np.searchsorted(plans.allowance[plans.by_size], monthly_bytes * np.exp(0.5 * whim))
    return plans.by_size[tier.clip(max=len(plans.codes) - 1)]


def drift(lives: Lives, traits: Traits, chance: Chance, day: int) -> None:
    """Begin and end drifts.

    Subscribers with little use of the network, high fees outside a package, a recent entry or a complaint turn away sooner.
    """
    ended = (lives.turn <= day) & ~lives.leaves
    lives.onset[ended], lives.turn[ended] = NEVER, NEVER
    lives.grudge = grudge_of(lives.grudge, traits, chance, day)
    services = (lives.data_plan >= 0).astype(np.int64) + (lives.idle_pack >= 0) + (lives.service_since != NEVER).sum(axis=1)
    young = (day - traits.entry) < 180
    quiet = (traits.talk < 180) & ~traits.data_user
    pull = traits.unrest - 0.45 * services + 0.5 * young + 0.5 * quiet + 0.35 * np.log1p(lives.fee_pace / 30)
    pull += np.where(traits.brand == GOTONE, -0.5, 0.1) + GRUDGE * lives.grudge
    hazard = TURNS_A_DAY * np.exp(pull)
    turns = (
        (chance.uniform("drift", day, traits.subscriber) < hazard)
        & (lives.onset == NEVER)
        & (lives.turn == NEVER)
        & (traits.entry < day - 10)
    )
    length = 22 + (-22 * np.log1p(-chance.uniform("drift length", day, traits.subscriber))).clip(max=90).astype(np.int64)
    sudden = chance.uniform("sudden", day, traits.subscriber) < SUDDEN
    lives.onset[turns] = day
    lives.turn[turns] = (day + np.where(sudden, _STOPPED_DAYS + 1, length))[turns]
    lives.leaves[turns] = (chance.uniform("leaves", day, traits.subscriber) < LEAVES)[turns]
    lives.fate[turns] = _FATES[chance.choice(_FATE_SHARES, "fate", day, traits.subscriber)][turns]


@dataclass(frozen=True)
class Standing:
    """State (position in STATES) on a day and its first day, with the day of a booked cancellation.

    `stopped`, `retained` and `frozen` are the days on which a stop for debt, retention and freezing began.
    """

    state: Ints
    since: Ints
    booked: Ints
    stopped: Ints
    retained: Ints
    frozen: Ints

    @property
    def terminal(self) -> Flags:
        """Whether the subscription has ended."""
        return TERMINAL[self.state]


def standing_on(lives: Lives, traits: Traits, day: int) -> Standing:
    """Return the state on a day.

    Prepaid numbers go through retention and frozen before they are recycled; postpaid ones end at the turn.
    """
    turn = np.where(lives.leaves, lives.turn, NEVER)
    state, since = np.zeros(len(turn), dtype=np.int64), traits.entry.copy()
    prepaid = traits.brand != GOTONE
    debt = ~prepaid & (lives.fate == _STATE["cancelled_debt"])
    books = ~prepaid & (lives.fate == _STATE["cancelled"]) & (traits.subscriber % 3 == 0)

    def reach(who: Flags, when: Ints, name: str) -> Flags:
        there = who & (when <= day)
        state[there], since[there] = _STATE[name], when[there]
        return there

    in_retention = reach(prepaid, turn, "retention")
    is_frozen = reach(prepaid, turn + RETENTION_DAYS, "frozen")
    reach(prepaid, turn + RETENTION_DAYS + FROZEN_DAYS, "recycled")
    reach(debt, turn - _STOPPED_DAYS, "stopped")
    has_booked = reach(books, turn - _BOOKED_DAYS, "cancel_booked")
    for fate in _FATES:
        reach(~prepaid & (lives.fate == fate), turn, STATES[fate])
    reach(~traits.is_transferred, traits.number_reused, "recycled")
    return Standing(
        state,
        since,
        booked=np.where(has_booked, turn, NEVER),
        stopped=np.where(state == _STATE["stopped"], turn - _STOPPED_DAYS, NEVER),
        retained=np.where(in_retention, turn, NEVER),
        frozen=np.where(is_frozen, turn + RETENTION_DAYS, NEVER),
    )
