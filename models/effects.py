"""The average effect of a contact by product class and channel, from drawn arms: weighted, then shrunk to what all have in common."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Arm:
    """An arm of a drawn comparison: its subscribers, the sums of their weights, of those of who ordered, and of squared weights.

    A weight is 1 / the probability with which the arm was drawn (Horvitz and Thompson 1952).
    """

    count: int
    weight: float
    ordered: float
    squares: float

    @property
    def rate(self) -> float:
        """The share that ordered."""
        return self.ordered / self.weight

    @property
    def variance(self) -> float:
        """The variance of the rate. Where nobody ordered we are not sure of it, so half a subscriber more did, and half did not."""
        share = (self.rate * self.count + 0.5) / (self.count + 1)
        return share * (1 - share) * self.squares / self.weight**2


@dataclass(frozen=True)
class Effect:
    """What a contact adds to the probability of an order: as measured, its standard error, and shrunk."""

    kind: str
    channel: str
    measured: float
    error: float
    shrunk: float


def effects(drawn: Iterable[tuple[str, str, Arm, Arm]]) -> list[Effect]:
    """Return the effect for each (product class, channel, treated arm, control arm), in their order. Empty arms are left out.

    An effect is drawn to the mean of its class, the more the less sure it is. The variance between channels is estimated by moments
    (DerSimonian and Laird 1986). A channel that is alone in its class has nothing to be drawn to.
    """
    found = [
        Effect(kind, channel, treated.rate - control.rate, math.sqrt(treated.variance + control.variance), 0.0)
        for kind, channel, treated, control in sorted(drawn, key=lambda one: one[:2])
        if treated.count and control.count
    ]
    kinds = dict.fromkeys(one.kind for one in found)
    return [effect for kind in kinds for effect in _shrunk([one for one in found if one.kind == kind])]


def drawn_to(assumed: float, measured: float, error: float) -> float:
    """Return a measured effect drawn to the one that a scenario assumes, the more the less sure the measurement is.

    How far effects lie from what was assumed is estimated by moments, here from one measurement. It is at least as far as the assumed
    effect lies from none. So a few contacts hardly change what was assumed, and many replace it.
    """
    between = max(assumed**2, (measured - assumed) ** 2 - error**2)
    return assumed + between / (between + error**2) * (measured - assumed) if between else measured


def _shrunk(of_kind: list[Effect]) -> list[Effect]:
    weights = [1 / one.error**2 for one in of_kind]
    if len(of_kind) == 1:
        return [replace(one, shrunk=one.measured) for one in of_kind]
    total = sum(weights)
    mean = sum(w * one.measured for w, one in zip(weights, of_kind, strict=True)) / total
    spread = sum(w * (one.measured - mean) ** 2 for w, one in zip(weights, of_kind, strict=True))
    between = max(0.0, (spread - (len(of_kind) - 1)) / (total - sum(w * w for w in weights) / total))
    shares = (between / (between + one.error**2) for one in of_kind)
    return [replace(one, shrunk=mean + share * (one.measured - mean)) for one, share in zip(of_kind, shares, strict=True)]
