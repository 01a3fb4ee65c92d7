"""Tonight's offers by region and activity, block by block, so that no passing array is as long as all offers."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

# Customers whose pairs are worked on together.
_AT_ONCE = 100_000


def in_blocks(starts: "np.ndarray", ends: "np.ndarray", region: "np.ndarray") -> "Iterator[tuple[slice, np.ndarray]]":
    """Yield the pairs of _AT_ONCE customers at a time, and the region of each of these pairs."""
    for first in range(0, len(starts), _AT_ONCE):
        block = slice(first, first + _AT_ONCE)
        yield slice(starts[block][0], ends[block][-1]), np.repeat(region[block], ends[block] - starts[block])


class Cells(NamedTuple):
    """Numbers of offers and of expected responses, by region and activity."""

    counts: "np.ndarray"
    responses: "np.ndarray"
