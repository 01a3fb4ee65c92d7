"""The contact policy as one allocation problem for all scenarios: caps (P2), one offer a class, capacity and stock (P7), own limits."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from expectations.channels import CHANNELS
from models.allocation.problem import Cap, Problem, Rule
from scenarios.capacity import Capacity
from scenarios.contacted import USED
from scenarios.override import Override
from scenarios.policy import CAPS, CONFLICTS
from scenarios.quota import Quota
from scenarios.scenario import Scenario

if TYPE_CHECKING:
    import pyarrow as pa

# The cap that the value of a customer may lower (P4).
_BY_VALUE = next(place for place, cap in enumerate(CAPS) if (cap.mode, cap.days) == (None, 30))
# Customers whose pairs are worked on together, so that a passing array is small.
_AT_ONCE = 100_000
# The order of the offers: a customer's are together, customers are by city, county and account manager, and the order is total.
ORDER = ("city", "county", "served_by", "subscriber_id", "scenario", "step", "offer", "channel")


@dataclass(frozen=True)
class Activity:
    """What a customer may get: a step of a scenario through a channel."""

    scenario: str
    step: str
    channel: str
    mode: str
    # Empty if nothing is given.
    resource: str


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


def activities_of(scenarios: Iterable[Scenario], modes: Mapping[str, str]) -> list[Activity]:
    """Return every activity of the scenarios, in order; a channel that the catalogue (`modes`) does not know counts as active."""
    return [
        Activity(scenario.name, step.name, channel, modes.get(channel, "active"), scenario.resource_of(step).code or "")
        for scenario in sorted(scenarios, key=lambda one: one.name)
        for step in sorted(scenario.timing.steps, key=lambda one: one.name)
        for channel in sorted(scenario.channels.allowed)
    ]


class Offers:
    """The offers of tonight that have no reason against them, in the order of ORDER, as arrays. Names and texts stay in Spark.

    Columns of `offers`: `row`, by which Spark knows the offer; `activity`, its place in `activities`; `who`, a number that neighbours of
    another subscriber do not have; city, county, served_by (the account manager, null if no capacity of theirs is stated), value_fen,
    effect_ppm, contact_fen, resource_fen, most_contacts_30d, those of USED, is_held_out, and explore_draw from 0 to 999,999. Customers of
    one city, county and account manager are a region.
    """

    def __init__(self, offers: "pa.Table", activities: Sequence[Activity]) -> None:
        pairs = offers.num_rows

        def values(name: str, kind: type) -> "np.ndarray":
            return np.nan_to_num(offers.column(name).to_numpy()).astype(kind, copy=False)

        self.row = values("row", np.int64)
        activity = values("activity", np.int16)
        in_use = np.bincount(activity, minlength=len(activities)) > 0
        self.activities = [of for of, used in zip(activities, in_use, strict=True) if used]
        self.activity = (np.cumsum(in_use) - 1).astype(np.int16)[activity]
        who = offers.column("who").to_numpy()
        self.starts = np.append(np.zeros(min(pairs, 1), np.int64), 1 + np.flatnonzero(who[1:] != who[:-1]))
        self.ends = np.append(self.starts[1:], pairs)
        # Customers are in the order of their cities, counties and managers, those without one first.
        texts = (offers.column(name).combine_chunks().dictionary_encode() for name in ("city", "county", "served_by"))
        codes = [text.indices.fill_null(-1).to_numpy()[self.starts] for text in texts]
        self.region = np.cumsum(np.any([np.diff(code, prepend=code[:1]) != 0 for code in codes], axis=0)).astype(np.int32)
        firsts = self.starts[np.flatnonzero(np.diff(self.region, prepend=-1))]
        self.homes = [tuple(home.values()) for home in offers.select(["city", "county", "served_by"]).take(firsts).to_pylist()]
        most_by_value = offers.column("most_contacts_30d").fill_null(CAPS[_BY_VALUE].most).to_numpy()
        self.most_by_value = np.minimum.reduceat(most_by_value, self.starts) if pairs else np.zeros(0, np.int16)
        self.used_before = np.stack([values(name, np.int16)[self.starts] for name in USED], axis=1)
        self.value = values("value_fen", np.float64)
        self.response = values("effect_ppm", np.float64) / 1_000_000
        # The mean of each activity: a long text costs more than one short message.
        contacts = np.maximum(np.bincount(self.activity, minlength=len(self.activities)), 1)
        self.contact_fen, self.resource_fen = (
            np.bincount(self.activity, values(name, np.float64), len(self.activities)) / contacts
            for name in ("contact_fen", "resource_fen")
        )
        self.is_held_out = values("is_held_out", np.bool_)
        self.explore_draw = values("explore_draw", np.int32)

    @cached_property
    def members(self) -> "np.ndarray":
        """Return the member of each offer, numbered: a subscriber in a step of a scenario."""
        steps = {key: place for place, key in enumerate(sorted({(a.scenario, a.step) for a in self.activities}))}
        step = np.array([steps[a.scenario, a.step] for a in self.activities] or [0], np.int16)[self.activity]
        begins = np.append(np.ones(min(len(step), 1), np.bool_), step[1:] != step[:-1])
        begins[self.starts] = True
        return np.cumsum(begins, dtype=np.int32) - 1

    @cached_property
    def member_starts(self) -> "np.ndarray":
        """Return the place of each member's first offer."""
        return np.flatnonzero(np.diff(self.members, prepend=-1)).astype(np.int32)

    def is_best(self, weight: "np.ndarray") -> "np.ndarray":
        """Return which offers weigh as much as any of their member."""
        if not len(weight):
            return np.zeros(0, np.bool_)
        return np.asarray(weight == np.maximum.reduceat(weight, self.member_starts)[self.members])

    def _regions(self, of: Override | Quota) -> frozenset[int]:
        """Return the regions for which an override or a quota holds. Customers without a county are in none of a county."""
        return frozenset(region for region, (city, county, _) in enumerate(self.homes) if of.holds(city, county))

    def _with_capacity(self, of: Capacity) -> frozenset[int] | None:
        """Return the regions whose contacts a capacity is about; None for all."""
        if not of.county and not of.manager:
            return None
        homes = enumerate(self.homes)
        return frozenset(at for at, (_, county, manager) in homes if of.county in (None, county) and of.manager in (None, manager))

    def limits(
        self, scenarios: Sequence[Scenario], capacities: Iterable[Capacity], stock: Mapping[str, int], quotas: Iterable[Quota]
    ) -> list["Limit"]:
        """Return the limits of tonight: those that some offer uses, and each least."""
        found = [
            Limit(of.name, "contacts", self._each(channel=of.channel), {}, most=of.most, regions=self._with_capacity(of), capacity=of)
            for of in capacities
        ]
        found += [Limit(f"stock {name}", "gifts", {}, self._each(resource=name), most=most) for name, most in sorted(stock.items())]
        for scenario in scenarios:
            least, most = scenario.strategy.least_contacts, scenario.strategy.most_contacts
            own = self._each(scenario=scenario.name)
            found.append(Limit(f"contacts {scenario.name}", "contacts", own, {}, least, most))
            lowered = [one for one in scenario.overrides if one.most_contacts is not None]
            found += [
                Limit(f"contacts {scenario.name} in {one.place}", "contacts", own, {}, most=one.most_contacts, regions=self._regions(one))
                for one in lowered
            ]
        found += [self._quota(one) for one in quotas]
        stated = (limit for limit in found if (limit.least, limit.most) != (None, None))
        # A least is missed where nobody has an offer; a most of nothing says nothing.
        is_used = {limit.name: bool(limit.per_contact or limit.per_response) and limit.regions != frozenset() for limit in found}
        return [limit for limit in stated if limit.least or is_used[limit.name]]

    def _quota(self, quota: Quota) -> Limit:
        its = [at for at, of in enumerate(self.activities) if quota.counts(of.scenario, of.channel)]
        each = dict.fromkeys(its, 1.0)
        per_contact, per_response = {
            "contacts": (each, {}),
            "sales": ({}, each),
            "cost": ({at: float(self.contact_fen[at]) for at in its}, {at: float(self.resource_fen[at]) for at in its}),
        }[quota.measure]
        regions = None if quota.city is None and quota.county is None else self._regions(quota)
        return Limit(
            f"quota {quota.name}",
            "fen" if quota.measure == "cost" else quota.measure,
            per_contact,
            per_response,
            quota.least,
            quota.most,
            regions,
        )

    def problem(self, scenarios: Sequence[Scenario], limits: Iterable["Limit"], share: float) -> Problem:
        """Return tonight's problem. The limits are divided by `share`, the share of offers that no control group holds out."""
        caps = [Cap(frozenset(a for a, of in enumerate(self.activities) if cap.mode in (None, of.mode)), cap.most) for cap in CAPS]
        shown = self._shown()
        return Problem(
            starts=np.append(self.starts, len(self.activity)),
            activity=self.activity,
            profit=self.value,
            response=self.response,
            region=self.region,
            activities=len(self.activities),
            rules=tuple(limit.rule(share) for limit in limits if self._can_bind(limit, share)),
            caps=(*caps, *shown),
            conflicts=tuple(self._conflicts(scenarios)),
            room=np.hstack(
                [np.maximum(self._most() - self.used_before, 0), *(np.full((len(self.starts), 1), of.most, np.int16) for of in shown)]
            ),
        )

    def _shown(self) -> list[Cap]:
        """Return what channels show a subscriber at most in a night, of channels in which somebody could get more."""
        by_channel: dict[str, list[int]] = {}
        for at, of in enumerate(self.activities):
            by_channel.setdefault(of.channel, []).append(at)
        most = {name: channel.most_per_subscriber for name, channel in CHANNELS.items()}
        return [Cap(frozenset(its), k) for name, its in by_channel.items() if (k := most.get(name)) and len(its) > k]

    def _most(self) -> "np.ndarray":
        """Return what each cap of CAPS allows each customer: that of all contacts as few as any of their scenarios does by value (P4)."""
        most = np.tile(np.array([cap.most for cap in CAPS], np.int16), (len(self.starts), 1))
        most[:, _BY_VALUE] = np.minimum(most[:, _BY_VALUE], self.most_by_value)
        return most

    def used(self, limits: Sequence["Limit"], picked: "np.ndarray") -> list[int]:
        """Return how much of each limit the picked offers use."""
        counted = self._cells(picked)
        return [round(_within(limit, counted)) for limit in limits]

    def _can_bind(self, limit: "Limit", share: float) -> bool:
        """Whether the limit could be passed. One that cannot would only make the problem larger."""
        return limit.least is not None or limit.most is None or _within(limit, self._all_cells) > limit.most / share

    @cached_property
    def _all_cells(self) -> "Cells":
        return self._cells(None)

    def _cells(self, picked: "np.ndarray | None") -> "Cells":
        """Return the number of offers (None: of all), and of their expected responses, by region and activity."""
        shape = (max(1, len(self.homes)), max(1, len(self.activities)))
        counts, responses = np.zeros((2, *shape))
        for pairs, region in in_blocks(self.starts, self.ends, self.region):
            cells = region * np.int64(shape[1]) + self.activity[pairs]
            response = self.response[pairs]
            if picked is not None:
                cells, response = cells[picked[pairs]], response[picked[pairs]]
            counts += np.bincount(cells, None, shape[0] * shape[1]).reshape(shape)
            responses += np.bincount(cells, response, shape[0] * shape[1]).reshape(shape)
        return Cells(counts, responses)

    def _each(self, **fields: str) -> dict[int, float]:
        return {at: 1.0 for at, of in enumerate(self.activities) if all(getattr(of, name) == value for name, value in fields.items())}

    def _conflicts(self, scenarios: Sequence[Scenario]) -> Iterable[tuple[int, int]]:
        """Two activities of a step, of one scenario and mode (P1), of two scenarios that offer one class of product, or of CONFLICTS."""
        classes = {(s.name, step.name): s.success_of(step).kind for s in scenarios for step in s.timing.steps}
        waits = {
            (conflict.scenario, s.name, step.name)
            for conflict in CONFLICTS
            for s in scenarios
            for step in s.timing.steps
            if conflict.forbids(s, step)
        }
        for one, a in enumerate(self.activities):
            for other, b in enumerate(self.activities[:one]):
                same_class = classes[a.scenario, a.step] == classes[b.scenario, b.step]
                in_conflict = {(a.scenario, b.scenario, b.step), (b.scenario, a.scenario, a.step)} & waits
                if (a.mode == b.mode or a.step == b.step) if a.scenario == b.scenario else same_class or in_conflict:
                    yield other, one


def in_blocks(starts: "np.ndarray", ends: "np.ndarray", region: "np.ndarray") -> "Iterator[tuple[slice, np.ndarray]]":
    """Yield the pairs of _AT_ONCE customers at a time, and the region of each of these pairs."""
    for first in range(0, len(starts), _AT_ONCE):
        block = slice(first, first + _AT_ONCE)
        yield slice(starts[block][0], ends[block][-1]), np.repeat(region[block], ends[block] - starts[block])


class Cells(NamedTuple):
    """Numbers of offers and of expected responses, by region and activity."""

    counts: "np.ndarray"
    responses: "np.ndarray"


def _within(limit: Limit, cells: Cells) -> float:
    """Return how much of a limit the cells use."""
    regions = slice(None) if limit.regions is None else sorted(limit.regions)
    parts = ((limit.per_contact, cells.counts), (limit.per_response, cells.responses))
    return float(sum(of[regions][:, list(each)].sum(axis=0) @ np.array(list(each.values())) for each, of in parts if each))
