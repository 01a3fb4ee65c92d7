"""What channels take in a day (P7), by the catalogues (S11): as a whole, of a county's customers, of an account manager's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scenarios.policy import MANAGER_CHANNEL


@dataclass(frozen=True, order=True)
class Capacity:
    """At most so many contacts a day through a channel: with the customers of a county, with those of an account manager, or with all."""

    channel: str
    most: int
    county: str | None = None
    manager: str | None = None

    @property
    def name(self) -> str:
        """The name of the limit in mkt.limit."""
        return name_of(self.channel, self.county, self.manager)


def name_of(channel: str, county: str | None = None, manager: str | None = None) -> str:
    """Return the name of the limit on a channel, or on its contacts with the customers of a county or of an account manager."""
    return " ".join([f"capacity {channel}", *([f"county {county}"] if county else []), *([f"manager {manager}"] if manager else [])])


def capacities_of(channels: Mapping[str, int | None], units: Iterable[Mapping[str, Any]]) -> list[Capacity]:
    """Return the limits that the catalogues state, each once; what they do not state is no limit.

    `channels` has the daily capacity of each channel, `units` the rows of ods.capacity that are valid; a null may be left out. The
    capacities of shops and agents add up: those of a county serve its customers, those without a county serve all, so where there are such
    they count in each county, and the channel as a whole takes what all of them take together. A manager's capacity is one of work orders.
    If two lines limit the same, the smaller one holds.
    """
    stated = [Capacity(channel, most) for channel, most in channels.items() if most is not None]
    summed: dict[tuple[str, str | None], int] = {}
    for unit in units:
        channel, most = unit["channel"], unit["daily_capacity"]
        if unit["unit"] == "county":
            stated.append(Capacity(channel, most, county=unit["unit_code"]))
        elif unit["unit"] == "manager":
            stated += [Capacity(channel, most, manager=unit["unit_code"])] if channel == MANAGER_CHANNEL else []
        else:
            of = channel, unit.get("county")
            summed[of] = summed.get(of, 0) + most
    for (channel, county), most in summed.items():
        for_all = summed.get((channel, None), 0)
        whole = sum(of for (name, _), of in summed.items() if name == channel)
        stated.append(Capacity(channel, most + for_all, county=county) if county else Capacity(channel, whole))
    least: dict[str, Capacity] = {}
    for one in stated:
        if one.name not in least or one.most < least[one.name].most:
            least[one.name] = one
    return [least[name] for name in sorted(least)]
