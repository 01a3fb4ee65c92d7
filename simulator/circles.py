"""Who belongs together: companies with their members and account managers. Feeds share these ids."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulator.chance import Chance, Ints
from simulator.province import Province
from simulator.traits import GOTONE, Traits

ROLES = ("member", "key_person", "leader")
MANAGERS = 400
# The share of subscribers in a company's group, and the mean number of members.
_IN_GROUP, _MEMBERS = 0.15, 12


@dataclass(frozen=True)
class Groups:
    """Per subscriber: the position of the group and the role (-1: in none), and of the account manager (-1: none)."""

    group: Ints
    role: Ints
    manager: Ints

    @property
    def ids(self) -> pa.Array:
        """The groups' ids, null if in none."""
        return _ids("G", 6, self.group)

    @property
    def manager_ids(self) -> pa.Array:
        """The managers' ids, null if there is none."""
        return _ids("M", 4, self.manager)


def groups_of(traits: Traits, chance: Chance, province: Province) -> Groups:
    """Return the groups of a chunk. Key persons and leaders have the manager of their group, VIPs one of their own."""
    who = traits.subscriber
    inside = chance.uniform("person in group", 0, who) < _IN_GROUP
    role = np.where(inside, chance.choice(np.array([85.0, 12, 3]), "role", 0, who), -1)
    groups = max(1, round(province.subscribers * _IN_GROUP / _MEMBERS))
    group = np.where(inside, chance.below(groups, "group", 0, who), -1)
    own = (traits.brand == GOTONE) & (traits.vip >= 2)
    of_group = np.where(role >= 1, chance.below(MANAGERS, "group manager", 0, group), -1)
    return Groups(group, role, np.where(own, chance.below(MANAGERS, "person manager", 0, who), of_group))


def _ids(letter: str, digits: int, positions: Ints) -> pa.Array:
    return pa.array([f"{letter}{position:0{digits}d}" if position >= 0 else None for position in positions.tolist()], pa.string())
