"""`Quota` 配额: a least and a most of what a night's contacts make together, over scenarios, channels and places (P7, P9)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from expectations.channels import CHANNELS
from expectations.errors import teach, unknown
from expectations.typed import type_faults
from scenarios.errors import ScenarioError
from scenarios.scenario import Scenario

Measure = Literal["contacts", "sales", "cost"]
CURE = "correct its file under scenarios/quotas/."


@dataclass(frozen=True, kw_only=True)
class Quota:
    """At least and at most so much of a measure from the contacts that one night lists (None: no bound).

    It counts contacts of these scenarios, through these channels, with subscribers of this city or county (None: of all). Expected sales
    are the effects of the contacts. The expected cost, in fen, is that of the contacts, each counted as the mean of its step and channel,
    and of the gifts for the expected sales. A least that cannot be met is missed by as little as possible, and the report names it.
    """

    name: str
    owner: str
    measure: Measure
    scenarios: tuple[str, ...] | None
    channels: tuple[str, ...] | None
    city: str | None
    county: str | None
    least: int | None
    most: int | None

    def __post_init__(self) -> None:
        """ScenarioError with all faults that can be told without the scenarios."""
        if faults := [*(type_faults(self) or self._faults())]:
            raise ScenarioError(teach(f"Quota {self.name}", faults, CURE))

    def _faults(self) -> Iterator[str]:
        yield from (f"{name} is empty" for name in ("name", "owner") if not getattr(self, name).strip())
        yield from (
            f"{name} is empty; write None for all"
            for name in ("scenarios", "channels", "city", "county")
            if getattr(self, name) in ((), "")
        )
        yield from (unknown("channel", name, CHANNELS) for name in self.channels or () if name not in CHANNELS)
        if self.least is None and self.most is None:
            yield "it has no least and no most"
        yield from (
            f"{name} is {of}; expected 0 or more" for name in ("least", "most") if (of := getattr(self, name)) is not None and of < 0
        )
        if self.least is not None and self.most is not None and self.least > self.most:
            yield f"least {self.least} is more than most {self.most}"

    def counts(self, scenario: str, channel: str) -> bool:
        """Whether it counts contacts of the scenario through the channel."""
        return (self.scenarios is None or scenario in self.scenarios) and (self.channels is None or channel in self.channels)

    def is_within(self, other: "Quota") -> bool:
        """Whether the other one counts all that this one counts, by the same measure."""
        parts = [(self.scenarios, other.scenarios), (self.channels, other.channels)]
        is_part = all(wide is None or (narrow is not None and {*narrow} <= {*wide}) for narrow, wide in parts)
        return self.measure == other.measure and is_part and other.city in (None, self.city) and other.county in (None, self.county)

    def holds(self, city: str | None, county: str | None) -> bool:
        """Whether it counts contacts with subscribers of this home region."""
        return self.city in (None, city) and self.county in (None, county)


def checked(quotas: Iterable[Quota], scenarios: Iterable[Scenario]) -> tuple[Quota, ...]:
    """Return the quotas in the order of their names.

    ScenarioError for a name that two have, for scenarios that are not there, and for a least that another quota's most forbids.
    """
    every, known = sorted(quotas, key=lambda one: one.name), [scenario.name for scenario in scenarios]
    names = [one.name for one in every]
    faults = [f"quota {name} is declared twice" for name in dict.fromkeys(names) if names.count(name) > 1]
    faults += [
        f"quota {one.name}: {unknown('scenario', name, known)}" for one in every for name in one.scenarios or () if name not in known
    ]
    faults += [
        f"quota {one.name}: least {one.least} is more than the most {other.most} of quota {other.name}, which counts all that it counts"
        for one in every
        for other in every
        if one.is_within(other) and one is not other and None not in (one.least, other.most) and one.least > other.most  # type: ignore[operator]
    ]
    if faults:
        raise ScenarioError(teach("Quotas", faults, CURE))
    return tuple(every)
