"""Complaints: whoever is ready to turn away complains more often, and whoever complained turns away more easily."""

import numpy as np

from simulator.chance import Chance, Floats
from simulator.traits import Flags, Traits

A_DAY = 0.0015
# A complaint that is still felt multiplies the chance to turn away by exp of this; it is felt half as much after a month.
GRUDGE, FORGOTTEN_A_DAY = 0.8, 0.5 ** (1 / 30)


def complains(traits: Traits, chance: Chance, day: int) -> Flags:
    """Return who complains on a day, if they are customers."""
    return (chance.uniform("complains", day, traits.subscriber) < A_DAY * np.exp(traits.unrest)) & (traits.entry <= day)


def grudge_of(before: Floats, traits: Traits, chance: Chance, day: int) -> Floats:
    """Return how many complaints are felt on a day, given the day before; those of yesterday count for the first time."""
    return before * FORGOTTEN_A_DAY + complains(traits, chance, day - 1)
