"""The price of each rule 影子价格, and a bound on the profit of every allocation: the Lagrangian dual, by cutting planes in a box.

For any prices, the profit of the best answers at these prices + the sum of price x bound is at least the profit of each allocation that
keeps the rules. We search for the prices at which this is least. Each pass adds one cut for each group of customers, so that the rules of a
county meet the cuts of the county's groups alone: that is why hundreds of them can be priced. HiGHS solves the linear programs.
"""

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np

from models.allocation.groups import Groups, groups_of
from models.allocation.problem import Floats, Problem
from models.allocation.rules import Rules
from models.allocation.subsets import CustomerRules, answers

# The search ends when the bound is within this share of the best that the cuts allow.
CLOSE = 1e-5
MOST_PASSES = 200
# A cut that no program has needed for so many passes is dropped.
CUT_KEPT = 12
# A rule costs at most so many times what a pair gains. What costs more than that cannot be kept.
DEAREST = 200.0
# The prices of so many customers are a good start for those of all.
SAMPLE = 20_000

Say = Callable[[str], None]


@dataclass(frozen=True)
class Cut:
    """What the groups did at some prices: by group the profit and, by rule, how much of it they used."""

    prices: Floats
    profits: Floats
    used: Floats


@dataclass(frozen=True)
class Dual:
    """The prices with the least bound found, the bound, and the cuts with their weights.

    The weights, by cut and group, add up to 1 for each group: the mixture of earlier answers that is best under all rules. `dearest` is
    the greatest price that was allowed for each rule.
    """

    prices: Floats
    bound: float
    cuts: list[Cut]
    weights: Floats
    dearest: Floats
    passes: int


def unit_prices(problem: Problem, rules: Rules) -> Floats:
    """Return a price of the usual size for each rule: what a pair gains on average, for what it uses of the rule on average."""
    gains = problem.profit[problem.profit > 0]
    gain = float(gains.mean()) if len(gains) else 1.0
    response = float(problem.response.mean()) if len(problem.response) else 1.0
    use = np.abs(rules.per_contact) + np.abs(rules.per_response) * response
    mean = use.sum(axis=1) / np.maximum((use > 0).sum(axis=1), 1)
    return gain / np.where(mean > 0, mean, 1.0)


class _Program:
    """The linear program over prices and a value for each group: the least bound that the cuts allow, in a box of prices.

    The price of a rule is (what its most costs) - (what its least costs), one of which is 0.
    """

    def __init__(self, rules: Rules, groups: int, dearest: Floats) -> None:
        self.rules, self.groups, self.dearest = rules, groups, dearest
        self.cuts: list[Cut] = []
        self.idle: list[int] = []
        self.highs = quiet_highs()
        costs, limits = [], []
        for bound, sign in ((rules.most, 1.0), (rules.least, -1.0)):
            costs.append(np.where(np.isfinite(bound), sign * bound, 0.0))
            limits.append(np.where(np.isfinite(bound), dearest, 0.0))
        self.limits = limits
        total = 2 * len(rules) + groups
        free = np.full(groups, highspy.kHighsInf)
        self.highs.addVars(total, np.concatenate([np.zeros(2 * len(rules)), -free]), np.concatenate([*limits, free]))
        self.highs.changeColsCost(total, np.arange(total, dtype=np.int32), np.concatenate([*costs, np.ones(groups)]))

    def add(self, cut: Cut) -> None:
        """For each group: its value is at least the cut's profit - the cut's use of the rules x their prices."""
        groups, number = self.groups, len(self.rules)
        group, rule = np.nonzero(cut.used)
        counts = np.bincount(group, minlength=groups)
        starts = np.concatenate([[0], np.cumsum(2 * counts + 1)])
        index, value = np.empty(starts[-1], np.int32), np.empty(starts[-1])
        # Each row has two entries for each rule that is used, and at last the group's value.
        of_group = np.arange(len(group)) - np.concatenate([[0], np.cumsum(counts)])[group]
        at, used = starts[group] + 2 * of_group, cut.used[group, rule]
        index[at], value[at] = rule, used
        index[at + 1], value[at + 1] = rule + number, -used
        index[starts[1:] - 1], value[starts[1:] - 1] = 2 * number + np.arange(groups), 1.0
        above = np.full(groups, highspy.kHighsInf)
        self.highs.addRows(groups, cut.profits, above, len(index), starts[:-1].astype(np.int32), index, value)
        self.cuts.append(cut)
        self.idle.append(0)

    def forget_idle(self) -> None:
        """Drop cuts that were not needed for long."""
        kept = [place for place, idle in enumerate(self.idle) if idle <= CUT_KEPT]
        gone = np.setdiff1d(np.arange(len(self.cuts)), kept)
        if len(gone):
            rows = (gone[:, None] * self.groups + np.arange(self.groups)).ravel().astype(np.int32)
            self.highs.deleteRows(len(rows), rows)
            self.cuts, self.idle = [self.cuts[place] for place in kept], [self.idle[place] for place in kept]

    def least(self, centre: Floats, radius: Floats) -> tuple[Floats, float, Floats, bool]:
        """Return prices, the value of the program, the weights by cut and group, and whether the box kept it from a lower value."""
        number = len(self.rules)
        lows = [np.clip(low, 0, limit) for low, limit in zip((centre - radius, -centre - radius), self.limits, strict=True)]
        highs = [np.clip(high, 0, limit) for high, limit in zip((centre + radius, radius - centre), self.limits, strict=True)]
        every = np.arange(2 * number, dtype=np.int32)
        self.highs.changeColsBounds(2 * number, every, np.concatenate(lows), np.concatenate(highs))
        self.highs.run()
        solved = self.highs.getSolution()
        told = np.array(solved.col_value[: 2 * number])
        prices = told[:number] - told[number:]
        weights = np.maximum(np.array(solved.row_dual).reshape(len(self.cuts), self.groups), 0.0)
        self.idle = [0 if of_cut.any() else idle + 1 for of_cut, idle in zip(weights, self.idle, strict=True)]
        at_edge = (np.abs(prices - centre) >= radius * (1 - 1e-9)) & (np.abs(prices) < self.dearest * (1 - 1e-9)) & (prices != 0)
        return prices, self.highs.getObjectiveValue(), weights, bool(at_edge.any())


class _Quiet(highspy.Highs):
    """A solver that says nothing: HiGHS prints its name when callbacks are first enabled, which is before options can be set."""

    def enableCallbacks(self) -> None:
        self.silent()
        super().enableCallbacks()


def quiet_highs() -> highspy.Highs:
    """Return a solver that says nothing, works in one thread and gives the same answer each time."""
    highs = _Quiet()
    for name, value in (("threads", 1), ("random_seed", 1)):
        highs.setOptionValue(name, value)
    return highs


def least_bound(
    problem: Problem,
    of_customer: CustomerRules,
    rules: Rules,
    groups: Groups,
    start: tuple[Floats, float] | None = None,
    dearest: Floats | None = None,
    say: Say = lambda _: None,
) -> Dual:
    """Search for the prices with the least bound; `start` are prices near it and how far off they may be, in units of usual prices."""
    unit = unit_prices(problem, rules)
    program = _Program(rules, groups.number, DEAREST * unit if dearest is None else dearest)
    every = np.arange(groups.number)

    def bound_at(prices: Floats) -> float:
        told = answers(problem, of_customer, groups.starts, every, rules.prices(prices))
        program.add(Cut(prices, told.profits, rules.used_by(told, groups.regions)))
        return float(told.values.sum()) + rules.cost(prices)

    best_at, size = start or (np.zeros(len(rules)), 1.0)
    best_at = np.clip(best_at, -program.limits[1], program.limits[0])
    best, passes = bound_at(best_at), 1
    while True:
        prices, allowed, weights, held = program.least(best_at, size * unit)
        say(f"pass {passes}: bound {best:,.0f}, the cuts allow {allowed:,.0f}, box {size:.3g}")
        is_close = best - allowed <= CLOSE * abs(best)
        if passes >= MOST_PASSES or (is_close and not held):
            return Dual(best_at, best, list(program.cuts), weights, program.dearest, passes)
        if is_close:
            size *= 4
            continue
        found = bound_at(prices)
        passes += 1
        promised, came = best - allowed, best - found
        if came > 0:
            best_at, best = prices, found
        # The box grows when half of what the program promised came true, and shrinks when nothing did.
        size *= 2.0 if came > 0.5 * promised else 1.0 if came > 0 else 0.8 if -came < promised else 0.5
        program.forget_idle()


def prices_of_sample(problem: Problem, of_customer: CustomerRules, rules: Rules, say: Say) -> Floats | None:
    """Return the prices for every n-th customer, under as small a share of the bounds; None if all customers are few."""
    every = problem.customers // SAMPLE
    if every < 2:
        return None
    sample, _ = problem.of(np.arange(0, problem.customers, every))
    share = sample.customers / problem.customers
    say(f"prices of a sample of {sample.customers:,} customers")
    return least_bound(sample, of_customer, rules.less(np.zeros(len(rules)), share), groups_of(sample), say=say).prices
