"""From prices to an allocation that keeps the rules: take what is decided, divide the rest into smaller groups, solve the last exactly.

The linear program mixes, for each group, answers to several prices (Dantzig and Wolfe 1960). A group with one answer is decided. At most as
many groups as there are binding rules are mixed, so each round leaves few customers, whatever their number was.
"""

import numpy as np

from models.allocation.bound import Dual, Say, least_bound
from models.allocation.exact import best_under_rules
from models.allocation.groups import MOST, Groups, groups_of
from models.allocation.problem import Problem
from models.allocation.rules import Rules
from models.allocation.subsets import CustomerRules, answers

# So many customers are left to the integer program.
LEFT = 1200
# How far the prices of what is left may be from those of all.
NEAR = 0.05
_NO_WEIGHT = 1e-7


def rounded(problem: Problem, of_customer: CustomerRules, rules: Rules, groups: Groups, dual: Dual, say: Say) -> "np.ndarray":
    """Return which pairs to pick."""
    picked = np.zeros(len(problem.activity), bool)
    here, pairs = problem, np.arange(len(problem.activity))
    while here.customers > LEFT:
        decided, left = _decided(here, of_customer, rules, groups, dual)
        picked[pairs[decided]] = True
        say(f"{here.customers - len(left):,} of {here.customers:,} customers are decided by the prices")
        rules = rules.less(rules.used(here, decided))
        smaller = max(MOST, 2 * groups.number)
        here, of_here = here.of(left)
        pairs = pairs[of_here]
        groups = groups_of(here, smaller, smallest=8)
        dual = least_bound(here, of_customer, rules, groups, (dual.prices, NEAR), dual.dearest)
    if here.customers:
        picked[pairs[best_under_rules(here, of_customer, rules, dual, say)]] = True
    return picked


def _decided(problem: Problem, of_customer: CustomerRules, rules: Rules, groups: Groups, dual: Dual) -> "tuple[np.ndarray, np.ndarray]":
    """Return the pairs that groups with one answer pick, and the customers of all other groups."""
    is_mixed = (dual.weights > _NO_WEIGHT).sum(axis=0) != 1
    if is_mixed.all():
        # Nothing would be decided: then the answer with most weight is.
        is_mixed[np.argsort(-dual.weights.max(axis=0), kind="stable")[: max(1, groups.number // 2)]] = False
    answer = dual.weights.argmax(axis=0)
    picked = np.zeros(len(problem.activity), bool)
    for cut in np.unique(answer[~is_mixed]):
        asked = np.flatnonzero(~is_mixed & (answer == cut))
        answers(problem, of_customer, groups.starts, asked, rules.prices(dual.cuts[cut].prices), picked)
    left = [np.arange(groups.starts[g], groups.starts[g + 1]) for g in np.flatnonzero(is_mixed)]
    return picked, np.concatenate([np.zeros(0, np.int64), *left])
