"""Groups of customers: the unit of parallel work. The sums of a group are always made in the same order."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from models.allocation.problem import Integers, Problem

MOST = 256
SMALLEST = 40


@dataclass(frozen=True)
class Groups:
    """Group g has the customers starts[g] to starts[g + 1], all of region regions[g]."""

    starts: Integers
    regions: Integers

    @property
    def number(self) -> int:
        """The number of groups."""
        return len(self.regions)


def groups_of(problem: Problem, most: int = MOST, smallest: int = SMALLEST) -> Groups:
    """Cut the customers, who are ordered by region, into about `most` groups of one region each; a region is at least one group."""
    size = max(smallest, -(-problem.customers // most))
    firsts = np.flatnonzero(np.diff(problem.region, prepend=-1))
    starts, regions = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for first, end in pairwise([*firsts, problem.customers]):
        parts = max(1, round((end - first) / size))
        starts.append(np.linspace(first, end, parts + 1).astype(np.int64)[:-1])
        regions.append(np.full(parts, problem.region[first], np.int64))
    return Groups(np.append(np.concatenate(starts), problem.customers), np.concatenate(regions))
