"""The seven elements of a scenario 七要素 in words, its channels in one view, its steps on a line of days, and sample messages."""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from expectations.channel import MEDIA, MODES, MOMENTS
from expectations.channels import CHANNELS
from features.library import CAR
from scenarios import library
from scenarios.message import ending_of
from scenarios.offers import BestFit, Content, Fixed, Offer, Upgrade
from scenarios.other_offers import Care, Conversion, CrossSell, Handset, NewContent, Trial
from scenarios.policy import UNIVERSAL_CONTROL_PER_MILLE, UNSCORED
from scenarios.power import control_per_mille, least_effect_ppm
from scenarios.scenario import Scenario
from scenarios.timing import After, Assumed, Event, Ordered, Step
from scenarios.variants import Variant, of_channel

STATES = {"draft": "草稿", "approved": "已审批", "pilot": "试点", "live": "执行中", "paused": "暂停", "closed": "已关闭"}
LEVELS = {"province": "省级", "city": "地市级", "county": "区县级"}
OFFERS: dict[type, str] = {
    BestFit: "the tier that fits the subscriber's own use best 最优档次",
    Fixed: "one product for everybody 固定产品",
    Content: "content and apps that the subscriber does not hold 内容应用",
    Upgrade: "the larger tier that fits 升档",
    Trial: "a free trial 试用",
    NewContent: "new content of services that the subscriber holds 新内容",
    Conversion: "the service on trial, to keep 试用转正",
    CrossSell: "the service not held with the greatest fee x recent interest 交叉销售",
    Handset: "a handset 终端",
    Care: "care that sells nothing 关怀",
}
_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
# Figures of nobody, for sample messages: fen as yuan, bytes as megabytes, any other whole number.
_SAMPLES = {"yuan": "12.5", "mb": "350", "": "10"}


# The effect that a control group should show.
_WANTED_PPM = 5_000


@dataclass(frozen=True)
class ChannelLine:
    """A channel of the scenario: what it can do, the steps that use it, what it counts of them, and its contacts in the newest night.

    `listed` is None if there is no night.
    """

    name: str
    label: str
    modes: str
    medium: str
    moments: str
    publish_by: str
    used_by: str
    measures: str
    listed: int | None


@dataclass(frozen=True)
class Sample:
    """A sample of a text of a step with nobody's figures, as its channel sends it: `ending` is what the channel adds.

    The channel is the step's usual one, or the first that has the text.
    """

    step: str
    variant: Variant
    text: str
    ending: str

    @property
    def length(self) -> int:
        """Characters with the ending; 70 are one short message."""
        return len(self.text + self.ending)


def reading_of(scenario: Scenario) -> list[str]:
    """Return the paragraphs of the scenario's file about it: for whom it is, and how we read what the operator wants."""
    module = sys.modules.get(f"{library.__name__}.{scenario.name}")
    return [" ".join(part.split()) for part in ((module and module.__doc__) or "").split("\n\n") if part.strip()]


def elements(scenario: Scenario, members: int | None = None) -> list[tuple[str, str]]:
    """Return what six of the elements say, each with its name in English and Chinese; the first one, the customers, has its own place.

    `members` is the size of the audience in the newest night.
    """
    strategy, timing = scenario.strategy, scenario.timing
    offers = list(dict.fromkeys(map(offer_words, (scenario.offer, *(step.offer for step in timing.steps if step.offer)))))
    gifts = dict.fromkeys(scenario.resource_of(step).code or "nothing 无" for step in timing.steps)
    rules = [f"lists for {timing.valid_days} days 有效期", *(["after the bill is settled 出账后"] if timing.after_settlement else [])]
    held_out = f"held out 对照组: {strategy.control_per_mille} ‰ by this scenario, {UNIVERSAL_CONTROL_PER_MILLE} ‰ by all together"
    held_out += "".join(f", {step.control_per_mille} ‰ by {step.name}" for step in timing.steps if step.control_per_mille)
    effects = dict.fromkeys(effect_words(scenario.effect_of(step)) for step in timing.steps)
    limits = {"at least": strategy.least_contacts, "at most": strategy.most_contacts}
    bounds = ", ".join(f"{word} {value:,}" for word, value in limits.items() if value is not None)
    measures = dict.fromkeys(scenario.success_of(step).words for step in timing.steps)
    chances = f"{strategy.explore_per_mille} ‰ get an option by chance 探索"
    valued = f"value over {strategy.months} months, by {'; '.join(effects)}"
    return [
        ("product 营销产品", "; ".join(offers)),
        ("resource 营销资源", ", ".join(gifts)),
        ("channels 营销渠道", channel_words(scenario)),
        ("timing 营销时机", "; ".join([f"{len(timing.steps)} steps", *rules])),
        ("strategy 营销策略", "; ".join([valued, held_out, chances, *([f"contacts of a night: {bounds}"] if bounds else [])])),
        (
            "evaluation 评估",
            f"taken up is {'; or '.join(measures)}; compared with those held out 与对照组比较{power_words(scenario, members)}",
        ),
    ]


def power_words(scenario: Scenario, members: int | None) -> str:
    """Return how small an effect the control group can show, and how large it must be to show half a point; empty without members."""
    if not members:
        return ""
    held_out = members * scenario.strategy.control_per_mille // 1000
    least = least_effect_ppm(members - held_out, held_out, UNSCORED.ppm)
    shown = f"it can show a difference of {least / 10_000:.2g} points" if least else "it shows nothing, because nobody is in it"
    advised = control_per_mille(members, _WANTED_PPM, UNSCORED.ppm)
    needs = f"needs {advised} ‰ held out" if advised else "needs a larger audience"
    rate = f"at a take-up of {UNSCORED.ppm / 10_000:g} %"
    return f"; of {members:,} members {shown} 可检出差异, and half a point {needs} ({rate})"


def offer_words(offer: Offer) -> str:
    """Return an offer in words, with the codes of its products."""
    return f"{OFFERS.get(type(offer), type(offer).__name__)}: {', '.join(offer.products)}"


def effect_words(effect: str | Assumed) -> str:
    """Return where the chance of an order comes from."""
    return f"the assumed rate {effect.ppm / 10_000:g} %" if isinstance(effect, Assumed) else f"the model {effect}"


def channel_words(scenario: Scenario) -> str:
    """Return the channels and how one is chosen (P3)."""
    chosen = scenario.channels
    told = [", ".join(f"{name} {CHANNELS[name].label}" for name in chosen.allowed)]
    told += [f"{chosen.high_value} for high value ({scenario.strategy.high_value}) 高价值"] if chosen.high_value else []
    told += [f"otherwise as {chosen.preferred} says 偏好"] if chosen.preferred else []
    by = {"rule": "the first rule that applies chooses 按规则", "allocation": "the allocation chooses among a few 分配择优"}
    told.append(by[chosen.chosen_by])
    return "; ".join(told)


def channel_lines(scenario: Scenario, listed: Mapping[str, int] | None) -> list[ChannelLine]:
    """Return the channels in one view 渠道统一视图; `listed` are the newest night's contacts by channel, None if there is no night."""
    other = "by preference 按偏好" if scenario.channels.preferred else "no step uses it yet 暂未使用"
    other = "open to the allocation 分配择优" if scenario.channels.chosen_by == "allocation" else other
    lines = []
    for name in scenario.channels.allowed:
        channel = CHANNELS[name]
        own = [step for step in scenario.timing.steps if step.channel == name]
        used = [f"only {step.name} 仅此渠道" if step.fixes_channel else step.name for step in own]
        used += [f"{step.name} instead of {step.channel}" for step in scenario.timing.steps if step.instead == name]
        used += ["high value 高价值"] if scenario.channels.high_value == name else []
        lines.append(
            ChannelLine(
                name,
                channel.label,
                "; ".join(MODES[mode] for mode in channel.modes),
                MEDIA[channel.medium],
                ", ".join(MOMENTS[moment] for moment in channel.moments),
                f"{channel.publish_by:%H:%M}",
                ", ".join(used) or other,
                ", ".join(count.label for count in channel.counts),
                None if listed is None else listed.get(name, 0),
            )
        )
    return lines


def trigger_words(step: Step) -> str:
    """Return when a step is due, in words."""
    trigger, monthly = step.trigger, step.monthly
    words = []
    if isinstance(trigger, After):
        words.append(f"those of {trigger.step} who {trigger.outcome.words}" + (f", {trigger.days} days later" if trigger.days else ""))
    if isinstance(trigger, Event):
        often = "once a month 每月一次" if trigger.of_month else "once 一次"
        words.append(f"every night 每晚, everybody {often}: {trigger.when}")
    if monthly:
        until = "the month's end" if monthly.feedback_on == "month end" else f"day {monthly.feedback_on}"
        words.append(f"monthly from day {monthly.day} 每月, feedback by {until}")
    return "; ".join(words)


def samples(scenario: Scenario, names: Mapping[str, str]) -> list[Sample]:
    """Return a sample of each text of each step. `names` are product names by code; a product without a name shows its code."""

    def filled(step: Step, variant: Variant) -> str:
        product = scenario.offer_of(step).products[0]
        figures = {"product_name": names.get(product, product)}
        return _PLACE.sub(lambda place: figures.get(place[1]) or sample_of(place[1], place[2]), variant.text)

    def ending(step: Step, variant: Variant) -> str:
        variants = scenario.variants_of(step)
        channels = [name for name in (step.channel, *scenario.channels.allowed) if variant in of_channel(variants, name)]
        return ending_of(CHANNELS[channels[0]].form, is_sold=isinstance(scenario.success_of(step), Ordered))

    return [
        Sample(step.name, variant, filled(step, variant), ending(step, variant))
        for step in scenario.timing.steps
        for variant in scenario.variants_of(step)
    ]


def sample_of(figure: str, form: str | None) -> str:
    """Return a figure of nobody; a text of the customer record is shown by its name."""
    types = {column.name: column.type for column in CAR.columns}
    return f"〈{figure}〉" if form is None and types.get(figure) == "string" else _SAMPLES[form or ""]
