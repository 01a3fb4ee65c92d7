"""What stopped a contact that nothing speaks against: the limit, the cap or the other contact that came first, as mkt.decision names it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from expectations.channels import CHANNELS
from models.allocation.problem import Floats, Integers, Problem
from models.allocation.rules import Rules
from scenarios.limit import Limit
from scenarios.limit_names import ANOTHER, NO_VALUE, of_shown
from scenarios.policy import CAPS


@dataclass(frozen=True)
class Choice:
    """How tonight's offers were chosen: the price of each rule, the offers picked and those of chance, and the value less the prices.

    `caps` are the names of the problem's caps. `beyond` has, for an offer picked first and cut in the end, the place of its limit in
    `limits`; -1 for all others.
    """

    problem: Problem
    rules: Rules
    limits: Sequence[Limit]
    caps: Sequence[str]
    prices: Floats
    picked: "np.ndarray"
    explored: "np.ndarray"
    reduced: Floats
    beyond: "np.ndarray"


def names_of(limits: Sequence[Limit]) -> list[str]:
    """Return all that may stop a contact."""
    shown = [of_shown(name) for name, channel in CHANNELS.items() if channel.most_per_subscriber]
    return [*(limit.name for limit in limits), *(cap.name for cap in CAPS), *shown, ANOTHER, NO_VALUE]


def cut_by(choice: Choice, at: Integers) -> "np.ndarray":
    """Return what stopped each of the offers `at`, none of which was chosen, as places in `names_of`.

    A cap that was full before tonight comes before all limits. An offer that is worth less than what it uses of the limits was stopped by
    the limit that it would have to pay most for. If it is worth more, another contact of the subscriber came first.
    """
    problem = choice.problem
    place = {name: at for at, name in enumerate(names_of(choice.limits))}
    caps = np.array([place[name] for name in choice.caps])
    customer, activity = problem.customer_of(at), problem.activity[at]
    counts = is_in_cap(problem)
    in_cap, room = counts[activity], problem.rooms[customer]
    conflicts, filled, by_chance = _own(choice, at, counts)
    cut = np.full(len(at), place[ANOTHER])
    limit, is_dear = _dearest(choice, at)
    is_beaten = choice.reduced[at] <= 0
    by_limit = is_dear & (is_beaten | ~(conflicts | by_chance))
    cut[by_limit] = np.array([place[name] for name in choice.rules.names] or [0])[limit[by_limit]]
    for is_full in (in_cap & (room - filled <= 0) & ~is_beaten[:, None], in_cap & (room <= 0)):
        some = is_full.any(axis=1)
        cut[some] = caps[is_full.argmax(axis=1)[some]]
    cut[problem.profit[at] <= 0] = place[NO_VALUE]
    beyond = choice.beyond[at]
    return np.asarray(np.where(beyond >= 0, beyond, cut), np.int32)


def is_in_cap(problem: Problem) -> "np.ndarray":
    """Return, by activity and cap, whether the activity counts in the cap."""
    counted = [[activity in cap.activities for cap in problem.caps] for activity in range(problem.activities)]
    return np.array(counted, bool).reshape(-1, len(problem.caps))


def _own(choice: Choice, at: Integers, counts: "np.ndarray") -> tuple["np.ndarray", "np.ndarray", "np.ndarray"]:
    """Return whether another picked contact of the subscriber excludes the offer, how many count in each cap, and if one is by chance.

    `counts` are of `is_in_cap`.
    """
    problem = choice.problem
    excludes = np.zeros((problem.activities, problem.activities), bool)
    for one, other in problem.conflicts:
        excludes[one, other] = excludes[other, one] = True
    pairs = np.flatnonzero(choice.picked)
    owner, customer = problem.customer_of(pairs), problem.customer_of(at)
    first, end = (np.searchsorted(owner, customer, side) for side in ("left", "right"))
    conflicts, by_chance = np.zeros((2, len(at)), bool)
    filled = np.zeros((len(at), len(problem.caps)), np.int16)
    for nth in range(int((end - first).max(initial=0))):
        some = np.flatnonzero(first + nth < end)
        pair = pairs[(first + nth)[some]]
        conflicts[some] |= excludes[problem.activity[at[some]], problem.activity[pair]]
        by_chance[some] |= choice.explored[pair]
        filled[some] += counts[problem.activity[pair]]
    return conflicts, filled, by_chance


def _dearest(choice: Choice, at: Integers) -> tuple[Integers, "np.ndarray"]:
    """Return the rule that each offer would have to pay most for, and whether there is one. A rule without a price counts if it is full."""
    problem, rules = choice.problem, choice.rules
    region, activity, response = problem.region[problem.customer_of(at)], problem.activity[at], problem.response[at]
    left = rules.most - rules.used(problem, choice.picked)
    dearest, most = np.zeros(len(at), np.int64), np.zeros(len(at))
    most_use = rules.per_contact.max(axis=1, initial=0) + rules.per_response.max(axis=1, initial=0)
    for k in np.flatnonzero((choice.prices > 0) | (left < most_use)):
        here = np.flatnonzero(rules.applies[k, region])
        use = rules.per_contact[k, activity[here]] + rules.per_response[k, activity[here]] * response[here]
        # Full and free of charge is less than any price.
        cost = np.maximum(max(0.0, choice.prices[k]) * use, np.where((use > 0) & (use > left[k]), 1e-9, 0.0))
        is_more = cost > most[here]
        dearest[here[is_more]], most[here[is_more]] = k, cost[is_more]
    return dearest, most > 0
