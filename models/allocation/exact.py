"""The last few customers, exactly: an integer program over the good subsets of each one."""

from typing import NamedTuple

import highspy
import numpy as np

from models.allocation.bound import Dual, Say, quiet_highs
from models.allocation.problem import Floats, Integers, Problem
from models.allocation.rules import Rules
from models.allocation.subsets import CustomerRules, good_subsets

# The fewer customers are left, the closer they are looked at: how many subsets of all together, and how many of each at least; and how
# much a subset may lose against the best, in usual gains of a pair.
SUBSETS, SUBSETS_OF_EACH = 20_000, 40
LOSS_OF_ALL, LOSS_OF_EACH = 200.0, 0.5
# A limit of nodes, never of time: the answer is the same on a slow machine.
MOST_NODES = 400
# The program may stop within this share of the bound.
CLOSE = 3e-6


class _Columns(NamedTuple):
    """Subsets of pairs: the customer of each, and for each of its pairs the subset."""

    customer: Integers
    pairs: Integers
    subset: Integers


def best_under_rules(problem: Problem, of_customer: CustomerRules, rules: Rules, dual: Dual, say: Say) -> "np.ndarray":
    """Return which pairs to pick. Least bounds that cannot be met are missed by as little as their dearest prices ask."""
    columns = _columns(problem, of_customer, rules.prices(dual.prices))
    number = len(columns.customer)
    profit = np.bincount(columns.subset, problem.profit[columns.pairs], number)
    highs = quiet_highs()
    for name, value in (("mip_max_nodes", MOST_NODES), ("mip_rel_gap", 0.0), ("mip_abs_gap", CLOSE * abs(dual.bound))):
        highs.setOptionValue(name, value)
    total = number + len(rules)
    most = np.concatenate([np.ones(number), np.full(len(rules), highspy.kHighsInf)])
    highs.addVars(total, np.zeros(total), most)
    # The last columns are what is missing of each least. Of a most nothing can be: to give nobody anything always keeps it.
    highs.changeColsCost(total, np.arange(total, dtype=np.int32), np.concatenate([-profit, dual.dearest]))
    highs.changeColsIntegrality(number, np.arange(number, dtype=np.int32), np.full(number, highspy.HighsVarType.kInteger))
    firsts = np.searchsorted(columns.customer, np.arange(problem.customers)).astype(np.int32)
    one = np.ones(problem.customers)
    highs.addRows(problem.customers, one, one, number, firsts, np.arange(number, dtype=np.int32), np.ones(number))
    used = _used(problem, rules, columns)
    for k in range(len(rules)):
        at = np.flatnonzero(used[:, k])
        highs.addRow(-highspy.kHighsInf, max(0.0, float(rules.most[k])), len(at), at.astype(np.int32), used[at, k])
        if np.isfinite(rules.least[k]):
            index = np.append(at, number + k).astype(np.int32)
            highs.addRow(float(rules.least[k]), highspy.kHighsInf, len(index), index, np.append(used[at, k], 1.0))
    highs.run()
    chosen = np.array(highs.getSolution().col_value[:number]) > 0.5
    say(f"{problem.customers} customers are decided by an integer program of {number} subsets, {highs.getInfo().mip_node_count} nodes")
    picked = np.zeros(len(problem.activity), bool)
    picked[columns.pairs[chosen[columns.subset]]] = True
    return picked


def _columns(problem: Problem, of_customer: CustomerRules, prices: tuple[Floats, Floats]) -> _Columns:
    gains = problem.profit[problem.profit > 0]
    gain = float(gains.mean()) if len(gains) else 1.0
    loss = gain * max(LOSS_OF_EACH, LOSS_OF_ALL / problem.customers)
    most = max(SUBSETS_OF_EACH, SUBSETS // problem.customers)
    customer: list[int] = []
    pairs, subset = [], []
    for c in range(problem.customers):
        first, last, region = problem.starts[c], problem.starts[c + 1], problem.region[c]
        activity, response = problem.activity[first:last], problem.response[first:last]
        worth = problem.profit[first:last] - prices[0][region, activity] - prices[1][region, activity] * response
        for is_of in good_subsets(problem, c, worth, of_customer, loss, most):
            its = first + np.flatnonzero(is_of)
            pairs.append(its)
            subset.append(np.full(len(its), len(customer)))
            customer.append(c)
    none = [np.zeros(0, np.int64)]
    return _Columns(np.array(customer, np.int64), np.concatenate(none + pairs), np.concatenate(none + subset))


def _used(problem: Problem, rules: Rules, columns: _Columns) -> Floats:
    """Return how much of each rule each subset uses."""
    activity, response = problem.activity[columns.pairs], problem.response[columns.pairs][:, None]
    each = rules.per_contact[:, activity].T + rules.per_response[:, activity].T * response
    used = np.zeros((len(columns.customer), len(rules)))
    np.add.at(used, columns.subset, each * rules.applies[:, problem.region[columns.customer[columns.subset]]].T)
    return used
