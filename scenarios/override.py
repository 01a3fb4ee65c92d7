"""`Override`: what a city or a county narrows of a scenario for its own subscribers; nothing of it can widen the scenario."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expectations.errors import teach, unknown
from expectations.typed import type_faults
from scenarios.errors import ScenarioError
from scenarios.predicates import faults_of_predicate

if TYPE_CHECKING:
    from pyspark.sql import Column

    from scenarios.scenario import Scenario

CURE = "correct its file under scenarios/overrides/; docs/recipes/add-a-scenario.md has an example."


@dataclass(frozen=True, kw_only=True)
class Override:
    """What a city, or one of its counties, narrows of a scenario. It holds for subscribers of this home region alone (None: not narrowed).

    `audience` is Spark SQL over the CAR that must be true as well; null is not true. `channels` are those that remain. A customer for whom
    P3 names none of them gets the first one that is free, unless the step fixes its channel. `most_contacts` is what a night makes of the
    scenario's contacts there.
    """

    scenario: str
    city: str
    county: str | None
    owner: str
    audience: str | None
    channels: tuple[str, ...] | None
    most_contacts: int | None

    def __post_init__(self) -> None:
        """ScenarioError with all faults that can be told without the scenario."""
        if wrong := type_faults(self):
            raise ScenarioError(teach(f"Override of {self.scenario}", wrong, CURE))
        codes = [code for code in (self.city, self.county) if code is not None and not re.fullmatch("[0-9A-Za-z_]{1,32}", code)]
        faults = [f"code {code!r}; expected letters, digits and _" for code in codes]
        faults += [] if self.owner.strip() else ["owner is empty"]
        faults += [] if self.audience is None else faults_of_predicate("the audience", self.audience)
        if self.audience is None and self.channels is None and self.most_contacts is None:
            faults.append("it narrows nothing; state an audience, channels or most_contacts")
        named = self.channels or ()
        faults += [f"channel {name} is named twice" for name in sorted({name for name in named if named.count(name) > 1})]
        faults += ["no channel is left; to stop the scenario there, write most_contacts=0"] if self.channels == () else []
        if self.most_contacts is not None and self.most_contacts < 0:
            faults.append(f"most_contacts is {self.most_contacts}; expected 0 or more")
        if faults:
            raise ScenarioError(teach(f"Override of {self.scenario} in {self.place}", faults, CURE))

    @property
    def place(self) -> str:
        """The code of the county, or of the city."""
        return self.county or self.city

    @property
    def where(self) -> str:
        """Spark SQL: whose home region it is."""
        return f"city = '{self.city}'" + (f" AND county = '{self.county}'" if self.county else "")

    @property
    def words(self) -> str:
        """What it narrows, and who answers for it."""
        told = [f"only {self.audience}"] if self.audience else []
        told += [f"through {', '.join(self.channels)}"] if self.channels else []
        told += [] if self.most_contacts is None else [f"at most {self.most_contacts:,} contacts a night"]
        return f"{'; '.join(told)} ({self.owner})"

    def holds(self, city: str | None, county: str | None) -> bool:
        """Whether it holds for subscribers of this home region."""
        return city == self.city and self.county in (None, county)

    def leaves_unknown(self, channel: str) -> bool:
        """Whether a customer of whom nothing is known yet may be contacted through the channel. They are in no narrowed audience."""
        return self.audience is None and channel in (self.channels or (channel,)) and self.most_contacts != 0

    def narrows(self, audience: str) -> str:
        """Return the audience, narrowed for the place's own subscribers."""
        return f"({audience}) AND (NOT coalesce({self.where}, false) OR coalesce({self.audience}, false))" if self.audience else audience


def narrowed(scenarios: Iterable["Scenario"], overrides: Sequence[Override]) -> tuple["Scenario", ...]:
    """Return the scenarios with their overrides, those of counties first. ScenarioError names all that widen or name what is not there."""
    every = tuple(scenarios)
    by_name = {scenario.name: scenario for scenario in every}
    faults = [f"{_called(one)}: {fault}" for one in overrides for fault in _faults(one, by_name, overrides)]
    keys = [(one.scenario, one.city, one.county) for one in overrides]
    faults += [
        f"{name} in {county or city} is narrowed twice"
        for name, city, county in dict.fromkeys(keys)
        if keys.count((name, city, county)) > 1
    ]
    if faults:
        raise ScenarioError(teach("Overrides", faults, CURE))
    ordered = sorted(overrides, key=lambda one: (one.county is None, one.city, one.county or ""))
    return tuple(scenario.narrowed(tuple(one for one in ordered if one.scenario == scenario.name)) for scenario in every)


def _called(one: Override) -> str:
    return f"{one.scenario} in {one.place}"


def _faults(one: Override, scenarios: dict[str, "Scenario"], overrides: Sequence[Override]) -> Iterator[str]:
    if one.scenario not in scenarios:
        yield unknown("scenario", one.scenario, scenarios)
        return
    scenario = scenarios[one.scenario]
    wider = [("the scenario", scenario.channels.allowed, scenario.strategy.most_contacts)]
    if one.county:
        of_city = [other for other in overrides if (other.scenario, other.city, other.county) == (one.scenario, one.city, None)]
        wider += [(f"its city {other.city}", other.channels or scenario.channels.allowed, other.most_contacts) for other in of_city]
    for whose, allowed, most in wider:
        more = [channel for channel in one.channels or () if channel not in allowed]
        yield from (f"channel {channel} is not allowed by {whose}; choose among {', '.join(allowed)}" for channel in more)
        if most is not None and one.most_contacts is not None and one.most_contacts > most:
            yield f"most_contacts {one.most_contacts} is more than the {most} of {whose}; an override may only lower it"


def channels_in_place(overrides: Iterable[Override], channels: "Column", may_replace: bool) -> "Column":
    """Return the channels; where an override holds, those of them that it leaves, in the same order. Overrides of counties come first.

    If it leaves none of them and `may_replace`, all channels of the override, in its order.
    """
    from pyspark.sql import functions as F

    kept = channels
    for one in reversed(tuple(overrides)):
        if one.channels:
            named = F.array(*map(F.lit, one.channels))
            left = F.array_intersect(channels, named)
            asked = F.when(F.size(left) > 0, left).otherwise(named) if may_replace else left
            kept = F.when(F.expr(one.where), asked).otherwise(kept)
    return kept
