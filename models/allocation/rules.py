"""The rules of all customers as arrays: what each contact uses of them, and what it costs at their prices."""

from copy import copy

import numpy as np

from models.allocation.problem import Floats, Integers, Problem
from models.allocation.subsets import Answers

# A bound that a file gives as 105.47 contacts means 105; one that is a whole number but for rounding means that number.
_ROUNDING = 1e-9


class Rules:
    """Coefficients by rule and activity, the regions of each rule, and its bounds (infinite where there is none).

    The bounds of a rule that counts contacts are whole numbers.
    """

    def __init__(self, problem: Problem) -> None:
        rules = problem.rules
        self.names = [rule.name for rule in rules]
        self.per_contact, self.per_response = np.zeros((2, len(rules), problem.activities))
        self.regions = 1 + int(problem.region.max(initial=0))
        self.applies = np.ones((len(rules), self.regions), bool)
        self.least, self.most = np.full(len(rules), -np.inf), np.full(len(rules), np.inf)
        for k, rule in enumerate(rules):
            self.per_contact[k, list(rule.per_contact)] = list(rule.per_contact.values())
            self.per_response[k, list(rule.per_response)] = list(rule.per_response.values())
            if rule.regions is not None:
                self.applies[k] = np.isin(np.arange(self.regions), sorted(rule.regions))
            counts = not rule.per_response and set(rule.per_contact.values()) == {1.0}
            if rule.least is not None:
                self.least[k] = np.ceil(rule.least - _ROUNDING) if counts else rule.least
            if rule.most is not None:
                self.most[k] = np.floor(rule.most + _ROUNDING) if counts else rule.most

    def __len__(self) -> int:
        """Return the number of rules."""
        return len(self.names)

    def less(self, used: Floats, share: float = 1.0) -> "Rules":
        """Return the rules with what is left of their bounds, or a share of it."""
        left = copy(self)
        left.least, left.most = (self.least - used) * share, (self.most - used) * share
        return left

    def prices(self, of_rules: Floats) -> tuple[Floats, Floats]:
        """Return, by region and activity, what a contact and what a response costs at these prices of the rules."""
        by_region = self.applies.T * of_rules
        return by_region @ self.per_contact, by_region @ self.per_response

    def used_by(self, told: Answers, regions: Integers) -> Floats:
        """Return how much of each rule each group uses; `regions` has the region of each group."""
        used = told.counts @ self.per_contact.T + told.sales @ self.per_response.T
        return np.asarray(used * self.applies[:, regions].T)

    def used(self, problem: Problem, picked: "np.ndarray") -> Floats:
        """Return how much of each rule the picked pairs use."""
        pairs = np.flatnonzero(picked)
        region, activity = problem.region[problem.customer_of(pairs)], problem.activity[pairs]
        shape = (self.regions, problem.activities)
        cells = np.ravel_multi_index((region, activity), shape)
        counts, sales = (np.bincount(cells, of, shape[0] * shape[1]).reshape(shape) for of in (None, problem.response[pairs]))
        each = counts @ self.per_contact.T + sales @ self.per_response.T
        return np.asarray((each * self.applies.T).sum(axis=0))

    def cost(self, prices: Floats) -> float:
        """Return the sum of price x bound: of the most where a price is positive, of the least where it is negative."""
        binding = np.where(prices > 0, self.most, np.where(prices < 0, self.least, 0.0))
        return float(np.where(prices == 0, 0.0, prices * binding).sum())
