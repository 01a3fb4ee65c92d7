"""Who gets which offer tonight (P8, P9): chance chooses for a few, all others are allocated at once, then the control groups leave."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.allocation.problem import Floats, Integers, Problem
from models.allocation.rules import Rules
from models.allocation.solve import Allocation, solve
from scenarios.capacity import Capacity
from scenarios.cells import in_blocks
from scenarios.cut import Choice, cut_by, is_in_cap
from scenarios.limit import Limit
from scenarios.limits import Offers
from scenarios.quota import Quota
from scenarios.scenario import Scenario

_MILLION = 1_000_000
_ROUNDING = 1e-6
# More than an offer is worth in fen.
_CHOSEN_FIRST, _CUT_NEXT = 1 << 60, 1 << 59


@dataclass(frozen=True)
class Chosen:
    """By offer: whether it would be listed if nobody were held out, its value less the price of what it uses, whether chance chose it.

    `chosen_ppm` is the probability with which it was chosen. `told` is the allocation of those for whom chance did not choose, under
    `limits`. `one_each` has the place of one offer of each member: the chosen one, else the most valuable at tonight's prices. `cut_by` is
    about these: what stopped them, as places in `names_of(limits)` of scenarios/cut.py; -1 if they would be listed.
    """

    would_list: "np.ndarray"
    reduced_fen: Integers
    is_explored: "np.ndarray"
    chosen_ppm: Integers
    told: Allocation
    limits: list[Limit]
    one_each: "np.ndarray"
    cut_by: "np.ndarray"


def choose(
    offers: Offers,
    scenarios: Sequence[Scenario],
    capacities: Iterable[Capacity],
    stock: Mapping[str, int],
    quotas: Iterable[Quota],
    say: Callable[[str], None] = lambda _: None,
) -> Chosen:
    """Choose among the offers. `capacities` limit channels, `stock` is by resource; what they do not name has no limit.

    Everybody eligible is allocated, held out or not, with the limits divided by the share that is not held out. Then the held out leave.
    If more is left than a limit allows, those with the least value at tonight's prices go, of both arms alike.
    """
    share = 1 - float(offers.is_held_out.mean()) if len(offers.row) and not offers.is_held_out.all() else 1.0
    limits = offers.limits(scenarios, capacities, stock, quotas)
    problem = offers.problem(scenarios, limits, share)
    rules = Rules(problem)
    explored, options = _explored(offers, scenarios, problem, rules)
    rest, pairs = _without_explored(problem, rules, explored)
    told = solve(rest, say)
    picked = explored.copy()
    picked[pairs[told.picked]] = True
    del rest, pairs
    reduced = _reduced(problem, rules, told)
    beyond = _beyond(offers, limits, problem, picked, explored, reduced)
    would_list = picked & (beyond < 0)
    # Without chance, those whom chance chose would have got the best of their offers, if it is worth anything.
    usual, made = would_list.copy(), explored & would_list
    usual[made] = offers.is_best(reduced)[made] & (reduced[made] > 0)
    explore = {s.name: s.strategy.explore_per_mille / 1000 for s in scenarios}
    rate = np.array([explore[a.scenario] for a in offers.activities] or [0], np.float32)[offers.activity]
    chosen_ppm = np.rint(_MILLION * (rate / options + (1 - rate) * usual)).astype(np.int32)
    reduced_fen = np.floor(reduced).astype(np.int64)
    one_each = offers.first_best(reduced_fen + np.where(would_list, _CHOSEN_FIRST, np.where(beyond >= 0, _CUT_NEXT, 0)))
    prices = np.array([told.prices[name] for name in rules.names])
    choice = Choice(problem, rules, limits, offers.cap_names, prices, picked, explored, reduced, beyond)
    cut = np.full(len(one_each), -1, np.int32)
    cut[~would_list[one_each]] = cut_by(choice, one_each[~would_list[one_each]])
    return Chosen(would_list, reduced_fen, made, chosen_ppm, told, limits, one_each, cut)


def _explored(offers: Offers, scenarios: Sequence[Scenario], problem: Problem, rules: Rules) -> tuple["np.ndarray", Integers]:
    """Return the offers that chance chose, at most one a subscriber, and how many offers each offer's member had."""
    member, draw = offers.members, offers.explore_draw
    pairs = len(member)
    options = np.bincount(member).astype(np.int16)[member]
    share = {s.name: s.strategy.explore_per_mille * 1000 for s in scenarios}
    limit = np.array([share[a.scenario] for a in offers.activities] or [0], np.int32)[offers.activity]
    # Below its limit a draw is as even as before, so it also says which of the member's offers.
    place = np.arange(pairs, dtype=np.int32) - offers.member_starts[member]
    at = np.flatnonzero((draw < limit) & (draw % np.maximum(options, 1) == place))
    customer = problem.customer_of(at)
    has_room = (~is_in_cap(problem)[offers.activity[at]] | (problem.rooms[customer] > 0)).all(axis=1)
    at, customer = at[has_room], customer[has_room]
    order = np.lexsort((at, draw[at]))
    at = at[order]
    _, first = np.unique(customer[order], return_index=True)
    at = at[first]
    return _kept(problem, rules, at[np.lexsort((at, draw[at]))], pairs), options


def _kept(problem: Problem, rules: Rules, at: Integers, pairs: int) -> "np.ndarray":
    """Return the offers of `at`, the first ones, that no limit of all forbids."""
    used, explored = np.zeros(len(rules)), np.zeros(pairs, bool)
    region = problem.region[problem.customer_of(at)]
    for pair, of in zip(at, region, strict=True):
        activity = problem.activity[pair]
        more = (rules.per_contact[:, activity] + rules.per_response[:, activity] * problem.response[pair]) * rules.applies[:, of]
        if (used + more <= rules.most).all():
            used, explored[pair] = used + more, True
    return explored


def _without_explored(problem: Problem, rules: Rules, explored: "np.ndarray") -> tuple[Problem, Integers]:
    """Return the problem of all other subscribers, and the places of its pairs: what chance chose has taken its part of the limits."""
    used = rules.used(problem, explored)
    others = np.setdiff1d(np.arange(problem.customers), problem.customer_of(np.flatnonzero(explored)))
    return problem.less(used).of(others)


def _reduced(problem: Problem, rules: Rules, told: Allocation) -> Floats:
    """Return the value of each offer less what it uses of the limits at their prices."""
    price, per_response = rules.prices(np.array([told.prices[name] for name in rules.names]))
    reduced = np.array(problem.profit)
    for pairs, region in in_blocks(problem.starts[:-1], problem.starts[1:], problem.region):
        cells = region, problem.activity[pairs]
        reduced[pairs] -= price[cells] + per_response[cells] * problem.response[pairs]
    return reduced


def _beyond(
    offers: Offers, limits: Sequence[Limit], problem: Problem, picked: "np.ndarray", explored: "np.ndarray", reduced: Floats
) -> "np.ndarray":
    """Return the place of the limit that cuts each picked offer, so that the listed ones pass no most; -1 for all others."""
    listed, beyond = picked & ~offers.is_held_out, np.full(len(picked), -1, np.int32)
    # Rules for all limits would cost memory: thousands of account managers may have one.
    passed = offers.passed(limits, listed)
    rules = Rules(replace(problem, rules=tuple(limits[k].rule(1.0) for k in passed)))
    for k, limit in enumerate(passed):
        at = np.flatnonzero(picked & (beyond < 0))
        activity = problem.activity[at]
        use = rules.per_contact[k, activity] + rules.per_response[k, activity] * problem.response[at]
        use *= rules.applies[k, problem.region[problem.customer_of(at)]]
        at, use = at[use > 0], use[use > 0]
        if (use * listed[at]).sum() > rules.most[k] + _ROUNDING:
            # What chance chose goes last, because its probability is on record.
            order = np.lexsort((at, -reduced[at], ~explored[at]))
            is_over = np.cumsum((use * listed[at])[order]) > rules.most[k] + _ROUNDING
            beyond[at[order[is_over]]] = limit
    return beyond
