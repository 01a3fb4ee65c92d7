"""The allocation earns the most that the rules allow: compared with all allocations of small problems, tried one by one."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from models.allocation.problem import AllocationError, Cap, Follows, Problem, Rule
from models.allocation.solve import Allocation, solve


def problem_of(seed: int) -> Problem:
    """One to five customers with up to seven activities, and some of each kind of rule."""
    rng = np.random.default_rng(seed)
    activities, customers = int(rng.integers(2, 8)), int(rng.integers(1, 6))

    def some(at_least: int = 1) -> list[int]:
        return [int(a) for a in rng.choice(activities, int(rng.integers(at_least, activities + 1)), replace=False)]

    offered = [sorted(some(0)) for _ in range(customers)]
    rules = []
    for name in range(int(rng.integers(0, 4))):
        kind, one = int(rng.integers(0, 3)), dict.fromkeys(some(), 1.0)
        bound = {"least": float(rng.integers(0, 3))} if kind == 0 else {"most": float(rng.integers(0, 4))}
        counted = {"per_contact": {}, "per_response": one} if kind == 2 else {"per_contact": one, "per_response": {}}
        rules.append(Rule(name=f"rule {name}", **counted, **bound, regions=None if rng.random() < 0.5 else frozenset({0})))
    pairs = [sorted(int(a) for a in rng.choice(activities, 2, replace=False)) for _ in range(4)]
    activity = np.array([a for its in offered for a in its], np.int16)
    return Problem(
        starts=np.cumsum([0, *map(len, offered)]),
        activity=activity,
        profit=rng.integers(-5, 20, len(activity)).astype(float),
        response=rng.random(len(activity)),
        region=np.sort(rng.integers(0, 2, customers)).astype(np.int32),
        activities=activities,
        rules=tuple(rules),
        caps=tuple(Cap(frozenset(some()), int(rng.integers(0, 3))) for _ in range(int(rng.integers(0, 3)))),
        conflicts=tuple({(a, b) for a, b in pairs[: int(rng.integers(0, 4))]}),
        follows=tuple(Follows(after=b, before=a) for a, b in pairs[3:] if rng.random() < 0.5),
    )


def may_have(problem: Problem, activities: set[int]) -> bool:
    """Whether one customer may have these activities."""
    return (
        all(len(activities & cap.activities) <= cap.most for cap in problem.caps)
        and not any({a, b} <= activities for a, b in problem.conflicts)
        and all(of.before in activities for of in problem.follows if of.after in activities)
    )


def use(problem: Problem, rule: Rule, pairs: list[int]) -> float:
    """How much of the rule the pairs use."""
    total = 0.0
    for customer in range(problem.customers):
        if rule.regions is None or problem.region[customer] in rule.regions:
            for pair in set(pairs) & set(range(problem.starts[customer], problem.starts[customer + 1])):
                activity = int(problem.activity[pair])
                total += rule.per_contact.get(activity, 0.0) + rule.per_response.get(activity, 0.0) * problem.response[pair]
    return total


def answers_of(problem: Problem, customer: int) -> list[list[int]]:
    """Every set of pairs that a customer may have."""
    its = range(problem.starts[customer], problem.starts[customer + 1])
    subsets = (of for size in range(len(its) + 1) for of in itertools.combinations(its, size))
    return [list(of) for of in subsets if may_have(problem, {int(problem.activity[pair]) for pair in of})]


def best_of_all(problem: Problem) -> tuple[float | None, float]:
    """The greatest profit under all rules (None: some least cannot be met), and how much all leasts miss together at least."""
    best, fewest = None, math.inf
    for each in itertools.product(*(answers_of(problem, customer) for customer in range(problem.customers))):
        pairs = [pair for its in each for pair in its]
        used = [use(problem, rule, pairs) for rule in problem.rules]
        if all(rule.most is None or of <= rule.most + 1e-9 for rule, of in zip(problem.rules, used, strict=True)):
            misses = sum(max(0.0, rule.least - of) for rule, of in zip(problem.rules, used, strict=True) if rule.least is not None)
            fewest = min(fewest, misses)
            if misses < 1e-9:
                best = max(-math.inf if best is None else best, float(problem.profit[pairs].sum()))
    return best, fewest


def faults(problem: Problem, told: Allocation) -> list[str]:
    """What the allocation breaks, or earns too little."""
    pairs = [int(pair) for pair in np.flatnonzero(told.picked)]
    best, fewest = best_of_all(problem)
    of_customer = [
        {int(problem.activity[pair]) for pair in pairs if start <= pair < end} for start, end in itertools.pairwise(problem.starts)
    ]
    found = [f"customer {c} may not have {its}" for c, its in enumerate(of_customer) if not may_have(problem, its)]
    found += [f"{r.name} is passed" for r in problem.rules if r.most is not None and use(problem, r, pairs) > r.most + 1e-6]
    missed = sum(told.missing.values())
    if best is None:
        return found + (
            [] if missed and told.surely_missing <= fewest + 1e-6 else [f"misses {missed}, proves {told.surely_missing}, least {fewest}"]
        )
    return found + (
        [] if not missed and told.profit == best and told.bound >= best - 1e-6 else [f"earns {told.profit} of {best}, bound {told.bound}"]
    )


def is_small(problem: Problem) -> bool:
    """Whether all its allocations can be tried."""
    return math.prod(len(answers_of(problem, customer)) for customer in range(problem.customers)) < 400


def test_no_allocation_of_small_problems_earns_more_or_misses_less() -> None:
    problems = {seed: problem for seed in range(100) if is_small(problem := problem_of(seed))}
    assert {seed: wrong for seed, problem in problems.items() if (wrong := faults(problem, solve(problem)))} == {}


def many(customers: int) -> Problem:
    """Two counties; a call earns 5 to 10 and a message about 1; of calls there are few, and county 1 has a least of messages."""
    rng = np.random.default_rng(7)
    profit = np.stack([rng.uniform(5, 10, customers), rng.uniform(-0.5, 2, customers)], axis=1).ravel()
    return Problem(
        starts=np.arange(0, 2 * customers + 1, 2),
        activity=np.tile(np.array([0, 1], np.int16), customers),
        profit=profit,
        response=np.full(2 * customers, 0.5),
        region=np.repeat(np.array([0, 1], np.int32), customers // 2),
        activities=2,
        rules=(
            Rule("calls", {0: 1.0}, {}, most=customers / 10),
            Rule("calls in county 0", {0: 1.0}, {}, most=customers / 40, regions=frozenset({0})),
            Rule("messages in county 1", {1: 1.0}, {}, least=customers * 0.45, regions=frozenset({1})),
            Rule("sales", {}, {0: 1.0, 1: 1.0}, most=customers * 0.3),
        ),
        conflicts=((0, 1),),
    )


def test_thousands_are_allocated_close_to_the_bound_and_no_rule_is_broken() -> None:
    problem = many(6000)
    told = solve(problem)
    assert (told.missing, told.gap < 2e-4) == ({}, True)
    used = told.used
    assert (used["calls"] <= 600, used["calls in county 0"] <= 150, used["sales"] <= 1800, used["messages in county 1"] >= 2700) == (
        True,
    ) * 4


def test_a_price_says_what_one_more_unit_of_a_bound_earns() -> None:
    problem = many(6000)
    told = solve(problem)
    looser = replace(
        problem, rules=tuple(replace(rule, most=160.0) if rule.name == "calls in county 0" else rule for rule in problem.rules)
    )
    earned = solve(looser).bound - told.bound
    assert earned == pytest.approx(10 * told.prices["calls in county 0"], rel=0.05)
    assert told.prices["messages in county 1"] < 0 <= told.prices["sales"]


def test_the_same_problem_has_the_same_answer_on_one_processor_and_on_two() -> None:
    import numba

    before = numba.get_num_threads()
    try:
        numba.set_num_threads(1)
        one = solve(many(6000))
    finally:
        numba.set_num_threads(before)
    two = solve(many(6000))
    assert (one.picked.tolist(), one.prices, one.bound) == (two.picked.tolist(), two.prices, two.bound)


def test_nobody_and_no_rules_are_problems_too() -> None:
    nobody = Problem(np.zeros(1, np.int64), np.zeros(0, np.int16), np.zeros(0), np.zeros(0), np.zeros(0, np.int32), 3)
    assert (solve(nobody).profit, solve(nobody).gap) == (0.0, 0.0)
    alone = Problem(np.array([0, 2]), np.array([0, 2], np.int16), np.array([3.0, -1.0]), np.zeros(2), np.zeros(1, np.int32), 3)
    assert solve(alone).picked.tolist() == [True, False]


def test_a_problem_that_is_not_well_formed_is_refused_with_all_its_faults() -> None:
    with pytest.raises(AllocationError) as raised:
        Problem(
            starts=np.array([0, 2]),
            activity=np.array([0, 5], np.int16),
            profit=np.array([1.0, np.nan]),
            response=np.array([1.0]),
            region=np.zeros(1, np.int32),
            activities=3,
            rules=(Rule("many", {7: 1.0}, {}, least=3, most=2),),
        )
    text = str(raised.value)
    for said in (
        "response has 1 values, expected 2",
        "activities are 0 to 5",
        "a value that is no number",
        "names activity 7",
        "least 3 above most 2",
    ):
        assert said in text


def test_a_customer_who_was_contacted_before_has_less_room_than_others() -> None:
    offered = Problem(
        starts=np.array([0, 2, 4, 6]),
        activity=np.tile(np.array([0, 1], np.int16), 3),
        profit=np.array([5.0, 4.0] * 3),
        response=np.zeros(6),
        region=np.zeros(3, np.int32),
        activities=2,
        caps=(Cap(frozenset({0, 1}), 2), Cap(frozenset({0}), 1)),
        room=np.array([[2, 1], [1, 1], [2, 0]], np.int16),
    )
    assert solve(offered).picked.tolist() == [True, True, True, False, False, True]
