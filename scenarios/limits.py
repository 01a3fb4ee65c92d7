"""The contact policy as one allocation problem for all scenarios: caps (P2), one offer a class, capacity and stock (P7), own limits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from expectations.channels import CHANNELS
from models.allocation.problem import Cap, Problem
from scenarios.capacity import Capacity
from scenarios.cells import Cells, in_blocks
from scenarios.contacted import USED
from scenarios.limit import Limit
from scenarios.limit_names import of_quota, of_scenario, of_shown, of_stock
from scenarios.override import Override
from scenarios.policy import CAPS, CONFLICTS
from scenarios.quota import Quota
from scenarios.scenario import Scenario

if TYPE_CHECKING:
    import pyarrow as pa

# The cap that the value of a customer may lower (P4).
_BY_VALUE = next(place for place, cap in enumerate(CAPS) if (cap.mode, cap.days) == (None, 30))
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

    def first_best(self, weight: "np.ndarray") -> "np.ndarray":
        """Return the place of each member's offer that weighs most; of equals the first."""
        best = np.flatnonzero(self.is_best(weight))
        return best[np.diff(self.members[best], prepend=-1) > 0]

    def is_best(self, weight: "np.ndarray") -> "np.ndarray":
        """Return which offers weigh as much as any of their member."""
        if not len(weight):
            return np.zeros(0, np.bool_)
        return np.asarray(weight == np.maximum.reduceat(weight, self.member_starts)[self.members])

    def _regions(self, of: Override | Quota) -> frozenset[int]:
        """Return the regions for which an override or a quota holds. Customers without a county are in none of a county."""
        return frozenset(region for region, (city, county, _) in enumerate(self.homes) if of.holds(city, county))

    @cached_property
    def _served(self) -> Mapping[tuple[str, str | None], set[int]]:
        """Return the regions of each county and of each account manager."""
        found: dict[tuple[str, str | None], set[int]] = {}
        for region, (_, county, manager) in enumerate(self.homes):
            for of in (("county", county), ("manager", manager)):
                found.setdefault(of, set()).add(region)
        return found

    def _with_capacity(self, of: Capacity) -> frozenset[int] | None:
        """Return the regions whose contacts a capacity is about; None for all."""
        units = [self._served.get(unit, set()) for unit in (("county", of.county), ("manager", of.manager)) if unit[1]]
        return frozenset(set.intersection(*units)) if units else None

    def limits(
        self, scenarios: Sequence[Scenario], capacities: Iterable[Capacity], stock: Mapping[str, int], quotas: Iterable[Quota]
    ) -> list["Limit"]:
        """Return the limits of tonight: those that some offer uses, and each least."""
        found = [
            Limit(of.name, "contacts", self._each("channel", of.channel), {}, most=of.most, regions=self._with_capacity(of), capacity=of)
            for of in capacities
        ]
        found += [Limit(of_stock(name), "gifts", {}, self._each("resource", name), most=most) for name, most in sorted(stock.items())]
        for scenario in scenarios:
            least, most = scenario.strategy.least_contacts, scenario.strategy.most_contacts
            own = self._each("scenario", scenario.name)
            found.append(Limit(of_scenario(scenario.name), "contacts", own, {}, least, most))
            lowered = [one for one in scenario.overrides if one.most_contacts is not None]
            found += [
                Limit(of_scenario(scenario.name, one.place), "contacts", own, {}, most=one.most_contacts, regions=self._regions(one))
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
            of_quota(quota),
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
            caps=(*caps, *shown.values()),
            conflicts=tuple(self._conflicts(scenarios)),
            room=np.hstack(
                [
                    np.maximum(self._most() - self.used_before, 0),
                    *(np.full((len(self.starts), 1), of.most, np.int16) for of in shown.values()),
                ]
            ),
        )

    @cached_property
    def cap_names(self) -> list[str]:
        """Return the names of the problem's caps, in order."""
        return [*(cap.name for cap in CAPS), *map(of_shown, self._shown())]

    def _shown(self) -> dict[str, Cap]:
        """Return what channels show a subscriber at most in a night, of channels in which somebody could get more."""
        by_channel: dict[str, list[int]] = {}
        for at, of in enumerate(self.activities):
            by_channel.setdefault(of.channel, []).append(at)
        most = {name: channel.most_per_subscriber for name, channel in CHANNELS.items()}
        return {name: Cap(frozenset(its), k) for name, its in by_channel.items() if (k := most.get(name)) and len(its) > k}

    def _most(self) -> "np.ndarray":
        """Return what each cap of CAPS allows each customer: that of all contacts as few as any of their scenarios does by value (P4)."""
        most = np.tile(np.array([cap.most for cap in CAPS], np.int16), (len(self.starts), 1))
        most[:, _BY_VALUE] = np.minimum(most[:, _BY_VALUE], self.most_by_value)
        return most

    def used(self, limits: Sequence["Limit"], picked: "np.ndarray") -> list[int]:
        """Return how much of each limit the picked offers use."""
        counted = self._cells(picked)
        return [round(limit.within(counted)) for limit in limits]

    def passed(self, limits: Sequence["Limit"], picked: "np.ndarray") -> list[int]:
        """Return the places of the limits whose most the picked offers pass."""
        counted = self._cells(picked)
        return [at for at, limit in enumerate(limits) if limit.most is not None and limit.within(counted) > limit.most]

    def _can_bind(self, limit: "Limit", share: float) -> bool:
        """Whether the limit could be passed. One that cannot would only make the problem larger."""
        return limit.least is not None or limit.most is None or limit.within(self._all_cells) > limit.most / share

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

    @cached_property
    def _activities_of(self) -> Mapping[tuple[str, str], dict[int, float]]:
        found: dict[tuple[str, str], dict[int, float]] = {}
        for at, of in enumerate(self.activities):
            for key in (("scenario", of.scenario), ("channel", of.channel), ("resource", of.resource)):
                found.setdefault(key, {})[at] = 1.0
        return found

    def _each(self, field: Literal["scenario", "channel", "resource"], value: str) -> dict[int, float]:
        return self._activities_of.get((field, value), {})

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
