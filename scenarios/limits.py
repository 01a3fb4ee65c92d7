"""The contact policy as one allocation problem for all scenarios: caps (P2), one offer a class, capacity and stock (P7), own limits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, reduce
from typing import TYPE_CHECKING

import numpy as np

from models.allocation.problem import Cap, Problem, Rule
from scenarios.calendar import import_day
from scenarios.offers import looked_up
from scenarios.override import Override
from scenarios.policy import CAPS, CONFLICTS, ContactCap
from scenarios.quota import Quota
from scenarios.scenario import Scenario

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import Column, DataFrame

# How many contacts of each cap a subscriber had, as columns of the offers.
USED = tuple(f"used_{place}" for place in range(len(CAPS)))
# The order of the offers: a customer's are together, customers are by county, and the order is total.
ORDER = ("county", "subscriber_id", "scenario", "step", "offer", "channel")


def contacts_before(on: date, state: "DataFrame", others: "DataFrame", modes: Mapping[str, str]) -> "DataFrame":
    """Return subscriber_id with the number of contacts before the import day, for each cap (P2): of ours and of other departments (S16).

    Ours are those of fb.customer_state. A held-out subscriber who would have been listed counts as contacted, so that caps treat both arms
    alike; what a channel rejected or never got does not count. A contact through a channel that the catalogue (`modes`) does not know
    counts as active.
    """
    from pyspark.sql import functions as F

    day = import_day(on)
    mode = F.coalesce(looked_up(modes, F.col("channel")), F.lit("active"))
    made = [
        state.where("arm IS NOT NULL").select("subscriber_id", F.date_add("list_date", 1).alias("day"), "mode"),
        others.where("arm IS NULL OR arm = 'treated'").select("subscriber_id", "day", mode.alias("mode")),
    ]
    every = reduce(lambda one, other: one.unionByName(other), made).where(F.col("day") < F.lit(day))
    counted = [F.count_if(_counts(cap, day)).cast("int").alias(name) for name, cap in zip(USED, CAPS, strict=True)]
    longest = max(cap.days for cap in CAPS)
    return every.where(F.col("day") > F.lit(day - timedelta(days=longest))).groupBy("subscriber_id").agg(*counted)


def _counts(cap: ContactCap, day: date) -> "Column":
    from pyspark.sql import functions as F

    within = F.col("day") > F.lit(day - timedelta(days=cap.days))
    return within & (F.col("mode") == cap.mode) if cap.mode else within


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
    # Numbers of counties, places in `Offers.homes`; None for all.
    regions: frozenset[int] | None = None

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
    another subscriber do not have; city, county, value_fen, effect_ppm, contact_fen, resource_fen, those of USED, is_held_out, and
    explore_draw from 0 to 999,999.
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
        # Customers are in the order of their counties, those without one first.
        county = offers.column("county").combine_chunks().dictionary_encode().indices.fill_null(-1).to_numpy()[self.starts]
        self.region = np.cumsum(np.diff(county, prepend=county[:1]) != 0).astype(np.int32)
        firsts = self.starts[np.flatnonzero(np.diff(self.region, prepend=-1))]
        self.homes = [(home["city"], home["county"]) for home in offers.select(["city", "county"]).take(firsts).to_pylist()]
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

    def _regions(self, of: Override | Quota) -> frozenset[int]:
        """Return the counties for which an override or a quota holds. Customers without a county are in none."""
        return frozenset(region for region, (city, county) in enumerate(self.homes) if county and of.holds(city, county))

    def limits(
        self, scenarios: Sequence[Scenario], capacity: Mapping[str, int], stock: Mapping[str, int], quotas: Iterable[Quota]
    ) -> list["Limit"]:
        """Return the limits of tonight that some offer uses."""
        found = [Limit(f"capacity {name}", "contacts", self._each(channel=name), {}, most=most) for name, most in sorted(capacity.items())]
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
        used = (limit for limit in found if (limit.per_contact or limit.per_response) and limit.regions != frozenset())
        return [limit for limit in used if (limit.least, limit.most) != (None, None)]

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
            quota.name, "fen" if quota.measure == "cost" else quota.measure, per_contact, per_response, quota.least, quota.most, regions
        )

    def problem(self, scenarios: Sequence[Scenario], limits: Iterable["Limit"], share: float) -> Problem:
        """Return tonight's problem. The limits are divided by `share`, the share of offers that no control group holds out."""
        caps = [Cap(frozenset(a for a, of in enumerate(self.activities) if cap.mode in (None, of.mode)), cap.most) for cap in CAPS]
        return Problem(
            starts=np.append(self.starts, len(self.activity)),
            activity=self.activity,
            profit=self.value,
            response=self.response,
            region=self.region,
            activities=len(self.activities),
            rules=tuple(limit.rule(share) for limit in limits),
            caps=tuple(caps),
            conflicts=tuple(self._conflicts(scenarios)),
            room=np.maximum(np.array([cap.most for cap in CAPS], np.int16) - self.used_before, 0),
        )

    def used(self, limit: "Limit", picked: "np.ndarray") -> int:
        """Return how much of a limit the picked offers use."""
        at = np.flatnonzero(picked)
        if limit.regions is not None:
            at = at[np.isin(np.repeat(self.region, self.ends - self.starts)[at], sorted(limit.regions))]
        per_contact, per_response = (
            np.array([of.get(activity, 0.0) for activity in range(len(self.activities))] or [0.0])[self.activity[at]]
            for of in (limit.per_contact, limit.per_response)
        )
        return round(float(per_contact.sum() + (per_response * self.response[at]).sum()))

    def _each(self, **fields: str) -> dict[int, float]:
        return {at: 1.0 for at, of in enumerate(self.activities) if all(getattr(of, name) == value for name, value in fields.items())}

    def _conflicts(self, scenarios: Sequence[Scenario]) -> Iterable[tuple[int, int]]:
        """Two activities of one scenario and mode (P1), of two scenarios that offer products of one class, or of CONFLICTS."""
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
                if (a.mode == b.mode) if a.scenario == b.scenario else same_class or in_conflict:
                    yield other, one
