"""The allocation of public instances beside rank by profit and HiGHS: `python -m benchmarks.allocation FOLDER ...`.

A folder has table1.csv to table4.csv of an instance. benchmarks/allocation_check.py confirms each answer from these files.
`python -m benchmarks.allocation --made 1000000 --activities 175 --pairs 9 --regions 100` makes a problem of that size, with rules by region
and channel.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pandas as pd

from benchmarks.allocation_check import check
from models.allocation.bound import quiet_highs
from models.allocation.problem import Cap, Integers, Problem, Rule
from models.allocation.rules import Rules
from models.allocation.solve import solve

MIP_SECONDS = 120.0


def read_instance(folder: Path) -> tuple[Problem, list[tuple[int, int]]]:
    """Return the instance as a problem, and the (customer, activity) of each of its pairs."""
    activities = pd.read_csv(folder / "table1.csv")
    pairs = pd.read_csv(folder / "table2.csv.gz").sort_values(["Customer", "Activity"])
    place = pd.Series(activities.index, activities["Activity"])
    customers, sizes = np.unique(pairs["Customer"], return_counts=True)
    rules, caps = [], []
    for row in pd.read_csv(folder / "table3.csv").itertuples():
        named = [
            a.Index for a in activities.itertuples() if row.StartDay <= a.Day <= row.EndDay and _is_of(a, row.Channels, row.TargetProducts)
        ]
        name, one, bound = f"{row.Index + 1} {row.Type}", dict.fromkeys(named, 1.0), float(row.Bound)
        if row.Type == "Maximum contact":
            caps.append(Cap(frozenset(named), int(bound)))
        elif row.Type == "Budget":
            rules.append(Rule(name, {a: float(activities["Cost"][a]) for a in named}, {}, most=bound))
        else:
            least, most = (bound, None) if row.Type.startswith("Minimum") else (None, bound)
            per_contact, per_response = ({}, one) if "sales" in row.Type else (one, {})
            rules.append(Rule(name, per_contact, per_response, least=least, most=most))
    problem = Problem(
        starts=np.concatenate([[0], np.cumsum(sizes)]),
        activity=place[pairs["Activity"]].to_numpy(np.int16),
        profit=pairs["ExpectedProfit"].to_numpy(),
        response=pairs["ResponseProbability"].to_numpy(),
        region=np.zeros(len(customers), np.int32),
        activities=len(activities),
        rules=tuple(rules),
        caps=tuple(caps),
        conflicts=tuple(sorted(_conflicts(folder, activities))),
    )
    return problem, list(zip(pairs["Customer"], pairs["Activity"], strict=True))


def _is_of(activity: Any, channels: str, products: str) -> bool:
    return (channels == "ALL" or activity.Channel in channels.split("; ")) and (
        products == "ALL" or bool({*products.split(";")} & {*activity.TargetProducts.split(";")})
    )


def _conflicts(folder: Path, activities: pd.DataFrame) -> set[tuple[int, int]]:
    found = set()
    for row in pd.read_csv(folder / "table4.csv").itertuples():
        for one in activities.itertuples():
            for other in activities.itertuples():
                soon = one.Index != other.Index and 0 <= other.Day - one.Day < row.Lag
                if soon and _is_of(one, row.Channel1, row.TargetProduct1) and _is_of(other, row.Channel2, row.TargetProduct2):
                    found.add((min(one.Index, other.Index), max(one.Index, other.Index)))
    return found


def by_profit(problem: Problem) -> "np.ndarray":
    """Return what a list ranked by profit picks: the best pairs first, as long as no rule that limits is broken. It knows no least."""
    order = np.argsort(-problem.profit, kind="stable")
    return in_order(problem, order[problem.profit[order] > 0])


def in_order(problem: Problem, order: Integers) -> "np.ndarray":
    """Return what is picked when these pairs are taken one after another, each if no rule that limits is broken by it."""
    rules, rooms = Rules(problem), np.broadcast_to(problem.rooms, (problem.customers, len(problem.caps)))
    conflicts: list[set[int]] = [{a} for a in range(problem.activities)]
    for one, other in problem.conflicts:
        conflicts[one].add(other)
        conflicts[other].add(one)
    has: list[list[int]] = [[] for _ in range(problem.customers)]
    used, picked = np.zeros(len(rules)), np.zeros(len(problem.activity), bool)
    for pair, c in zip(order, problem.customer_of(order), strict=True):
        a = int(problem.activity[pair])
        more = (rules.per_contact[:, a] + rules.per_response[:, a] * problem.response[pair]) * rules.applies[:, problem.region[c]]
        caps_left = all(
            sum(b in cap.activities for b in has[c]) < room for cap, room in zip(problem.caps, rooms[c], strict=True) if a in cap.activities
        )
        if caps_left and conflicts[a].isdisjoint(has[c]) and (used + more <= rules.most).all():
            used, picked[pair] = used + more, True
            has[c].append(a)
    return picked


def by_highs(problem: Problem) -> "np.ndarray":
    """Return what HiGHS finds for the whole as one integer program, within a time limit; nothing if it finds none."""
    rules, highs, pairs = Rules(problem), quiet_highs(), len(problem.activity)
    for name, value in (("time_limit", MIP_SECONDS), ("mip_rel_gap", 1e-4)):
        highs.setOptionValue(name, value)
    highs.addVars(pairs, np.zeros(pairs), np.ones(pairs))
    every = np.arange(pairs, dtype=np.int32)
    highs.changeColsCost(pairs, every, -problem.profit)
    highs.changeColsIntegrality(pairs, every, np.full(pairs, highspy.HighsVarType.kInteger))
    for per_contact, per_response, applies, least, most in zip(
        rules.per_contact, rules.per_response, rules.applies, rules.least, rules.most, strict=True
    ):
        use = (per_contact[problem.activity] + per_response[problem.activity] * problem.response) * applies[0]
        at = np.flatnonzero(use).astype(np.int32)
        highs.addRow(least, most, len(at), at, use[at])
    for most, places in _rows_of_customers(problem):
        highs.addRow(-np.inf, most, len(places), np.array(places, np.int32), np.ones(len(places)))
    highs.run()
    found = np.array(highs.getSolution().col_value)
    return found > 0.5 if len(found) else np.zeros(pairs, bool)


def _rows_of_customers(problem: Problem) -> Iterator[tuple[float, list[int]]]:
    for start, end in zip(problem.starts[:-1], problem.starts[1:], strict=True):
        place = {int(problem.activity[pair]): pair for pair in range(start, end)}
        yield from (
            (float(cap.most), its) for cap in problem.caps if len(its := [place[a] for a in cap.activities if a in place]) > cap.most
        )
        yield from ((1.0, [place[a], place[b]]) for a, b in problem.conflicts if a in place and b in place)


def made(customers: int, activities: int, pairs: float, regions: int) -> Problem:
    """Return a problem of that size: activities of 35 scenarios and five channels, rules for channels, scenarios, budget and regions."""
    rng = np.random.default_rng(1)
    scenario, channel, day = np.arange(activities) % 35, np.arange(activities) // 35 % 5, rng.integers(1, 30, activities)
    cost = np.array([0.04, 0.0, 1.4, 9.1, 0.1])[channel]
    owner = np.repeat(np.arange(customers), np.minimum(rng.poisson(pairs, customers), activities))
    key = np.unique(owner * activities + rng.integers(0, activities, len(owner)))
    owner, activity = key // activities, (key % activities).astype(np.int16)
    response = rng.gamma(2, 0.01, len(key)) * (1 + channel[activity] * 0.3)
    profit = response * rng.gamma(2, 300, 35)[scenario[activity]] * rng.uniform(0.08, 0.12, len(key)) - cost[activity]
    region = np.sort(rng.integers(0, regions, customers)).astype(np.int32)
    share = np.array([0.5, 0.6, 0.1, 0.02, 0.4])
    of_channel = [dict.fromkeys(np.flatnonzero(channel == c).tolist(), 1.0) for c in range(5)]
    rules = [Rule(f"channel {c}", of_channel[c], {}, most=customers * share[c]) for c in range(5)]
    rules += [
        Rule(f"scenario {s}", dict.fromkeys(np.flatnonzero(scenario == s).tolist(), 1.0), {}, least=customers / 100)
        for s in range(0, 35, 5)
    ]
    rules.append(Rule("budget", {a: float(cost[a]) for a in np.flatnonzero(cost).tolist()}, {}, most=customers * 0.15))
    people = np.bincount(region, minlength=regions)
    for r in range(regions if regions > 1 else 0):
        few = [float(people[r] * share[c] * rng.uniform(0.6, 1.1)) for c in range(5)]
        rules += [Rule(f"region {r} channel {c}", of_channel[c], {}, most=few[c], regions=frozenset({r})) for c in range(5)]
    places = [(a, b) for a in range(activities) for b in range(a + 1, activities)]
    conflicts = tuple((a, b) for a, b in places if scenario[a] == scenario[b] or (channel[a] == channel[b] and abs(day[a] - day[b]) < 7))
    return Problem(
        starts=np.searchsorted(owner, np.arange(customers + 1)),
        activity=activity,
        profit=profit,
        response=response,
        region=region,
        activities=activities,
        rules=tuple(rules),
        caps=(Cap(frozenset(range(activities)), 3),),
        conflicts=conflicts,
    )


def timed(work: Callable[[], "np.ndarray"]) -> tuple["np.ndarray", float, float]:
    """Return what the work returns, seconds by the clock and processor seconds."""
    began, used = time.monotonic(), time.process_time()
    told = work()
    return told, time.monotonic() - began, time.process_time() - used


def compare(folder: Path) -> None:
    """Print, for one instance, the value of each way, its share of our bound, the rules it breaks, and its cost."""
    problem, names = read_instance(folder)
    solve(problem)  # compiles; see the line below for what a second one costs
    told = solve(problem)
    sys.stdout.write(f"{folder.name}: {problem.customers:,} customers, {len(names):,} pairs, bound {told.bound:,.2f}\n")
    for name, way in (
        ("chudian", lambda: solve(problem).picked),
        ("rank by profit", lambda: by_profit(problem)),
        ("HiGHS", lambda: by_highs(problem)),
    ):
        picked, seconds, processor = timed(way)
        value, broken = check(folder, [names[pair] for pair in np.flatnonzero(picked)])
        gap = f"gap {(told.bound - value) / told.bound:.1e}"
        rules = f"breaks {'; '.join(broken)}" if broken else "keeps every rule"
        sys.stdout.write(f"  {name:15} {value:12,.2f}  {gap:12} {seconds:7.1f} s {processor:7.1f} processor s  {rules}\n")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    for name, value in (("made", 0), ("activities", 175), ("pairs", 9), ("regions", 1)):
        parser.add_argument(f"--{name}", type=int, default=value)
    asked = parser.parse_args()
    for folder in asked.folders:
        compare(folder)
    if asked.made:
        problem = made(asked.made, asked.activities, asked.pairs, asked.regions)
        began, used = time.monotonic(), time.process_time()
        told = solve(problem)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        sys.stdout.write(
            f"{problem.customers:,} customers, {len(problem.activity):,} pairs, {len(problem.rules)} rules: gap {told.gap:.1e}, "
            f"{time.monotonic() - began:.1f} s, {time.process_time() - used:.1f} processor s, peak {peak:.2f} GB, missing {told.missing}\n"
        )


if __name__ == "__main__":
    main()
