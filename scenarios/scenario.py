"""`Scenario`: what the operator wants, as seven elements 七要素; typed, without logic."""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field, fields
from datetime import date
from functools import reduce
from typing import Any, Literal

from expectations.channels import CHANNELS
from expectations.errors import teach
from expectations.typed import faults_of_value
from features.library import CAR, low_when_days_are_absent
from scenarios.errors import ScenarioError
from scenarios.matching import matching
from scenarios.message import columns_of
from scenarios.offer_faults import faults_of_offer, faults_of_price
from scenarios.offers import Offer, Resource
from scenarios.override import Override
from scenarios.predicates import faults_of_predicate
from scenarios.timing import Assumed, Step, Success, Timing, faults_of_effect, faults_of_success, is_plain
from scenarios.variants import Message, Variant, faults_of_text, faults_of_variants, variants_in

# What a copied scenario has to write anew.
TODO = "TODO"
# A word, as the genre that is searched for most, cannot be too low.
_TEXTS = frozenset(column.name for column in CAR.columns if column.type == "string")
Level = Literal["province", "city", "county"]
State = Literal["draft", "approved", "pilot", "live", "paused", "closed"]


@dataclass(frozen=True)
class Exclusion:
    """A reason not to contact. `when` is Spark SQL over the CAR and the candidate's own columns.

    True excludes, and so does null: an exclusion that cannot be evaluated excludes (P6). `words` say the same as a sentence.
    """

    code: str
    label: str
    when: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Customers:
    """Element 1, target customers 目标客户: a Spark SQL predicate over the CAR, its meaning, and the exclusions."""

    audience: str
    meaning: str
    exclusions: tuple[Exclusion, ...]


@dataclass(frozen=True, kw_only=True)
class Channels:
    """Element 4, channels 营销渠道: those allowed, the one for high-value customers and the CAR column with the preferred one (P3).

    If `high_value` or `preferred` is None, its rule does not apply. `chosen_by` says who chooses: the first `rule` of P3 that applies, or
    the `allocation` (P9) among the channels that P3 and the value matching (P4) leave open.
    """

    allowed: tuple[str, ...]
    high_value: str | None
    preferred: str | None
    chosen_by: Literal["rule", "allocation"]


@dataclass(frozen=True, kw_only=True)
class Strategy:
    """Element 6, strategy 营销策略: how a contact is valued, the message, and the share held out.

    `effect` is the model that gives the probability that the offer is taken, or an assumed rate. For anybody outside a model's population
    its score is an extrapolation. An offer counts for this many `months`. `high_value` is Spark SQL over the CAR. `message` is Chinese text
    with {figure} for figures of the offer or the CAR, or variants of it to compare or for single channels (`Variant`). `{figure:yuan}`
    writes an amount in fen as yuan, `{figure:mb}` bytes as megabytes.
    `explore_per_mille` of its members get an option by chance (P8). A night makes at least and at most so many contacts (None: no limit).
    """

    effect: str | Assumed
    months: int
    high_value: str
    control_per_mille: int
    explore_per_mille: int
    least_contacts: int | None
    most_contacts: int | None
    message: Message


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Element 7, evaluation 评估: what counts as taken up."""

    success: Success


@dataclass(frozen=True, kw_only=True, init=False)
class Scenario:
    """The seven elements, and who is responsible for the scenario. Every field is required.

    `pilot_per_mille` is the share of subscribers that a scenario in state pilot contacts.
    """

    name: str
    label: str
    owner: str
    approver: str
    level: Level
    state: State
    valid_from: date
    valid_to: date
    pilot_per_mille: int
    customers: Customers
    offer: Offer
    resource: Resource
    channels: Channels
    timing: Timing
    strategy: Strategy
    evaluation: Evaluation
    # Given by `narrowed`.
    overrides: tuple[Override, ...] = field(init=False, default=())

    def __init__(self, **elements: Any) -> None:
        """Take every element by name. ScenarioError lists all that are missing, unknown or contradictory."""
        declared = {field.name for field in fields(type(self)) if field.init}
        where = f"Scenario {elements.get('name', '(without a name)')}"
        faults = [f"element {name} is missing" for name in sorted(declared - elements.keys())]
        faults += [f"{name} is no element of a scenario" for name in sorted(elements.keys() - declared)]
        for name in sorted(declared & elements.keys()):
            faults += faults_of_value(f"element {name}", elements[name], type(self), name)
        if faults:
            raise ScenarioError(teach(where, faults, "state it in the scenario's file; docs/recipes/add-a-scenario.md shows all of them."))
        for name, value in elements.items():
            object.__setattr__(self, name, value)
        object.__setattr__(self, "overrides", ())
        if contradictions := [*self._contradictions(), *self._out_of_range(), *self.timing.faults()]:
            raise ScenarioError(teach(where, contradictions, "correct the scenario's file under scenarios/library/."))

    def _contradictions(self) -> Iterator[str]:
        allowed = self.channels.allowed
        used = [(f"step {step.name}", name) for step in self.timing.steps for name in (step.channel, step.instead)]
        yield from (
            f"{where} uses channel {name}, which is not allowed; allowed are {', '.join(allowed) or 'none'}"
            for where, name in [*used, ("high_value", self.channels.high_value)]
            if name and name not in allowed
        )
        yield from (f"channel {name} is allowed twice" for name in sorted({name for name in allowed if allowed.count(name) > 1}))
        yield from (f"channel {name} has no file in expectations/channels/" for name in self.channels.allowed if name not in CHANNELS)
        if self.channels.chosen_by == "allocation":
            unmatched = [name for name in self.channels.allowed if name not in matching().perceived]
            yield from (f"channel {name} has no line in scenarios/matching/customer_channel.csv" for name in unmatched)
        texts = {"label": self.label, "owner": self.owner, "approver": self.approver, "meaning": self.customers.meaning}
        texts |= {"the audience": self.customers.audience}
        messages = {"the message": self.strategy.message}
        messages |= {f"the message of step {step.name}": step.message for step in self.timing.steps if step.message}
        texts |= {_of(what, one): one.text for what, message in messages.items() for one in variants_in(message)}
        yield from (f"{what} is still {TODO}; write it" for what, text in texts.items() if TODO in text)
        if self.approver == self.owner:
            yield f"owner and approver are both {self.owner}; a scenario is approved by someone else"
        yield from faults_of_predicate("the audience", self.customers.audience)
        yield from faults_of_predicate("high_value", self.strategy.high_value)
        for exclusion in self.customers.exclusions:
            yield from faults_of_predicate(f"exclusion {exclusion.code}", exclusion.when)
        if self.valid_to < self.valid_from:
            yield f"valid_to {self.valid_to} is before valid_from {self.valid_from}"
        for step in self.timing.steps:
            variants = self.variants_of(step)
            yield from (f"step {step.name}: {fault}" for fault in faults_of_variants(variants, allowed))
            for variant in variants:
                yield from (f"{_of(f'step {step.name}', variant)}: {fault}" for fault in self._faults_of_text(step, variant))

    def _faults_of_text(self, step: Step, variant: Variant) -> Iterator[str]:
        said, offer = columns_of(variant.text), self.offer_of(step)
        yield from (*faults_of_text(variant), *faults_of_price(offer, said))
        low = (said - set(offer.figures)) & low_when_days_are_absent() - _TEXTS
        yield from (
            f"message states {name}, which is too low when a day has not arrived; state a figure of closed months" for name in sorted(low)
        )

    def _out_of_range(self) -> Iterator[str]:
        if not is_plain(self.name):
            yield f"name {self.name!r}: expected small letters, digits and _, because it names a folder of the outbox"
        for offer in [self.offer, *(step.offer for step in self.timing.steps if step.offer)]:
            yield from faults_of_offer(offer)
        gifts = [self.resource, *(step.resource for step in self.timing.steps)]
        yield from ("a Gift has no code; write NO_RESOURCE where nothing is given" for gift in gifts if gift and gift.code == "")
        codes = [exclusion.code for exclusion in self.customers.exclusions]
        yield from (f"exclusion {code} is named twice" for code in sorted({code for code in codes if codes.count(code) > 1}))
        shares = {"pilot_per_mille": self.pilot_per_mille, "control_per_mille": self.strategy.control_per_mille}
        shares["explore_per_mille"] = self.strategy.explore_per_mille
        yield from (f"{name} is {value}; expected 0 to 1000" for name, value in shares.items() if not 0 <= value <= 1000)
        yield from faults_of_effect("effect", self.strategy.effect)
        yield from faults_of_success("success", self.evaluation.success)
        limits = {name: getattr(self.strategy, name) for name in ("least_contacts", "most_contacts")}
        yield from (f"{name} is {value}; expected 0 or more" for name, value in limits.items() if value is not None and value < 0)
        if None not in limits.values() and limits["least_contacts"] > limits["most_contacts"]:
            yield f"least_contacts {limits['least_contacts']} is more than most_contacts {limits['most_contacts']}"
        if self.strategy.months < 1:
            yield f"months is {self.strategy.months}; expected at least 1"
        yield from (f"{name} is empty" for name in ("label", "owner", "approver") if not getattr(self, name).strip())

    def narrowed(self, overrides: tuple[Override, ...]) -> "Scenario":
        """Return the scenario with these overrides; `scenarios.override.narrowed` checks that they do not widen it."""
        made = copy(self)
        object.__setattr__(made, "overrides", overrides)
        return made

    @property
    def audience(self) -> str:
        """Spark SQL over the CAR: the customers, less those whom a city or a county leaves out."""
        return reduce(lambda audience, override: override.narrows(audience), self.overrides, self.customers.audience)

    def offer_of(self, step: Step) -> Offer:
        """Return the step's offer."""
        return step.offer or self.offer

    def resource_of(self, step: Step) -> Resource:
        """Return the step's resource."""
        return step.resource or self.resource

    def variants_of(self, step: Step) -> tuple[Variant, ...]:
        """Return the variants of the step's message; one without a name if it has one text."""
        return variants_in(step.message or self.strategy.message)

    def effect_of(self, step: Step) -> str | Assumed:
        """Return the source of the probability that the step's offer is taken."""
        return step.effect or self.strategy.effect

    def success_of(self, step: Step) -> Success:
        """Return what counts as taken up."""
        return step.success or self.evaluation.success

    @property
    def is_running(self) -> bool:
        """Whether its contacts may be made: it is a pilot or live."""
        return self.state in ("pilot", "live")

    def holds_on(self, on: date) -> bool:
        """Whether the scenario publishes any lists for import on that day."""
        return self.is_running and self.valid_from <= on <= self.valid_to


def _of(what: str, variant: Variant) -> str:
    return f"{what}, variant {variant.name}" if variant.name else what
