"""Allocation P9: which contacts to make, so that they earn most under all rules, with a bound that proves how good that is."""

from dataclasses import dataclass, replace

import numpy as np

from models.allocation.bound import Say, least_bound, prices_of_sample
from models.allocation.groups import groups_of
from models.allocation.problem import Problem
from models.allocation.rounding import NEAR, rounded
from models.allocation.rules import Rules
from models.allocation.subsets import CustomerRules

_ROUNDING = 1e-6


@dataclass(frozen=True)
class Allocation:
    """The allocation of a problem.

    `picked` is true for the pairs to contact; `profit` is their sum. No allocation that keeps the rules, but for what is missing here,
    earns more than `bound`. `prices` has what one more unit of a rule's bound would earn: positive for a most, negative for a least.
    `used` is how much of each rule the pairs use, and `missing` how far each least that cannot be met is missed; it is proven that all
    together miss at least `surely_missing`.
    """

    picked: "np.ndarray"
    profit: float
    bound: float
    prices: dict[str, float]
    used: dict[str, float]
    missing: dict[str, float]
    surely_missing: float

    @property
    def gap(self) -> float:
        """How far the profit is from the bound, as a share of the bound."""
        return max(0.0, self.bound - self.profit) / abs(self.bound) if self.bound else 0.0


def solve(problem: Problem, say: Say = lambda _: None) -> Allocation:
    """Return the best allocation. The same problem has the same answer each time, on any number of processors.

    A least bound that cannot be met, together with all others, is missed by as little as possible. No most is ever passed.
    """
    of_customer, rules, groups = CustomerRules(problem), Rules(problem), groups_of(problem)
    start = prices_of_sample(problem, of_customer, rules, say)
    dual = least_bound(problem, of_customer, rules, groups, None if start is None else (start, NEAR), say=say)
    picked = rounded(problem, of_customer, rules, groups, dual, say)
    _keep_most(problem, rules, picked)
    used = rules.used(problem, picked)
    short = np.maximum(rules.least - used, 0.0)
    missing = {name: float(by) for name, by in zip(rules.names, short, strict=True) if by > _ROUNDING}
    return Allocation(
        picked=picked,
        profit=float(problem.profit[picked].sum()),
        # What is missing had its price in the search for the bound.
        bound=dual.bound + float(dual.dearest @ np.where(short > _ROUNDING, short, 0.0)),
        prices=dict(zip(rules.names, map(float, dual.prices), strict=True)),
        used=dict(zip(rules.names, map(float, used), strict=True)),
        missing=missing,
        surely_missing=_least_missing(problem, of_customer, rules) if missing else 0.0,
    )


def _keep_most(problem: Problem, rules: Rules, picked: "np.ndarray") -> None:
    """Take back the whole answer of as few customers as it needs, the least profit first, while a most is passed.

    The integer program passes one only when its limit of nodes ends it early.
    """
    room = _ROUNDING * np.maximum(1.0, np.abs(rules.most))
    while (passed := np.flatnonzero((over := rules.used(problem, picked) - rules.most) > room)).size:
        k = passed[0]
        pairs = np.flatnonzero(picked)
        customer, activity = problem.customer_of(pairs), problem.activity[pairs]
        use = rules.per_contact[k, activity] + rules.per_response[k, activity] * problem.response[pairs]
        by_customer = np.bincount(customer, use * rules.applies[k, problem.region[customer]])
        profit = np.bincount(customer, problem.profit[pairs])
        users = np.flatnonzero(by_customer > 0)
        order = users[np.argsort(profit[users] / by_customer[users], kind="stable")]
        gone = order[: int(np.searchsorted(np.cumsum(by_customer[order]), over[k] - room[k])) + 1]
        picked[pairs[np.isin(customer, gone)]] = False


def _least_missing(problem: Problem, of_customer: CustomerRules, rules: Rules) -> float:
    """Return what the least bounds miss at least, summed over all, if nothing counts but them: the same dual without profit."""
    without_profit = replace(problem, profit=np.zeros(len(problem.profit)))
    # A unit that is missing costs 1; to pass a most is no way out.
    dearest = np.where(np.isfinite(rules.least), 1.0, 1e4)
    bound = least_bound(without_profit, of_customer, rules, groups_of(problem), dearest=dearest).bound
    return max(0.0, -bound)
