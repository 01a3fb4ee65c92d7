"""`Limit`: what all contacts of a night together may use of something, or must."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.allocation.problem import Rule
from scenarios.capacity import Capacity
from scenarios.cells import Cells


@dataclass(frozen=True)
class Limit:
    """A limit on the sum of `per_contact` of each activity, and `per_response` of each response that a contact is expected to have.

    `unit` is what it counts: contacts, gifts (of a stock), sales or fen.
    """

    name: str
    unit: str
    per_contact: Mapping[int, float]
    per_response: Mapping[int, float]
    least: int | None = None
    most: int | None = None
    # Numbers of regions, places in `Offers.homes`; None for all.
    regions: frozenset[int] | None = None
    # What it comes from, if it is the capacity of a channel.
    capacity: Capacity | None = None

    def rule(self, share: float) -> Rule:
        """Return the limit as a rule of the allocation, for everybody of whom `share` is not held out."""
        least, most = (None if bound is None else bound / share for bound in (self.least, self.most))
        return Rule(self.name, dict(self.per_contact), dict(self.per_response), least=least, most=most, regions=self.regions)

    def within(self, cells: Cells) -> float:
        """Return how much of the limit the cells use."""
        regions = slice(None) if self.regions is None else sorted(self.regions)
        parts = ((self.per_contact, cells.counts), (self.per_response, cells.responses))
        return float(sum(of[regions][:, list(each)].sum(axis=0) @ np.array(list(each.values())) for each, of in parts if each))
