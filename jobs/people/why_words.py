"""The answer to why, in words: a few sentences for each step, as a person at the desk says them."""

from collections.abc import Iterator, Mapping
from typing import Any

from expectations.channels import CHANNELS
from expectations.feedback import OUTCOMES
from expectations.tables.fb_customer_state import FB_CUSTOMER_STATE
from expectations.tables.mkt_candidate import MKT_CANDIDATE
from jobs.people.sources import Source
from jobs.people.why import Why
from jobs.report.funnel import ENDS
from jobs.report.limits import line_of, yuan
from jobs.report.names import Names
from scenarios.library import SCENARIOS
from scenarios.limit_names import ANOTHER, NO_VALUE, of_shown
from scenarios.offers import BLOCKED
from scenarios.policy import ALWAYS, CAPS
from scenarios.scenario import Scenario
from scenarios.timing import After, Event, Step

# So many deliveries of a feed are listed one by one; more are told in one sentence.
ONE_BY_ONE = 3


def sentences(told: Why) -> list[str]:
    """Return what happened to the subscriber in this step, in order: where they ended, why, their option, what it is worth, the list."""
    scenario = next(one for one in SCENARIOS if one.name == told.scenario)
    if told.step is None:
        return [f"No step of {scenario.name} {scenario.label} was decided on the night of {told.business_date}.", *told.idle]
    if told.decision is None:
        return [*_not_due(scenario, told, scenario.timing.step(told.step))]
    option = _option(told.decision, told.names)
    return [*_outcome(scenario, told.decision), *option, *_worth(told), *_others(scenario, told), *_list(told)]


def passed_over(every: list[Why]) -> list[str]:
    """Return in a sentence each which steps were not due for the subscriber, and which scenarios decided about nobody."""
    steps = [f"{one.scenario} {one.step}" for one in every if one.step and one.decision is None]
    idle = [one.scenario for one in every if one.step is None]
    told = [f"Not due for them: {', '.join(steps)}. `chudian why NUMBER SCENARIO` shows the condition and the values."] if steps else []
    none = f"Decided about nobody that night: {', '.join(idle)}. `chudian why NUMBER SCENARIO` says why."
    return told + ([none] if idle else [])


def _not_due(scenario: Scenario, told: Why, step: Step) -> Iterator[str]:
    yield "Not considered: the step was not due for them. The values below show which condition they do not meet."
    yield f"Audience 目标客户: {scenario.customers.meaning} ({scenario.audience})"
    trigger = step.trigger
    if isinstance(trigger, Event):
        yield f"The step is for those for whom: {trigger.when}. Everybody is due once{' a month' if trigger.of_month else ''}."
    if isinstance(trigger, After):
        later = f", {trigger.days} days later" if trigger.days else ""
        yield f"The step is for those of step {trigger.step} who {trigger.outcome.words}{later}."
    if FB_CUSTOMER_STATE.name in told.gone:
        yield f"What they did in earlier steps is no longer kept: {FB_CUSTOMER_STATE.name} is kept for {FB_CUSTOMER_STATE.kept_days} days."
        return
    for before in [step.name, *([trigger.step] if isinstance(trigger, After) else [])]:
        yield from (_did(row, told.names) for row in told.states if row["step"] == before)
    if isinstance(trigger, After) and trigger.step not in {row["step"] for row in told.states}:
        yield f"No list of step {trigger.step} was meant for them."


def _did(row: Mapping[str, Any], names: Names) -> str:
    """Return a row of fb.customer_state in words: what became of a contact."""
    parts = ["a control group held them out 对照组"] if row["is_held_out"] else []
    if row["is_listed"] and not row["is_sent"]:
        parts.append("the channel did not receive the list")
    if row["state"]:
        outcome = f"{row['state']} {OUTCOMES.get(row['state'], '')}".strip()
        parts.append(f"the channel reported {outcome} on {row['state_on']}")
    elif row["is_sent"]:
        parts.append("the channel reported nothing of them")
    told = {"delivered_on": "delivered on {}", "taken_on": "taken up on {}", "trial_until": "a trial until {}"}
    parts += [words.format(row[name]) for name, words in told.items() if row[name]]
    offer = f", offer {_named(row['offer'], names.products)}" if row["offer"] else ""
    return f"Step {row['step']} of {row['list_date']} through {_channel(row['channel'])}{offer}: {', '.join(parts) or 'no contact'}."


def _named(code: str, names: Mapping[str, str]) -> str:
    return f"{code} {names.get(code, '')}".strip()


def _channel(code: str) -> str:
    return f"{code} {CHANNELS[code].label}" if code in CHANNELS else code


def _outcome(scenario: Scenario, decision: Mapping[str, Any]) -> Iterator[str]:
    end = decision["control"] if decision["stage"] == "held_out" else decision["stage"]
    yield f"{ENDS.get(end, end)}."
    if decision["stage"] == "excluded":
        yield from (f"Reason: {_reason(scenario, code)}" for code in decision["reasons"])
    if decision["stage"] == "held_out":
        eligible = f"{decision['propensity_ppm'] / 10_000:.2f} % of the eligible are in no control group"
        would = "would have been listed" if decision["would_list"] else "would not have been listed"
        yield f"The {decision['control']} control group holds them out; they {would}. {eligible}."


def _reason(scenario: Scenario, code: str) -> str:
    """Return a reason with its label, and what it says. Codes of another version of the scenario have neither."""
    known = BLOCKED | {one.code: (one.label, one.words) for one in (*scenario.customers.exclusions, *ALWAYS)}
    label, words = known.get(code, ("", ""))
    return f"{label} ({code}). {words}".strip()


def _option(decision: Mapping[str, Any], names: Names) -> Iterator[str]:
    if decision["offer"] is None:
        yield "Nothing could be offered."
        return
    gift = f" with {_named(decision['resource'], names.resources)}" if decision["resource"] else ""
    through = f" through {_channel(decision['channel'])} ({decision['mode']})" if decision["channel"] else ", and no channel"
    yield f"Offer {_named(decision['offer'], names.products)}{gift}{through}."
    if decision["message"]:
        variant = f", variant {decision['variant']}" if decision["variant"] else ""
        yield f"Message{variant}: {decision['message']}"
    if decision["is_explored"]:
        yield "Chance chose the option, to learn its effect."
    if decision["chosen_ppm"] is not None:
        yield f"The option is chosen with a probability of {decision['chosen_ppm'] / 10_000:.2f} %."


def _worth(told: Why) -> Iterator[str]:
    decision = told.decision or {}
    if decision["value_fen"] is None:
        return
    effect = f"{decision['effect_ppm'] / 10_000:.2f} % ({decision['effect_version']})"
    yield f"A contact is worth {yuan(decision['value_fen'])} yuan: it is expected to add an order with {effect}."
    priced = [row for row in told.limits if row["price_fen"]]
    if decision["reduced_fen"] is not None:
        yield f"Less what it uses of tonight's limits: {yuan(decision['reduced_fen'])} yuan."
    for limit in (line_of(row, told.names.counties) for row in priced):
        yield f"Limit {limit.name} ({limit.allowed}; {limit.used} used): {limit.words}."
    if decision["stage"] != "excluded" and not decision["would_list"]:
        yield _cut(decision["cut_by"])
    if decision["rank"] is not None:
        yield f"Rank {decision['rank']:,} of the step."


def _cut(by: str | None) -> str:
    """Return what stopped the contact, as the night recorded it."""
    cap = next((one for one in CAPS if one.name == by), None)
    if by == NO_VALUE:
        return "The contact costs more than it is expected to bring."
    if by == ANOTHER:
        return "Another contact of theirs came first: one offer of a class, one channel a step, or one contact of a mode and scenario."
    shown = next((name for name in CHANNELS if of_shown(name) == by), None)
    if shown:
        most = CHANNELS[shown].most_per_subscriber
        return f"{_channel(shown)} gets at most {most} offers of a customer a night, and they have as many that are worth more."
    if cap:
        return f"They have as many contacts as the policy allows: {cap.words} (P2), or fewer by their value (P4)."
    if by:
        return f"Cut by the limit {by}: others earn more with what it allows."
    return "What stopped it was not recorded: an earlier version of chudian decided."


def _others(scenario: Scenario, told: Why) -> Iterator[str]:
    decision = told.decision or {}
    if MKT_CANDIDATE.name in told.gone:
        yield f"Other options are no longer kept: {MKT_CANDIDATE.name} is kept for {MKT_CANDIDATE.kept_days} days."
    for option in told.options:
        if (option["offer"], option["channel"]) == (decision["offer"], decision["channel"]):
            continue
        against = "; ".join(_reason(scenario, code) for code in option["reasons"]) or "worth less, or not chosen"
        worth = "" if option["value_fen"] is None else f", {yuan(option['value_fen'])} yuan"
        offer = _named(option["offer"], told.names.products) if option["offer"] else "no offer"
        through = _channel(option["channel"]) if option["channel"] else "no channel"
        yield f"Other option: {offer} through {through}{worth}: {against}"


def _list(told: Why) -> Iterator[str]:
    contact = told.contact
    if contact:
        yield (
            f"In list {contact['file']}, contact {contact['contact_id']}, rank {contact['rank']}, "
            f"valid {contact['valid_from']} to {contact['valid_to']}."
        )
    elif told.decision and told.decision["stage"] == "listed":
        yield "The channel has not received this row: its list has no .ok. `chudian lists` shows the lists of the night."


def deliveries(found: list[Source]) -> list[str]:
    """Return the sources in sentences, by feed: few one by one with their files, many as a range of days."""
    by_feed: dict[str, list[Source]] = {}
    for one in found:
        by_feed.setdefault(one.feed, []).append(one)
    told = []
    for feed, of_feed in sorted(by_feed.items()):
        if len(of_feed) > ONE_BY_ONE:
            told.append(f"{feed}: {len(of_feed)} deliveries of {of_feed[0].event_date} to {of_feed[-1].event_date}; --json has their files")
            # The newest one with a line of their own says what is in force.
            of_feed = [one for one in of_feed if any(part.line for part in one.parts)][-1:]
        told += [line for one in of_feed for line in _delivery(one)]
    return told


def _delivery(one: Source) -> Iterator[str]:
    head = f"{one.feed} of {one.event_date}" + (f" {one.scope}" if one.scope else "")
    if not one.parts:
        yield f"{head}: load {one.load_id}, known on {one.known_on}; the landing no longer has it"
    for part in one.parts:
        yield f"{head}: {part.file}, md5 {part.md5 or 'not stated'}" + (f", line {part.line}" if part.line else "")
