"""An allocation problem P9: who may be contacted how, what each contact is worth, and the rules that all contacts keep together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from expectations.errors import ChudianError, teach

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class AllocationError(ChudianError):
    """The problem is not well formed."""


class Cap(NamedTuple):
    """A customer gets at most this many of these activities."""

    activities: frozenset[int]
    most: int


class Follows(NamedTuple):
    """A customer gets activity `after` only together with activity `before`."""

    after: int
    before: int


@dataclass(frozen=True)
class Rule:
    """A rule on the chosen pairs of all customers: least <= sum of (per_contact + per_response x response) <= most.

    It counts pairs of the activities named, of customers in `regions` (None: everywhere). A bound of None does not bind.
    """

    name: str
    per_contact: dict[int, float]
    per_response: dict[int, float]
    least: float | None = None
    most: float | None = None
    regions: frozenset[int] | None = None


@dataclass(frozen=True)
class Problem:
    """Pairs of customer and activity, ordered by region and customer, and all rules.

    A cap's `most` is the same for all customers unless `room` has, by customer and cap, how many of it are left to each one.
    `starts` has, for each customer, the place of the first pair, and at the end the number of pairs. `activity`, `profit` and `response`
    are of pairs; `region` is of customers. Activities and regions are numbered from 0. Profit may be negative.
    """

    starts: Integers
    activity: npt.NDArray[np.int16]
    profit: Floats
    response: Floats
    region: npt.NDArray[np.int32]
    activities: int
    rules: tuple[Rule, ...] = ()
    caps: tuple[Cap, ...] = ()
    conflicts: tuple[tuple[int, int], ...] = ()
    follows: tuple[Follows, ...] = ()
    room: npt.NDArray[np.int16] | None = None

    def __post_init__(self) -> None:
        """AllocationError when arrays do not fit each other, or a rule names what does not exist."""
        faults = [*self._faults_of_arrays(), *self._faults_of_rules()]
        if faults:
            raise AllocationError(teach("Allocation", faults, "correct what makes the problem; see models/allocation/problem.py."))

    def _faults_of_arrays(self) -> Sequence[str]:
        pairs = len(self.activity)
        faults = [
            f"{name} has {len(of)} values, expected {pairs}"
            for name, of in (("profit", self.profit), ("response", self.response))
            if len(of) != pairs
        ]
        if len(self.starts) != len(self.region) + 1 or self.starts[0] != 0 or self.starts[-1] != pairs or (np.diff(self.starts) < 0).any():
            faults.append(f"starts are not the places of the first pairs of {len(self.region)} customers")
        if (np.diff(self.region) < 0).any():
            faults.append("customers are not in the order of their regions")
        if self.room is not None and self.room.shape != (len(self.region), len(self.caps)):
            faults.append(f"room has the shape {self.room.shape}, expected {(len(self.region), len(self.caps))}")
        if pairs and not 0 <= self.activity.min() <= self.activity.max() < self.activities:
            faults.append(f"activities are {self.activity.min()} to {self.activity.max()}, expected 0 to {self.activities - 1}")
        if not (np.isfinite(self.profit).all() and np.isfinite(self.response).all()):
            faults.append("profit or response has a value that is no number")
        if pairs and self.response.min() < 0:
            faults.append("a response is below 0")
        return faults

    def _faults_of_rules(self) -> Sequence[str]:
        named = {a for rule in self.rules for a in (*rule.per_contact, *rule.per_response)}
        named |= {a for cap in self.caps for a in cap.activities} | {a for pair in (*self.conflicts, *self.follows) for a in pair}
        faults = [f"a rule names activity {a}, expected 0 to {self.activities - 1}" for a in sorted(named) if not 0 <= a < self.activities]
        faults += [
            f"rule {r.name} has least {r.least} above most {r.most}"
            for r in self.rules
            if r.least is not None and r.most is not None and r.least > r.most
        ]
        faults += [
            f"rule {r.name} has a coefficient below 0"
            for r in self.rules
            if min([*r.per_contact.values(), *r.per_response.values()], default=0) < 0
        ]
        faults += [f"rule {r.name} has most {r.most}; expected 0 or more" for r in self.rules if r.most is not None and r.most < 0]
        faults += [f"a cap allows {cap.most} contacts" for cap in self.caps if cap.most < 0]
        names = [rule.name for rule in self.rules]
        return faults + [f"rule {name} is named twice" for name in sorted({name for name in names if names.count(name) > 1})]

    @property
    def customers(self) -> int:
        """The number of customers."""
        return len(self.region)

    @property
    def rooms(self) -> npt.NDArray[np.int16]:
        """How many of each cap are left to each customer; one row if to all the same."""
        return np.array([[cap.most for cap in self.caps]], np.int16) if self.room is None else self.room

    def customer_of(self, pairs: Integers) -> Integers:
        """Return the customer of each pair."""
        return np.searchsorted(self.starts, pairs, side="right") - 1

    def of(self, customers: Integers) -> tuple["Problem", Integers]:
        """Return the same problem for these customers alone, and the places of their pairs in this one."""
        lengths = np.diff(self.starts)[customers]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        pairs = np.repeat(self.starts[customers] - starts[:-1], lengths) + np.arange(starts[-1])
        arrays = {"activity": self.activity[pairs], "profit": self.profit[pairs], "response": self.response[pairs]}
        room = None if self.room is None else self.room[customers]
        return replace(self, starts=starts, region=self.region[customers], room=room, **arrays), pairs

    def less(self, used: Floats) -> "Problem":
        """Return the same problem with what is left of the bounds, at least 0."""

        def left(bound: float | None, of: float) -> float | None:
            return None if bound is None else max(0.0, bound - of)

        rules = (replace(rule, least=left(rule.least, of), most=left(rule.most, of)) for rule, of in zip(self.rules, used, strict=True))
        return replace(self, rules=tuple(rules))
