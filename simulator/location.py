"""S8 of a day: at home, at work, at a third place, or away in another county.

Two thirds work on weekdays; the members of a group work in one cell. Whoever travels spends some days in another county and is not at home.
"""

from typing import Any

import numpy as np

from simulator.catalogue import rows_of
from simulator.chance import Ints
from simulator.circles import groups_of, homes_of
from simulator.days import dates
from simulator.rendering import coded
from simulator.today import Today
from simulator.traits import Flags

CELLS = 200
_FIRST_CELL = 100_000
# The bands from 0, 7, 9 and 18 o'clock in minutes, and how much of each somebody spends at work or at a third place at most.
_BANDS = np.array([420, 120, 540, 360])
_AT_WORK, _AT_THIRD, _AT_WEEKEND = (0, 60, 540, 90), (0, 0, 0, 200), (0, 0, 240, 200)


def cells_of(place: Ints, position: Ints) -> Ints:
    """Return the cell ids of a county's cells by position. A home is the cell at the position of `homes_of`, as in the WAP log."""
    return _FIRST_CELL + place * CELLS + position % CELLS


def cell_values() -> dict[str, Any]:
    """Return the columns of cell_catalog: each county's cells are 2 km apart, in 10 rows of 20."""
    org = tuple(row["COUNTY_CODE"] for row in rows_of("org"))
    place, position = np.divmod(np.arange(len(org) * CELLS), CELLS)
    return {
        "CELL_ID": cells_of(place, position),
        "COUNTY_CODE": coded(place, org),
        "LONGITUDE_E6": 110_000_000 + 500_000 * (place % 6) + 20_000 * (position % 20),
        "LATITUDE_E6": 30_000_000 + 300_000 * (place // 6) + 20_000 * (position // 20),
    }


def location_values(today: Today) -> dict[str, Any]:
    """Return the columns of location: up to three cells for everybody who is here and switched on."""
    traits, chance = today.traits, today.chance
    who, counties = traits.subscriber, len(rows_of("org"))
    is_on = today.happens("phone is on", 0.97)
    is_away = chance.uniform("is away", today.day, who) < traits.roaming_share
    away = (traits.place + 1 + chance.below(counties - 1, "away place", today.day, who)) % counties
    home_place, position = homes_of(traits, chance, today.province, today.day)
    stays = np.where(is_away, away, home_place)
    home = cells_of(stays, position)
    work_place, work = _work(today, counties)
    third = cells_of(traits.place, who + 1 + chance.below(CELLS - 1, "third cell", 0, who))
    works = ~is_away & (work != home) & (chance.uniform("works", 0, who) < 0.65) & (not today.is_weekend)
    goes_out = ~is_away & (third != work) & (chance.uniform("goes out", today.day, who) < (0.5 if today.is_weekend else 0.2))
    at_work = _minutes(today, works, _AT_WORK, "at work")
    at_third = _minutes(today, goes_out, _AT_WEEKEND if today.is_weekend else _AT_THIRD, "at third")
    visits = (
        (is_on, home, stays, _BANDS - at_work - at_third),
        (is_on & works, work, work_place, at_work),
        (is_on & goes_out, third, traits.place, at_third),
    )
    return _rows(today, visits)


def _work(today: Today, counties: int) -> tuple[Ints, Ints]:
    """Return county and cell of the place of work, which the members of a group share."""
    who, group = today.traits.subscriber, groups_of(today.traits, today.chance, today.province).group
    firm = np.where(group >= 0, 10**9 + group, who)
    elsewhere = (group >= 0) | (today.chance.uniform("works elsewhere", 0, who) < 0.2)
    place = np.where(elsewhere, today.chance.below(counties, "work place", 0, firm), today.traits.place)
    return place, cells_of(place, today.chance.below(CELLS, "work cell", 0, firm))


def _minutes(today: Today, there: Flags, most: tuple[int, ...], purpose: str) -> Ints:
    """Return the minutes in each band: from three quarters of the most to all of it for those who are there, none for others."""
    share = 0.75 + 0.25 * today.chance.uniform(purpose, today.day, today.traits.subscriber)
    return (np.where(there, share, 0)[:, None] * np.array(most)).astype(np.int64)


def _rows(today: Today, visits: tuple[tuple[Flags, Ints, Ints, Ints], ...]) -> dict[str, Any]:
    """Return the columns, from (who was there, cell, county, minutes by band) for each kind of place."""
    found = [np.flatnonzero(there) for there, *_ in visits]
    rows = np.concatenate(found)
    cell, place, minutes = (
        np.concatenate([visit[column][mine] for visit, mine in zip(visits, found, strict=True)]) for column in (1, 2, 3)
    )
    is_home = np.repeat([True, False, False], [len(mine) for mine in found])
    # Some switch the handset off for the night, at home.
    switches = np.where(is_home & (today.draw(100, "switched off", rows) < 12), 1, 0)
    bands = dict(zip(("MIN_00_07", "MIN_07_09", "MIN_09_18", "MIN_18_24"), minutes.T, strict=True))
    return {
        "STAT_DATE": dates(np.full(len(rows), today.day)),
        "MSISDN": today.numbers[rows],
        "CELL_ID": cell,
        "COUNTY_CODE": coded(place, tuple(row["COUNTY_CODE"] for row in rows_of("org"))),
        **bands,
        "ON_COUNT": switches,
        "OFF_COUNT": switches,
    }
