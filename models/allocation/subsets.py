"""The best subset of each customer's pairs at given prices, exactly: a depth-first search, compiled by numba."""

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np

from models.allocation.problem import Floats, Integers, Problem

_WORD = 64


class CustomerRules:
    """The rules of one customer as arrays: which activities a chosen one forbids, which it needs, and which caps it is in."""

    def __init__(self, problem: Problem) -> None:
        words = -(-problem.activities // _WORD)
        self.forbids = np.zeros((problem.activities, words), np.uint64)
        # Of one activity a customer has one pair.
        pairs = {(a, a) for a in range(problem.activities)} | {(a, b) for pair in problem.conflicts for a, b in (pair, pair[::-1])}
        for a, b in pairs:
            self.forbids[a, b // _WORD] |= np.uint64(1 << (b % _WORD))
        self.in_cap = np.zeros((problem.activities, len(problem.caps)), np.int16)
        for place, cap in enumerate(problem.caps):
            self.in_cap[sorted(cap.activities), place] = 1
        # A cap that every activity is in limits how many a subset has.
        self.of_all = self.in_cap.all(axis=0)
        self.needs = np.full(problem.activities, -1, np.int64)
        for follows in problem.follows:
            self.needs[follows.after] = follows.before

    @property
    def arrays(self) -> tuple[Any, ...]:
        """The arrays in the order in which the compiled functions take them."""
        return self.forbids, self.in_cap, self.of_all, self.needs


@numba.njit(cache=True)
def _candidates(first, last, activity, worth, needs, order):  # type: ignore[no-untyped-def]
    """Fill `order` with the pairs that a best subset may have, the most worth first, of equals the first; return their number."""
    n = 0
    for pair in range(first, last):
        may = worth[pair - first] > 0.0
        if not may:
            # A pair without worth may be what another one needs.
            for other in range(first, last):
                if worth[other - first] > 0.0 and needs[activity[other]] == activity[pair]:
                    may = True
        if may:
            at = n
            while at > 0 and worth[order[at - 1] - first] < worth[pair - first]:
                order[at] = order[at - 1]
                at -= 1
            order[at] = pair
            n += 1
    return n


@numba.njit(cache=True)
def _is_complete(depth, order, chosen, activity, needs):  # type: ignore[no-untyped-def]
    for d in range(depth):
        need = needs[activity[order[chosen[d]]]]
        met = need < 0
        for e in range(depth):
            met = met or activity[order[chosen[e]]] == need
        if not met:
            return False
    return True


@numba.njit(cache=True)
def _most_at_all(of_all, most, n):  # type: ignore[no-untyped-def]
    """Return how many of n pairs a subset has at most."""
    at_all = n
    for c in range(most.shape[0]):
        if of_all[c]:
            at_all = min(at_all, most[c])
    return at_all


@numba.njit(cache=True)
def _sums(n, order, first, worth):  # type: ignore[no-untyped-def]
    """Return what the first 0, 1, ... n pairs in order are worth at most: those without worth count for nothing."""
    sums = np.zeros(n + 1)
    for i in range(n):
        sums[i + 1] = sums[i] + max(worth[order[i] - first], 0.0)
    return sums


@numba.njit(cache=True)
def _fits(a, blocked, in_cap, used, most):  # type: ignore[no-untyped-def]
    fits = blocked[a // 64] & (np.uint64(1) << np.uint64(a % 64)) == 0
    for c in range(most.shape[0]):
        fits = fits and (in_cap[a, c] == 0 or used[c] < most[c])
    return fits


@numba.njit(cache=True)
def _choose(i, a, worth, depth, chosen, value, blocked, forbids, in_cap, used):  # type: ignore[no-untyped-def]
    chosen[depth] = i
    value[depth + 1] = value[depth] + worth
    blocked[depth + 1] = blocked[depth] | forbids[a]
    used += in_cap[a]


@numba.njit(cache=True)
def best_subset(first, last, activity, worth, forbids, in_cap, of_all, needs, most, best):  # type: ignore[no-untyped-def]
    """Fill `best` with the pairs first..last of the subset that is worth most under the customer's rules; return how many they are."""
    order = np.empty(last - first, np.int64)
    n = _candidates(first, last, activity, worth, needs, order)
    if n == 0:
        return 0
    most_at_all = _most_at_all(of_all, most, n)
    words, caps = forbids.shape[1], most.shape[0]
    sums = _sums(n, order, first, worth)
    chosen, value = np.empty(n, np.int64), np.zeros(n + 1)
    blocked, used = np.zeros((n + 1, words), np.uint64), np.zeros(caps, np.int16)
    best_value, best_count, depth, i = 0.0, 0, 0, 0
    while True:
        # The pairs that remain are worth at most the first ones of them.
        if i < n and depth < most_at_all and value[depth] + sums[min(n, i + most_at_all - depth)] - sums[i] > best_value:
            a = activity[order[i]]
            if _fits(a, blocked[depth], in_cap, used, most):
                _choose(i, a, worth[order[i] - first], depth, chosen, value, blocked, forbids, in_cap, used)
                depth += 1
                if value[depth] > best_value and _is_complete(depth, order, chosen, activity, needs):
                    best_value, best_count = value[depth], depth
                    for d in range(depth):
                        best[d] = order[chosen[d]]
            i += 1
        elif depth == 0:
            return best_count
        else:
            depth -= 1
            i = chosen[depth] + 1
            used -= in_cap[activity[order[i - 1]]]


@numba.njit(parallel=True, cache=True)
def _pass_over(  # type: ignore[no-untyped-def]
    groups, asked, starts, activity, profit, response, region, rooms, price, per_response, rules, counts, sales, profits, values, picked
):
    forbids, in_cap, of_all, needs = rules
    for at in numba.prange(asked.shape[0]):
        g = asked[at]
        longest = 1
        for c in range(groups[g], groups[g + 1]):
            longest = max(longest, starts[c + 1] - starts[c])
        best, worth = np.empty(longest, np.int64), np.empty(longest)
        for c in range(groups[g], groups[g + 1]):
            first, last, r = starts[c], starts[c + 1], region[c]
            most = rooms[c if rooms.shape[0] > 1 else 0]
            for pair in range(first, last):
                a = activity[pair]
                worth[pair - first] = profit[pair] - price[r, a] - per_response[r, a] * response[pair]
            for d in range(best_subset(first, last, activity, worth, forbids, in_cap, of_all, needs, most, best)):
                pair = best[d]
                counts[at, activity[pair]] += 1
                sales[at, activity[pair]] += response[pair]
                profits[at] += profit[pair]
                values[at] += worth[pair - first]
                if picked.shape[0]:
                    picked[pair] = True


@dataclass(frozen=True)
class Answers:
    """What groups of customers choose at given prices: by group the profit, the profit less prices, contacts and responses by activity."""

    profits: Floats
    values: Floats
    counts: Floats
    sales: Floats


def answers(
    problem: Problem,
    rules: CustomerRules,
    groups: Integers,
    asked: Integers,
    prices: tuple[Floats, Floats],
    picked: "np.ndarray | None" = None,
) -> Answers:
    """Return the answers of the groups named in `asked`. Group g has the customers groups[g] to groups[g + 1].

    `prices` are by region and activity: per contact, and per response. In `picked`, one truth value a pair, the chosen pairs become true.
    A group is worked through in one thread and in order, so its sums are the same each time.
    """
    shape = (len(asked), problem.activities)
    told = Answers(np.zeros(len(asked)), np.zeros(len(asked)), np.zeros(shape), np.zeros(shape))
    _pass_over(
        groups,
        asked,
        problem.starts,
        problem.activity,
        problem.profit,
        problem.response,
        problem.region,
        problem.rooms,
        *prices,
        rules.arrays,
        told.counts,
        told.sales,
        told.profits,
        told.values,
        np.zeros(0, np.bool_) if picked is None else picked,
    )
    return told


@numba.njit(cache=True)
def _good(first, last, activity, worth, forbids, in_cap, of_all, needs, most, least, found):  # type: ignore[no-untyped-def]
    """Fill rows of `found`, truth by pair, with the empty subset and those worth at least `least`; return their number."""
    n = last - first
    order = first + np.argsort(-worth, kind="mergesort")
    words, caps = forbids.shape[1], most.shape[0]
    most_at_all = _most_at_all(of_all, most, n)
    sums = _sums(n, order, first, worth)
    chosen, value = np.empty(n + 1, np.int64), np.zeros(n + 1)
    blocked, used = np.zeros((n + 1, words), np.uint64), np.zeros(caps, np.int16)
    count, depth, i = 1, 0, 0
    while True:
        may_be_good = i < n and value[depth] + sums[min(n, i + most_at_all - depth)] - sums[i] >= least
        if may_be_good and depth < most_at_all and count < found.shape[0]:
            a = activity[order[i]]
            if _fits(a, blocked[depth], in_cap, used, most):
                _choose(i, a, worth[order[i] - first], depth, chosen, value, blocked, forbids, in_cap, used)
                depth += 1
                if value[depth] >= least and _is_complete(depth, order, chosen, activity, needs):
                    for d in range(depth):
                        found[count, order[chosen[d]] - first] = True
                    count += 1
            i += 1
        elif depth == 0:
            return count
        else:
            depth -= 1
            i = chosen[depth] + 1
            used -= in_cap[activity[order[i - 1]]]


def good_subsets(problem: Problem, customer: int, worth: Floats, rules: CustomerRules, loss: float, most: int) -> "np.ndarray":
    """Return the customer's empty subset and those worth at most `loss` less than the best, `most` of them at most: by subset and pair."""
    first, last = problem.starts[customer], problem.starts[customer + 1]
    room = problem.rooms[customer if len(problem.rooms) > 1 else 0]
    best, found = np.empty(last - first, np.int64), np.zeros((most, last - first), bool)
    count = best_subset(first, last, problem.activity, worth, *rules.arrays, room, best)  # type: ignore[call-arg]
    least = float(worth[best[:count] - first].sum()) - loss
    return found[: _good(first, last, problem.activity, worth, *rules.arrays, room, least, found)]  # type: ignore[call-arg]
