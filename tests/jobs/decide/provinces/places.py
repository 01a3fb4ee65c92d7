"""What cities and counties narrow and what quotas bound, drawn like the rest; and how a reader of these declarations understands them."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from scenarios.override import Override
from scenarios.quota import Quota
from scenarios.scenario import Scenario
from tests.jobs.decide.provinces.drawn import CITY_OF, COUNTIES, Drawn
from tests.jobs.decide.provinces.reader import Found, Reader
from tests.jobs.decide.provinces.walked import Night

# Audiences of a place, and their meaning; what is unknown is not meant.
AUDIENCES: dict[str, Callable[[dict[str, Any]], bool]] = {
    "value_class != 'ordinary'": lambda of: of["value_class"] in ("high_value", "middle"),
    "tenure_days >= 7": lambda of: of["tenure_days"] >= 7,
    "is_smartphone OR data_days_30d > 0": lambda of: of["is_smartphone"] is True or of["data_days_30d"] > 0,
    "preferred_category = 'video'": lambda of: of["preferred_category"] == "video",
}


def overrides(drawn: Drawn, scenarios: Sequence[Scenario]) -> list[Override]:
    """For each scenario that of a city, sometimes, and those of some counties, which are no wider than their city's."""
    found = []
    for scenario in scenarios:
        whole = scenario.channels.allowed, scenario.strategy.most_contacts
        cities = {"9901": narrower(drawn, scenario, "9901", None, *whole)} if drawn.chance.random() < 0.6 else {}
        found += cities.values()
        for county in drawn.chance.choice(COUNTIES, 6, replace=False):
            wider = cities.get(CITY_OF[county])
            channels, most = (wider.channels or whole[0], wider.most_contacts) if wider else whole
            found.append(narrower(drawn, scenario, CITY_OF[county], f"{county}", channels, whole[1] if most is None else most))
    return found


def narrower(drawn: Drawn, scenario: Scenario, city: str, county: str | None, channels: tuple[str, ...], most: int | None) -> Override:
    """An override of some of the three kinds."""
    chance = drawn.chance
    some = [f"{name}" for name in chance.permutation(channels)[: int(chance.integers(1, len(channels) + 1))]]
    audience = None if chance.random() < 0.6 else [*AUDIENCES][int(chance.integers(0, len(AUDIENCES)))]
    few = int(chance.integers(0, 4 if county else 12))
    return Override(
        scenario=scenario.name,
        owner="place",
        city=city,
        county=county,
        audience=audience,
        channels=tuple(some) if chance.random() < 0.5 else None,
        most_contacts=None if audience and chance.random() < 0.5 else few if most is None else min(few, most),
    )


def quotas(drawn: Drawn, scenarios: Sequence[Scenario]) -> list[Quota]:
    """Quotas of each measure, so scarce that they bind; one has a least."""
    chance, names = drawn.chance, [scenario.name for scenario in scenarios]
    few = tuple(sorted(f"{name}" for name in chance.choice(names, 2, replace=False)))
    home = f"{chance.choice(COUNTIES)}"
    none = dict.fromkeys(("scenarios", "channels", "city", "county", "least", "most"), None)
    made: list[dict[str, Any]] = [
        {"name": "of a county", "measure": "contacts", "county": home, "most": int(chance.integers(0, 5))},
        {
            "name": "texts of a city",
            "measure": "contacts",
            "city": "9902",
            "channels": ("sms", "mms"),
            "most": int(chance.integers(1, 20)),
        },
        {"name": "sales of two", "measure": "sales", "scenarios": few, "most": int(chance.integers(1, 5))},
        {"name": "money", "measure": "cost", "most": int(chance.integers(800, 3000))},
        {"name": "at least some", "measure": "contacts", "city": "9901", "least": int(chance.integers(1, 5)), "most": 400},
    ]
    return [Quota(owner="board", **none | one) for one in made]


def is_of(place: Override | Quota, row: dict[str, Any]) -> bool:
    """Whether the row's home region is the place."""
    return place.city in (None, row["city"]) and place.county in (None, row["county"])


def is_counted(quota: Quota, row: dict[str, Any]) -> bool:
    """Whether the contact of the row counts in the quota."""
    of = quota.scenarios is None or row["scenario"] in quota.scenarios
    return of and (quota.channels is None or row["channel"] in quota.channels) and is_of(quota, row)


def channels_left(reader: Reader, row: dict[str, Any]) -> tuple[str, ...] | None:
    """The channels that the county leaves, else the city; None if they leave all."""
    here = [one for one in reader.walk.overrides if one.scenario == row["scenario"] and one.channels and is_of(one, row)]
    return min(here, key=lambda one: one.county is None).channels if here else None


def narrowed(reader: Reader) -> Found:
    """Nobody whom their city or county leaves out is a member, and no contact is made through a channel that it does not leave."""
    found = Found()
    for night, row in reader.rows:
        person = night.person[row["subscriber_id"]]
        for one in reader.walk.overrides:
            if one.scenario == row["scenario"] and is_of(one, row) and one.audience:
                found.expect(AUDIENCES[one.audience](person), f"{night.on} {row['scenario']} in {one.place} for one not {one.audience}")
        left = channels_left(reader, row)
        if row["stage"] == "listed" and left:
            found.expect(row["channel"] in left, f"{night.on} {row['scenario']} by {row['channel']}, {left} are left")
    return found


def limits(reader: Reader) -> dict[str, int | None]:
    """The most of each limit of a place and of each quota, by the name that mkt.limit gives it."""
    lowered = {f"contacts {one.scenario} in {one.county or one.city}": one.most_contacts for one in reader.walk.overrides}
    return lowered | {f"quota {quota.name}": quota.most for quota in reader.walk.quotas}


def used(reader: Reader, night: Night) -> dict[str, float]:
    """How much of each limit of a place and of each quota the night's lists use."""
    found: dict[str, float] = defaultdict(float)
    free = night.candidates[night.candidates["reasons"].map(len) == 0]
    activity = ["scenario", "step", "channel"]
    cost = free.astype({"contact_fen": float, "resource_fen": float}).groupby(activity)[["contact_fen", "resource_fen"]].mean()
    for row in night.decisions[night.decisions["stage"] == "listed"].to_dict("records"):
        for one in reader.walk.overrides:
            if one.scenario == row["scenario"] and is_of(one, row):
                found[f"contacts {one.scenario} in {one.county or one.city}"] += 1
        sales = row["effect_ppm"] / 1e6
        contact, gift = cost.loc[tuple(row[name] for name in activity)]
        for quota in reader.walk.quotas:
            if is_counted(quota, row):
                found[f"quota {quota.name}"] += {"contacts": 1, "sales": sales, "cost": contact + gift * sales}[quota.measure]
    return found
