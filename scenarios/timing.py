"""Element 5, timing 营销时机: the steps of a scenario, and when a subscriber is due for each (P10)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from expectations.tables.ods_product import PRODUCT_KINDS
from scenarios.offers import Offer, Resource
from scenarios.predicates import faults_of_predicate
from scenarios.variants import Message

LAST_DAY_OF_EVERY_MONTH = 28
FeedbackOn = int | Literal["month end"]


@dataclass(frozen=True)
class Ordered:
    """An order for a product of this kind within this many days of the list's business date counts as taken up."""

    kind: str
    within_days: int

    @property
    def words(self) -> str:
        """What counts, for people."""
        return f"an order of {self.kind} within {self.within_days} days"


@dataclass(frozen=True)
class Stayed:
    """Whoever is not lost (features/churn.py) so many days after the list's business date was kept. Nothing is sold.

    Nobody is known to have stayed before these days are over, so a step that follows is for everybody who is still in the audience.
    """

    days: int
    kind: ClassVar[str] = "care"

    @property
    def words(self) -> str:
        """What counts, for people."""
        return f"a customer who is not lost {self.days} days later"


@dataclass(frozen=True)
class NewHandset:
    """A handset of this network or a newer one that BOSS (S1) shows within this many days counts as taken up, wherever it was bought.

    Its audience is by the handset of now, so whoever has taken it up is in it no longer, and no step that follows looks for them.
    """

    network: Literal["3G", "4G"]
    within_days: int
    kind: ClassVar[str] = "handset"

    @property
    def words(self) -> str:
        """What counts, for people."""
        return f"a {self.network} handset or a newer one within {self.within_days} days"


# What counts as taken up. `kind` is the class of products: two scenarios do not offer a subscriber the same class on one night.
Success = Ordered | Stayed | NewHandset


def counts_for(success: Success) -> int:
    """Return for how many days after the list's business date it counts."""
    return success.days if isinstance(success, Stayed) else success.within_days


@dataclass(frozen=True)
class Assumed:
    """A take-up rate that no model has learned yet: the same for everybody, in ppm."""

    ppm: int


@dataclass(frozen=True)
class Outcome:
    """The outcome of an earlier step: `when` is Spark SQL over a row of fb.customer_state, which somebody was meant by; `words` say it.

    The days of a step are counted from the day `since`, Spark SQL as well. After an outcome that `frees_mode` the contact does not count:
    its mode may be used again in the cascade (P1).
    """

    words: str
    when: str
    since: str = "date_add(list_date, 2)"  # the day after the list was imported
    frees_mode: bool = False


# Who refused has answered. A held-out subscriber refuses nothing.
NOT_TAKEN = Outcome("did not take it up 未办理", "taken_on IS NULL AND coalesce(state NOT IN ('refused', 'do_not_disturb'), true)")
# Silence means that it was not seen only when the channel reports at all.
NOT_SEEN = Outcome("did not see it 未触达", "is_answered AND delivered_on IS NULL AND taken_on IS NULL", frees_mode=True)
CONSIDERING = Outcome("consider it 考虑中", "state = 'considering' AND taken_on IS NULL", since="state_on")
REFUSED = Outcome("refused it 拒绝", "state = 'refused' AND taken_on IS NULL", since="state_on")
UNREACHED = Outcome("were not reached 未接通", "state = 'unreached' AND taken_on IS NULL", since="state_on", frees_mode=True)
TRIAL_ENDED = Outcome("had a trial that ended 试用期满", "trial_until IS NOT NULL", since="trial_until")


@dataclass(frozen=True)
class Monthly:
    """Once a month for the whole audience: the first night whose lists are imported on this day or later.

    Channels send feedback by the day `feedback_on` of the same month.
    """

    day: int
    feedback_on: FeedbackOn


@dataclass(frozen=True)
class Event:
    """Every night, for those for whom `when` is true: Spark SQL over the CAR. A subscriber is due once.

    An event `of_month` is about the running month: a subscriber is due once in each month, and its lists end with the month. So it makes
    none that is imported on the last day, or in another month than that of its data.
    """

    when: str
    of_month: bool = False


@dataclass(frozen=True)
class After:
    """For those for whom an earlier step was meant and `outcome` is true, `days` after the day from which the outcome counts.

    With `opens` it is a monthly step: once a month, for all of them together.
    """

    step: str
    outcome: Outcome
    days: int = 0
    opens: Monthly | None = None


Trigger = Monthly | Event | After


@dataclass(frozen=True)
class Step:
    """One contact of a scenario: a monthly wave, a stage of a cascade, the end of a trial.

    `channel` is the usual channel; a step that `fixes_channel` uses no other. `instead` is for a step after another: it is used when the
    cascade has already contacted the subscriber in the mode of `channel`. Offer, resource, message, effect and success are the scenario's
    own unless the step declares others. `unknown_entrants` is a product code: a counter
    offers it to customers who are in no list because they joined too late for last night's data. `control_per_mille` of its subscribers
    are held out of this step alone, beside those of the scenario: what does one more wave add (P8)?
    """

    name: str
    trigger: Trigger
    channel: str
    instead: str | None = None
    fixes_channel: bool = False
    offer: Offer | None = None
    resource: Resource | None = None
    message: Message | None = None
    effect: str | Assumed | None = None
    success: Success | None = None
    unknown_entrants: str | None = None
    control_per_mille: int | None = None

    @property
    def monthly(self) -> Monthly | None:
        """The monthly calendar that opens the step; None for a step that is open every night."""
        return self.trigger.opens if isinstance(self.trigger, After) else self.trigger if isinstance(self.trigger, Monthly) else None

    @property
    def is_of_month(self) -> bool:
        """Whether the step is about the running month: an event of it."""
        return isinstance(self.trigger, Event) and self.trigger.of_month

    @property
    def begins_monthly(self) -> bool:
        """Whether a cascade that begins with the step begins again with each calendar month."""
        return self.monthly is not None or self.is_of_month


@dataclass(frozen=True, kw_only=True)
class Timing:
    """The steps, whether they wait for the settled bill, and for how many days a list may be used."""

    steps: tuple[Step, ...]
    after_settlement: bool
    valid_days: int

    def step(self, name: str) -> Step:
        """Return the step of that name; KeyError when there is none."""
        return {step.name: step for step in self.steps}[name]

    def root(self, step: Step) -> Step:
        """Return the first step of the step's cascade; contacts of one cascade are counted together (P1)."""
        return self.root(self.step(step.trigger.step)) if isinstance(step.trigger, After) else step

    def faults(self) -> Iterator[str]:
        """Yield what is wrong with the steps, one sentence each."""
        names = [step.name for step in self.steps]
        if not names:
            yield "timing has no steps"
        yield from (f"step {name} is declared twice" for name in sorted({name for name in names if names.count(name) > 1}))
        yield from (
            f"step {name!r}: expected small letters, digits and _, because it names a folder of the outbox"
            for name in names
            if not is_plain(name)
        )
        if self.valid_days < 1:
            yield f"valid_days is {self.valid_days}; expected at least 1"
        for place, step in enumerate(self.steps):
            yield from self._faults_of(step, names[:place])

    def _faults_of(self, step: Step, before: list[str]) -> Iterator[str]:
        if step.monthly and not 1 <= step.monthly.day <= LAST_DAY_OF_EVERY_MONTH:
            yield f"step {step.name} opens on day {step.monthly.day}; expected 1 to {LAST_DAY_OF_EVERY_MONTH}"
        elif step.monthly and step.monthly.feedback_on not in ("month end", *range(step.monthly.day, LAST_DAY_OF_EVERY_MONTH + 1)):
            yield f"step {step.name} has feedback on day {step.monthly.feedback_on}; expected {step.monthly.day} to 28, or 'month end'"
        if isinstance(step.trigger, Event):
            yield from faults_of_predicate(f"the event of step {step.name}", step.trigger.when)
        if step.effect is not None:
            yield from faults_of_effect(f"step {step.name}: effect", step.effect)
        if step.success is not None:
            yield from faults_of_success(f"step {step.name}: success", step.success)
        if not 0 <= (step.control_per_mille or 0) <= 1000:
            yield f"step {step.name}: control_per_mille is {step.control_per_mille}; expected 0 to 1000"
        if step.instead == step.channel:
            yield f"step {step.name} uses {step.channel} instead of {step.channel}"
        if step.instead and step.fixes_channel:
            yield f"step {step.name} fixes its channel {step.channel}, and uses {step.instead} instead; state one of them"
        if step.instead and not isinstance(step.trigger, After):
            yield f"step {step.name} follows no step, so no mode is used and nobody gets {step.instead} instead; leave it out"
        yield from (f"step {step.name} has an empty {name}" for name in ("message", "unknown_entrants") if getattr(step, name) == "")
        if not isinstance(step.trigger, After):
            return
        yield from faults_of_predicate(f"the outcome before step {step.name}", step.trigger.outcome.when)
        if step.trigger.days < 0:
            yield f"step {step.name} comes {step.trigger.days} days after {step.trigger.step}; expected 0 or more"
        if step.trigger.step not in before:
            yield f"step {step.name} follows {step.trigger.step}, which is no step before it"
        elif step.monthly and not (first := self.step(step.trigger.step).monthly):
            yield f"step {step.name} opens monthly after {step.trigger.step}, which does not"
        elif step.monthly and first and step.monthly.day <= first.day:
            yield f"step {step.name} opens on day {step.monthly.day}, not after day {first.day} of {step.trigger.step}"


def faults_of_effect(what: str, effect: str | Assumed) -> Iterator[str]:
    """What is wrong with a model's name or an assumed rate."""
    if effect == "":
        yield f"{what} is empty; name a model, or write Assumed(ppm=...)"
    if isinstance(effect, Assumed) and not 0 <= effect.ppm <= 1_000_000:
        yield f"{what} is assumed to be {effect.ppm} ppm; expected 0 to 1000000"


def faults_of_success(what: str, success: Success) -> Iterator[str]:
    """What is wrong with what counts as taken up."""
    if success.kind not in PRODUCT_KINDS:
        yield f"{what} is an order of {success.kind!r}; expected one of {', '.join(PRODUCT_KINDS)}"
    days = counts_for(success)
    if days < 1:
        yield f"{what} is within {days} days; expected at least 1"


def is_plain(name: str) -> bool:
    """Whether the name can be a folder: at most 64 small letters, digits and _, beginning with a letter."""
    return len(name) <= 64 and name.isascii() and name.replace("_", "a").isalnum() and name[:1].isalpha() and name == name.lower()
