"""`Scenario`: what the operator wants, as seven elements 七要素; typed, without logic."""

import re
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal, get_args

from expectations.channels import CHANNELS
from expectations.errors import ChudianError, teach

Mode = Literal["active", "passive"]
LAST_DAY_OF_EVERY_MONTH = 28
Level = Literal["province", "city", "county"]
State = Literal["draft", "approved", "pilot", "live", "paused", "closed"]


class ScenarioError(ChudianError):
    """A scenario lacks an element or names something that does not exist."""


@dataclass(frozen=True)
class Exclusion:
    """A reason not to contact: `when` is Spark SQL over the wide tags and the decision's own columns.

    True excludes, and so does null: an exclusion that cannot be evaluated fails closed (P6).
    """

    code: str
    label: str
    when: str


@dataclass(frozen=True, kw_only=True)
class Customers:
    """Element 1, target customers 目标客户: a Spark SQL predicate over the wide tag table, its meaning, and who is left out."""

    audience: str
    meaning: str
    exclusions: tuple[Exclusion, ...]


@dataclass(frozen=True, kw_only=True)
class BestFit:
    """Element 2, product 营销产品: of these products the one under which the customer's own last months would cost least."""

    products: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Gift:
    """Element 3, resource 营销资源: a code of the resource catalogue, given once with the product."""

    resource: str


@dataclass(frozen=True, kw_only=True)
class Channels:
    """Element 4, channels 营销渠道: the channels allowed, the one for high-value customers and the tag with the preferred one.

    `preferred` is None while no tag tells a preference: then everybody gets the wave's default.
    """

    allowed: tuple[str, ...]
    high_value: str
    preferred: str | None


@dataclass(frozen=True, kw_only=True)
class Wave:
    """One contact of a cycle: from which import date on, when feedback is due, the default channel, the one if its mode is used."""

    number: int
    opens_on_day: int
    feedback_on_day: int | Literal["month end"]
    audience: Literal["everyone", "no response"]
    default: str
    instead: str


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Element 5, timing 营销时机: monthly waves in import dates (D + 1); `after_settlement` waits for the settled bill (P10)."""

    waves: tuple[Wave, ...]
    after_settlement: bool
    valid_days: int


@dataclass(frozen=True, kw_only=True)
class Strategy:
    """Element 6, strategy 营销策略: how a contact is valued, what is said, how many are held out.

    `model` is to have learned on people like the audience: of anybody outside its population the score is an extrapolation.
    `message` is Chinese text with {column} for the decision's own figures; amounts in fen stand as yuan under `{column:yuan}`,
    bytes as megabytes under `{column:mb}`.
    """

    model: str
    months: int
    high_value: str
    control_per_mille: int
    message: str


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Element 7, evaluation 评估: which order counts as a response, within how many days, and the measures looked at."""

    response_kind: str
    within_days: int
    measures: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, init=False)
class Scenario:
    """The seven elements, and who answers for the scenario. Every field is required; `pilot_per_mille` is whom state pilot contacts."""

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
    product: BestFit
    resource: Gift
    channels: Channels
    timing: Timing
    strategy: Strategy
    evaluation: Evaluation

    def __init__(self, **elements: Any) -> None:
        """Take every element by name; ScenarioError names all that are missing, unknown or contradict each other."""
        declared = {field.name for field in fields(type(self))}
        where = f"Scenario {elements.get('name', '(without a name)')}"
        faults = [f"element {name} is missing" for name in sorted(declared - elements.keys())]
        faults += [f"{name} is no element of a scenario" for name in sorted(elements.keys() - declared)]
        kinds = {field.name: field.type for field in fields(type(self)) if isinstance(field.type, type)}
        faults += [
            f"element {name} should be a {kinds[name].__name__}, came as {type(value).__name__}"
            for name, value in elements.items()
            if name in kinds and not isinstance(value, kinds[name])
        ]
        if faults:
            raise ScenarioError(teach(where, faults, "state it in the scenario's file; docs/recipes/add-a-scenario.md shows all of them."))
        for name, value in elements.items():
            object.__setattr__(self, name, value)
        if contradictions := self._contradictions():
            raise ScenarioError(teach(where, contradictions, "correct the scenario's file under scenarios/library/."))

    def _contradictions(self) -> list[str]:
        used = {self.channels.high_value, *(c for wave in self.timing.waves for c in (wave.default, wave.instead))}
        faults = [f"channel {channel} is used but not allowed" for channel in sorted(used - set(self.channels.allowed))]
        faults += [f"channel {name} has no file in expectations/channels/" for name in self.channels.allowed if name not in CHANNELS]
        if self.approver == self.owner:
            faults.append(f"owner and approver are both {self.owner}; a scenario is approved by someone else")
        if [wave.number for wave in self.timing.waves] != list(range(1, len(self.timing.waves) + 1)):
            faults.append("waves are not numbered 1, 2, ... in order")
        days = [wave.opens_on_day for wave in self.timing.waves]
        if not days or days != sorted(set(days)) or not 1 <= days[0] <= days[-1] <= LAST_DAY_OF_EVERY_MONTH:
            faults.append(f"waves open on {days or 'no day'}; expected days from 1 to {LAST_DAY_OF_EVERY_MONTH}, each after the one before")
        if not self.customers.audience.strip():
            faults.append("the audience is empty")
        if self.valid_to < self.valid_from:
            faults.append(f"valid_to {self.valid_to} is before valid_from {self.valid_from}")
        if self.timing.waves and self.timing.waves[0].audience != "everyone":
            faults.append("wave 1 is for no response to a wave before it; expected everyone")
        return faults + self._out_of_range()

    def _out_of_range(self) -> list[str]:
        faults = []
        if not re.fullmatch("[a-z][a-z0-9_]*", self.name):
            faults.append(f"name {self.name!r} is a folder of the outbox; expected letters, digits and _ alone")
        if not self.product.products or isinstance(self.product.products, str):
            faults.append(f"products are {self.product.products!r}; expected codes, as in ('dp005',)")
        codes = [exclusion.code for exclusion in self.customers.exclusions]
        faults += [f"exclusion {code} stands twice" for code in sorted({code for code in codes if codes.count(code) > 1})]
        shares = {"pilot_per_mille": self.pilot_per_mille, "control_per_mille": self.strategy.control_per_mille}
        faults += [f"{name} is {value}; expected 0 to 1000" for name, value in shares.items() if not 0 <= value <= 1000]
        counts = {"months": self.strategy.months, "valid_days": self.timing.valid_days}
        faults += [f"{name} is {value}; expected at least 1" for name, value in counts.items() if value < 1]
        words = {"state": (self.state, State), "level": (self.level, Level)}
        faults += [
            f"{name} is {word!r}; expected one of {', '.join(get_args(of))}"
            for name, (word, of) in words.items()
            if word not in get_args(of)
        ]
        return faults

    def holds_on(self, on: date) -> bool:
        """Whether the scenario publishes lists for import on that day at all."""
        return self.state in ("pilot", "live") and self.valid_from <= on <= self.valid_to
