"""AHP 层次分析: weights from pairwise comparisons, by Saaty (1980).

A judge says of every two names how many times more important the first one is. The weights are the principal eigenvector of these
figures. The consistency ratio says how far the judge contradicts themselves: 0 is not at all, 1 is as much as chance would.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import log, prod
from typing import NamedTuple

from features.wiki.sheet import Line, Sheet

COMPARISON_COLUMNS = ("a", "b", "times", "judge")
REFUSED_FROM = 0.1
# Mean consistency index of random matrices with 1, 2, ... names.
RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
MOST_NAMES = len(RANDOM_INDEX)
# Saaty's scale, and how it is written in a file.
SCALE = (*(Fraction(1, n) for n in range(9, 1, -1)), *(Fraction(n) for n in range(1, 10)))


class Judgement(NamedTuple):
    """One judge's comparison: `a` is `times` as important as `b`."""

    line: int
    a: str
    b: str
    times: float
    judge: str


@dataclass(frozen=True)
class Weights:
    """Weights by name, together 1, and the consistency ratio, rounded to four places."""

    by_name: Mapping[str, float]
    ratio: float


def weights_of(names: Sequence[str], times: Mapping[tuple[str, str], float]) -> Weights:
    """Return the weights of 1 to 10 names. `times` has every pair of names once, in either order."""
    import numpy as np

    n = len(names)
    matrix = np.ones((n, n))
    place = {name: index for index, name in enumerate(names)}
    for (a, b), value in times.items():
        matrix[place[a], place[b]], matrix[place[b], place[a]] = value, 1 / value
    values, vectors = np.linalg.eig(matrix)
    principal = int(np.argmax(values.real))
    vector = np.abs(vectors[:, principal].real)
    index = (float(values[principal].real) - n) / (n - 1) if n > 1 else 0.0
    ratio = index / RANDOM_INDEX[n - 1] if n > 2 else 0.0
    # A consistent matrix may give a ratio a little below 0.
    return Weights({name: float(vector[place[name]] / vector.sum()) for name in names}, max(0.0, round(ratio, 4)))


def worst_of(judgements: Iterable[Judgement], weights: Weights) -> Judgement:
    """Return the judgement whose figure differs most, as a factor, from the ratio of the weights."""
    by = weights.by_name
    # Rounded, so that of equals the first line is the worst: of three names all differ alike.
    return max(judgements, key=lambda one: round(abs(log(one.times * by[one.b] / by[one.a])), 9))


def fitting(judgements: Sequence[Judgement], worst: Judgement, names: Sequence[str]) -> Fraction:
    """Return the figure of Saaty's scale that, in place of the worst judgement, makes the ratio smallest."""
    others = {(one.a, one.b): one.times for one in judgements}
    return min(SCALE, key=lambda step: weights_of(names, {**others, (worst.a, worst.b): float(step)}).ratio)


def read_comparisons(sheet: Sheet, allowed: Collection[str], thing: str, all_of_them: bool = False) -> Weights | None:
    """Return the weights of the compared names, by the geometric mean of the judges. None when the sheet has a fault.

    With `all_of_them` every allowed name must be compared, else only those that the sheet names.
    """
    before = len(sheet.faults)
    found, judged = _judgements(sheet, allowed, thing)
    judges = sorted({judge for judge, _ in judged})
    used = {name for _, pair in judged for name in pair}
    names = [name for name in allowed if all_of_them or name in used]
    if not judges and not sheet.faults:
        sheet.faults.append(f"{sheet.called}: no comparison in it")
    # A line that could not be read at all may have the pair.
    for judge in judges if not before else ():
        missing = [f"{a} and {b}" for a, b in combinations(names, 2) if (judge, frozenset((a, b))) not in judged]
        if missing:
            sheet.faults.append(f"{sheet.called}: {judge} did not compare {'; '.join(missing)}")
    if len(names) > MOST_NAMES:
        sheet.faults.append(f"{sheet.called}: {len(names)} names are compared, at most {MOST_NAMES} can be")
    if len(sheet.faults) > before:
        return None
    for judge in judges:
        _refuse_contradictions(sheet, judge, names, [one for one in found if one.judge == judge])
    if len(sheet.faults) > before:
        return None
    return weights_of(names, _mean(found, len(judges)))


def _mean(found: Iterable[Judgement], judges: int) -> dict[tuple[str, str], float]:
    """Return the geometric mean of the judges for every pair, written as the first of them wrote it."""
    said: dict[tuple[str, str], list[float]] = {}
    for one in found:
        if (one.b, one.a) in said:
            said[one.b, one.a].append(1 / one.times)
        else:
            said.setdefault((one.a, one.b), []).append(one.times)
    return {pair: prod(values) ** (1 / judges) for pair, values in said.items()}


def _refuse_contradictions(sheet: Sheet, judge: str, names: Sequence[str], own: Sequence[Judgement]) -> None:
    """Add a fault when the judge's consistency ratio is 0.1 or more."""
    weights = weights_of(names, {(one.a, one.b): one.times for one in own})
    if weights.ratio >= REFUSED_FROM:
        worst = worst_of(own, weights)
        sheet.fault(
            worst.line,
            f"the consistency ratio of {judge} is {weights.ratio:.4f}, expected below {REFUSED_FROM}. The worst judgement is "
            f"{worst.a} to {worst.b}, {worst.times:.4g}; {fitting(own, worst, names)} would fit the others best",
        )


def _judgements(sheet: Sheet, allowed: Collection[str], thing: str) -> tuple[list[Judgement], set[tuple[str, frozenset[str]]]]:
    """Return each judge's judgements, every pair once, and the pairs that each judge named, also those with a fault."""
    found: dict[tuple[str, frozenset[str]], Judgement] = {}
    judged: set[tuple[str, frozenset[str]]] = set()
    for line in sheet.lines:
        names = [sheet.known(line, column, allowed, thing) for column in ("a", "b")]
        times = _times(sheet, line)
        if not sheet.filled(line, "judge") or not all(names):
            continue
        a, b, judge = line["a"], line["b"], line["judge"]
        if a == b:
            sheet.fault(line.number, f"{a} is compared with itself")
            continue
        key = (judge, frozenset((a, b)))
        judged.add(key)
        if times is None:
            continue
        new, old = Judgement(line.number, a, b, times, judge), found.get(key)
        if old is None:
            found[key] = new
        elif old.a == a:
            sheet.fault(line.number, f"{judge} compared {a} and {b} on line {old.line} already")
        elif abs(old.times * times - 1) > 0.01:
            fit = 1 / Fraction(old.times).limit_denominator(100)
            sheet.fault(line.number, f"{judge} contradicts line {old.line}: {b} to {a} is {old.times:.4g} there, so here it would be {fit}")
    return list(found.values()), judged


def _times(sheet: Sheet, line: Line) -> float | None:
    """Return how many times more important: a number or a fraction from 1/9 to 9."""
    try:
        value = Fraction(line["times"]) if len(line["times"]) < 20 and "e" not in line["times"].lower() else None
    except (ValueError, ZeroDivisionError):
        value = None
    if value is None or not Fraction(1, 9) <= value <= 9:
        sheet.fault(line.number, f"times is {line['times']!r}, expected a number from 1/9 to 9, as 3 or 1/3")
        return None
    return float(value)
