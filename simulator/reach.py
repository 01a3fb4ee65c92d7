"""How subscribers like channels, and how channels reach them; every figure is a line of catalogues/reach.csv."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from expectations.channel import MOMENTS
from expectations.channels import CHANNELS
from simulator.catalogue import channels, handsets, rows_of
from simulator.chance import Chance, Floats, Ints
from simulator.rendering import coded
from simulator.traits import Flags, Traits

# How much likelier than others a subscriber visits the channel they like, and takes up an offer that comes through it.
VISITS_LIKED, VISITS_OTHER, TAKES_LIKED = 5.0, 0.7, 1.25
_DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Reach:
    """A channel: visits a day, and the probabilities that a contact is delivered, that it then reaches the customer, and that it annoys.

    A channel that waits for customers delivers at their first visit.
    """

    liking: float
    needs: str
    visits: float
    delivered: float
    reached: float
    disturbs: float


@lru_cache(maxsize=1)
def reach() -> dict[str, Reach]:
    """Return the reach of each channel of the catalogue; one without a line has that of `other`."""
    lines = {
        row["CHANNEL_CODE"]: Reach(
            float(row["LIKING"]),
            row["NEEDS"],
            *(float(row[name]) for name in ("VISITS", "DELIVERED", "REACHED", "DISTURBS")),
        )
        for row in rows_of("reach")
    }
    return {code: lines.get(code, lines["other"]) for code in channels()}


def _usable(traits: Traits, needs: str) -> Flags:
    if needs == "smart":
        return traits.data_user & handsets().smart[traits.handset]
    return traits.data_user if needs == "data" else np.ones(len(traits.subscriber), dtype=bool)


def liked_channel(traits: Traits, chance: Chance) -> Ints:
    """Return the position of the channel that each subscriber likes best, among those that they can use; it never changes."""
    weights = np.stack([of.liking * _usable(traits, of.needs) for of in reach().values()], axis=1)
    edges = np.cumsum(weights, axis=1)
    draw = chance.uniform("liked channel", 0, traits.subscriber) * edges[:, -1]
    return (draw[:, None] >= edges).sum(axis=1)


def visits_on(traits: Traits, liked: Ints, active: Flags, chance: Chance, day: int) -> dict[int, Ints]:
    """Return who visits each channel on a day: rows by the channel's position. A channel without moments is not visited.

    Those who meet a channel that is part of another one are the visitors of that one.
    """
    found, names = {}, list(reach())
    for place, name in enumerate(names):
        to = _visited(name)
        of = reach()[to]
        if of.visits and CHANNELS[name].moments:
            rate = of.visits * np.where(liked == names.index(to), VISITS_LIKED, VISITS_OTHER)
            comes = active & _usable(traits, of.needs) & (chance.uniform(f"visit {to}", day, traits.subscriber) < rate)
            found[place] = np.flatnonzero(comes)
    return found


def _visited(name: str) -> str:
    """Return the channel to which the customers of this one come."""
    return CHANNELS[name].part_of or name


def visit_values(traits: Traits, liked: Ints, active: Flags, chance: Chance, day: int) -> tuple[dict[str, Any], Ints]:
    """Return the columns of S15 sorted by time, and a key per row: who visited which channel, and for what.

    A visit has one of the moments that the channel declares.
    """
    parts, names = [], list(reach())
    for place, row in visits_on(traits, liked, active, chance, day).items():
        to, who = _visited(names[place]), traits.subscriber[row]
        moments = [position for position, moment in enumerate(MOMENTS) if moment in CHANNELS[names[place]].moments]
        moment = np.array(moments)[chance.below(len(moments), f"visit moment {to}", day, who)]
        second = 7 * 3600 + chance.below(16 * 3600, f"visit second {to}", day, who)
        parts.append(np.stack([row, np.full(len(row), names.index(to)), moment, second]))
    row, channel, moment, second = np.concatenate(parts, axis=1) if parts else np.zeros((4, 0), dtype=np.int64)
    order = np.lexsort((channel, traits.subscriber[row], second))
    row, channel, moment, second = row[order], channel[order], moment[order], second[order]
    values = {
        "VISIT_TIME": (day * _DAY_SECONDS + second).astype("datetime64[s]"),
        "MSISDN": traits.number_on(day)[row],
        "CHANNEL_CODE": coded(channel, channels()),
        "MOMENT": coded(moment, tuple(MOMENTS)),
    }
    return values, traits.subscriber[row] * len(channels()) + channel


def takes_factor(liked: Ints, channel: Ints | int) -> Floats:
    """Return how much likelier a contact through this channel is taken up, because the subscriber likes it."""
    return np.where(liked == channel, TAKES_LIKED, 1.0)
