"""Keyed chance: a draw depends only on seed, purpose, moment and subject.

The key comes from numpy's SeedSequence, the draw from SplitMix64 (Steele, Lea, Flood 2014) at the subject's own position. So neither the
order of simulation, nor its length, nor the size of chunks changes a draw.
"""

from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Words = NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


@lru_cache(maxsize=4096)
def _key(seed: int, purpose: str, moment: int) -> np.uint64:
    return np.random.SeedSequence([seed, crc32(purpose.encode()), moment]).generate_state(1, np.uint64)[0]


@dataclass(frozen=True)
class Chance:
    """Draws for subjects (whole numbers: a subscriber, or a subscriber's n-th row) at a moment (a day, or 0 for what never changes)."""

    seed: int

    def words(self, purpose: str, moment: int, subjects: NDArray) -> Words:
        """Return 64 random bits per subject."""
        mixed = subjects.astype(np.uint64) * _GOLDEN + _key(self.seed, purpose, moment)
        mixed ^= mixed >> np.uint64(30)
        mixed *= _FIRST
        mixed ^= mixed >> np.uint64(27)
        mixed *= _SECOND
        mixed ^= mixed >> np.uint64(31)
        return mixed

    def uniform(self, purpose: str, moment: int, subjects: NDArray) -> Floats:
        """Return a number in [0, 1) per subject."""
        return (self.words(purpose, moment, subjects) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def normal(self, purpose: str, moment: int, subjects: NDArray) -> Floats:
        """Return a standard normal number per subject (Box and Muller 1958)."""
        radius = np.sqrt(-2.0 * np.log1p(-self.uniform(purpose, moment, subjects)))
        return radius * np.cos(2.0 * np.pi * self.uniform(purpose + "/angle", moment, subjects))

    def below(self, limit: int, purpose: str, moment: int, subjects: NDArray) -> Ints:
        """Return a whole number from 0 to limit - 1 per subject."""
        return (self.uniform(purpose, moment, subjects) * limit).astype(np.int64)

    def choice(self, weights: NDArray, purpose: str, moment: int, subjects: NDArray) -> Ints:
        """Return the position of a weight per subject, drawn in proportion to the weights."""
        edges = np.cumsum(weights, dtype=np.float64)
        return np.searchsorted(edges / edges[-1], self.uniform(purpose, moment, subjects), side="right").clip(max=len(edges) - 1)
