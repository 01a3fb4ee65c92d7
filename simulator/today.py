"""`Today`: a chunk of subscribers on one day, which the extracts beside BOSS and CRM are made of."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulator.chance import Chance, Floats, Ints
from simulator.lives import Lives
from simulator.province import Province
from simulator.traits import Flags, Traits

_DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Today:
    """Traits and lives of the chunk, who is a customer (`here`), and the day's number."""

    province: Province
    traits: Traits
    lives: Lives
    here: Flags
    chance: Chance
    day: int

    @cached_property
    def numbers(self) -> Ints:
        """The telephone number of each on this day."""
        return self.traits.number_on(self.day)

    @property
    def is_weekend(self) -> bool:
        """Whether the day is a Saturday or Sunday; day 0 was a Thursday."""
        return (self.day + 3) % 7 >= 5

    def happens(self, purpose: str, share: Floats | float, back: int = 0) -> Flags:
        """Return who meets a chance of so much today, or so many days back, among those here today."""
        return self.here & (self.chance.uniform(purpose, self.day - back, self.traits.subscriber) < share)

    def draw(self, limit: int, purpose: str, rows: Ints, back: int = 0) -> Ints:
        """Return a whole number from 0 to limit - 1 for each of these rows."""
        return self.chance.below(limit, purpose, self.day - back, self.traits.subscriber[rows])

    def moments(self, purpose: str, rows: Ints, first_hour: int = 8, last_hour: int = 22) -> np.ndarray:
        """Return a time of this day between two hours for each of these rows."""
        second = first_hour * 3600 + self.draw((last_hour - first_hour) * 3600, f"{purpose} second", rows)
        return (self.day * _DAY_SECONDS + second).astype("datetime64[s]")

    def ids(self, kind: int, rows: Ints) -> Ints:
        """Return an id per row: the day, the kind of event and the subscriber."""
        return (self.day * 100 + kind) * 10**9 + self.traits.subscriber[rows]
