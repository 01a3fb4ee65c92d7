"""Who belongs together: companies with their members and account managers, families with a main account. Feeds share these ids."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from expectations.tables.ods_family_tie import FAMILY_TIES
from expectations.tables.ods_group_tie import GROUP_ROLES
from simulator.catalogue import rows_of
from simulator.chance import Chance, Ints
from simulator.days import NEVER, dates, number_of
from simulator.numbers import user_ids
from simulator.province import Province
from simulator.rendering import coded
from simulator.today import Today
from simulator.traits import GOTONE, Flags, Traits, entry_days, places_of

MANAGERS = 400
# The share of subscribers in a company's group, and the mean number of members.
_IN_GROUP, _MEMBERS = 0.15, 12
# Subscribers whose positions are next to each other may be a family; the first has the main account.
_MOST_IN_FAMILY, _FAMILIES, _JOINS = 4, 0.3, 0.8
# The share of households that move in so many days up to the night.
MOVES, MOVING_DAYS = 0.03, 60
_FIRM_NAMES, _FIRM_TRADES = (
    ("宏远", "金海", "联创", "瑞丰", "新锐", "同济", "百川", "中恒"),
    ("贸易", "建材", "餐饮", "物流", "电子", "机械"),
)


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


def group_values(today: Today) -> dict[str, Any]:
    """Return the columns of group_tie: every member who is here."""
    traits, chance = today.traits, today.chance
    groups = groups_of(traits, chance, today.province)
    rows = np.flatnonzero(today.here & (groups.group >= 0))
    group = groups.group[rows]
    firm = [_FIRM_NAMES[one % len(_FIRM_NAMES)] + _FIRM_TRADES[one // len(_FIRM_NAMES) % len(_FIRM_TRADES)] for one in group.tolist()]
    joined = traits.entry[rows] + chance.below(400, "group joined", 0, traits.subscriber[rows])
    return {
        "GROUP_ID": _ids("G", 6, group),
        "GROUP_NAME": pa.array([f"{name}有限公司" for name in firm], pa.string()),
        "USER_ID": traits.user_id[rows],
        "ROLE": coded(groups.role[rows], GROUP_ROLES),
        "MANAGER_ID": _ids("M", 4, chance.below(MANAGERS, "group manager", 0, group)),
        "JOIN_DATE": dates(np.minimum(joined, today.day)),
    }


def families_of(traits: Traits, chance: Chance) -> tuple[Ints, Flags]:
    """Return the position of the family's main account for each subscriber, and who belongs to it beside its holder."""
    who = traits.subscriber
    main = who // _MOST_IN_FAMILY * _MOST_IN_FAMILY
    return main, (who != main) & (chance.uniform("is family", 0, main) < _FAMILIES) & (chance.uniform("joins family", 0, who) < _JOINS)


def homes_of(traits: Traits, chance: Chance, province: Province, day: int) -> tuple[Ints, Ints]:
    """Return the county and the position of the cell where each subscriber is at home on a day; a family lives with its main account.

    A few households move to another county, and the operator is not told.
    """
    main, member = families_of(traits, chance)
    household, counties = np.where(member, main, traits.subscriber), len(rows_of("org"))
    place = np.where(member, places_of(chance, main), traits.place)
    moved_on = number_of(province.night) - chance.below(MOVING_DAYS, "moves house on", 0, household)
    has_moved = (chance.uniform("moves house", 0, household) < MOVES) & (moved_on <= day)
    elsewhere = (place + 1 + chance.below(counties - 1, "moves to", 0, household)) % counties
    return np.where(has_moved, elsewhere, place), household


def family_values(today: Today) -> dict[str, Any]:
    """Return the columns of family_tie: members who are here, of families whose main account has entered."""
    traits, chance, province = today.traits, today.chance, today.province
    who = traits.subscriber
    main, member = families_of(traits, chance)
    since = np.maximum(traits.entry, entry_days(province, main)) + chance.below(300, "family joined", 0, who)
    until = np.where(chance.uniform("family ends", 0, who) < 0.15, since + 365 * (1 + chance.below(3, "family years", 0, who)), NEVER)
    rows = np.flatnonzero(today.here & member & (since <= today.day) & (today.day < until))
    return {
        "MAIN_USER_ID": user_ids(main[rows], province.seed),
        "MEMBER_MSISDN": today.numbers[rows],
        "TIE_KIND": coded(chance.below(2, "family kind", 0, main[rows]), FAMILY_TIES),
        "SHORT_NUMBER": 761 + (who[rows] - main[rows]),
        "START_DATE": dates(since[rows]),
        "END_DATE": dates(until[rows]),
    }
