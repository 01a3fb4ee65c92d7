"""One step of a scenario as candidates: every member who is due, with offers, channel, all reasons against, and value."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from expectations.channels import CHANNELS
from expectations.tables.mkt_candidate import MKT_CANDIDATE
from scenarios.controls import in_pilot
from scenarios.due import due
from scenarios.message import ending_of, message_sql, short_messages_sql
from scenarios.needs import columns_read
from scenarios.offers import looked_up
from scenarios.override import channel_in_place
from scenarios.policy import ALL_CHANNELS, ALWAYS, CONFLICTS, PASSIVE_SHOWN_PER_MILLE, UNSCORED
from scenarios.scenario import Scenario
from scenarios.timing import CONSIDERING, After, Assumed, Ordered, Stayed, Step

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from scenarios.tonight import Tonight

_MILLION = 1_000_000


def candidates(scenario: Scenario, step: Step, people: "DataFrame", tonight: "Tonight") -> "DataFrame":
    """Return rows of mkt.candidate: one per member who is due, offer and channel; at least one per member.

    `people` is the CAR with the scores and `shares_number`, and the columns of `Tonight.with_history`.
    """
    from pyspark.sql import functions as F

    # A plan of all columns of the CAR would be slow to make for so many steps.
    used = columns_read(scenario)
    row = people.select(*(name for name in people.columns if name in used)).withColumn("business_date", F.lit(tonight.on))
    members = due(scenario, step, row, tonight).withColumns({"in_pilot": in_pilot(scenario), **wishes(scenario, step)})
    offered = _with_words(scenario, step, scenario.offer_of(step).options(members, tonight), tonight)
    contacted = _with_short_messages(scenario, step, _with_channel(scenario, step, offered, tonight))
    valued = contacted.withColumns(_effect(scenario, step, tonight)).withColumns(
        {"reasons": _reasons(scenario), **_value(scenario, step, tonight)}
    )
    told = {"scenario": F.lit(scenario.name), "step": F.lit(step.name), "message": F.when(F.size("reasons") == 0, F.col("message"))}
    return valued.withColumns(told).select(*(column.name for column in MKT_CANDIDATE.columns))


def wishes(scenario: Scenario, step: Step) -> "dict[str, Column]":
    """Return what they told earlier (S12). Immunity is asked when a round begins; a step after another is part of a round that goes on."""
    from pyspark.sql import functions as F

    trigger = step.trigger
    # Where nothing is sold, nothing can be taken up.
    begins_a_round = not isinstance(trigger, After) and not isinstance(scenario.success_of(step), Stayed)
    goes_on_considering = isinstance(trigger, After) and trigger.outcome == CONSIDERING
    return {
        "is_considering": F.array_contains("considered_in", scenario.name) & F.lit(not goes_on_considering),
        "is_immune": F.array_contains("immune_to", scenario.name) & F.lit(begins_a_round),
        "is_after_another": F.exists(
            "contacted_by", lambda other: other.isin(*(c.scenario for c in CONFLICTS if c.forbids(scenario, step)))
        ),
    }


def _with_words(scenario: Scenario, step: Step, offered: "DataFrame", tonight: "Tonight") -> "DataFrame":
    from pyspark.sql import functions as F

    figures = scenario.offer_of(step).figures
    has_offer = F.col("offer").isNotNull()
    return offered.withColumns(
        {
            "product_name": looked_up(tonight.catalogues.names, F.col("offer")),
            "offer_kind": looked_up(tonight.catalogues.kinds, F.col("offer")),
            "resource": F.when(has_offer, F.lit(scenario.resource_of(step).code).cast("string")),
        }
    ).withColumn("message", F.expr(message_sql(scenario.message_of(step), figures)))


def _with_channel(scenario: Scenario, step: Step, offered: "DataFrame", tonight: "Tonight") -> "DataFrame":
    """Choose the channel (P3): for high value its own, else the preferred one, else the step's. If its mode was used, another mode's (P1).

    A step that follows another always uses its own channel.
    """
    from pyspark.sql import functions as F

    own, modes = F.lit(step.channel), tonight.catalogues.modes
    wished = own
    if scenario.channels.preferred:
        preferred = F.col(scenario.channels.preferred)
        wished = F.coalesce(F.when(preferred.isin(*scenario.channels.allowed), preferred), own)
    if scenario.channels.high_value and not isinstance(step.trigger, After):
        is_high = F.coalesce(F.expr(scenario.strategy.high_value), F.lit(False))
        wished = F.when(is_high, F.lit(scenario.channels.high_value)).otherwise(wished)
    choices = [wished, own, *([F.lit(step.instead)] if step.instead else [])]

    def free(choice: "Column") -> "Column":
        return F.when(~F.array_contains("used_modes", looked_up(modes, choice)), choice)

    chosen = offered.withColumn("channel", channel_in_place(scenario.overrides, F.coalesce(*map(free, choices)), free))
    known = tonight.catalogues.known_channels
    return chosen.withColumns(
        {
            "mode": looked_up(modes, F.col("channel")),
            "names_unknown_channel": _has_unknown("sensitive_channels", known),
            "disturbs_unknown_channel": _has_unknown("do_not_disturb_channels", {*known, ALL_CHANNELS}),
        }
    )


def _has_unknown(channels: str, known: "Collection[str]") -> "Column":
    """Return whether the set has a code that is not known; false if there is no set."""
    from pyspark.sql import functions as F

    # Loads from before the SET form dropped empty codes may have some; they name nothing.
    return F.coalesce(F.exists(channels, lambda code: (code != "") & ~code.isin(*known)), F.lit(False))


def _with_short_messages(scenario: Scenario, step: Step, contacted: "DataFrame") -> "DataFrame":
    """Return the message with what the channel adds to it, and how many short messages it takes and may take; null if it sends none."""
    from pyspark.sql import functions as F

    forms = {channel: CHANNELS[channel].form for channel in scenario.channels.allowed}
    is_sold = isinstance(scenario.success_of(step), Ordered)
    endings = {channel: ending for channel, form in forms.items() if (ending := ending_of(form, is_sold))}
    limits = {channel: limit for channel, form in forms.items() if (limit := form.short_messages_at_most)}
    allowed = looked_up(limits, F.col("channel")).cast("int")
    ended = F.concat("message", F.coalesce(looked_up(endings, F.col("channel")), F.lit("")))
    counted = F.when(allowed.isNotNull(), F.expr(short_messages_sql("message")))
    return contacted.withColumn("message", ended).withColumns({"short_messages_at_most": allowed, "short_messages": counted})


def _reasons(scenario: Scenario) -> "Column":
    """Return every reason against the candidate; an exclusion that is null excludes."""
    from pyspark.sql import functions as F

    excluded = [F.when(F.coalesce(F.expr(e.when), F.lit(True)), e.code) for e in (*scenario.customers.exclusions, *ALWAYS)]
    return F.array_distinct(F.concat(F.filter(F.array(*excluded), lambda reason: reason.isNotNull()), F.col("blocked")))


def _effect(scenario: Scenario, step: Step, tonight: "Tonight") -> "dict[str, Column]":
    """Return how much a contact adds to the probability that the offer is taken, in ppm, and its source.

    It is the average effect of its product class and channel, if one was measured, x the score / the mean score. Otherwise it is the score,
    and without a score it is assumed. A contact that does harm adds nothing.
    """
    from pyspark.sql import functions as F

    effect, kind = scenario.effect_of(step), scenario.success_of(step).kind
    is_scored = isinstance(effect, str)
    score = F.col(f"{effect}_ppm") if is_scored else F.lit(None).cast("int")
    mean = tonight.mean_ppm.get(effect) if isinstance(effect, str) else None
    relative = F.coalesce(score / mean, F.lit(1.0)) if mean else F.lit(1.0)
    measured = looked_up({channel: ppm for (of, channel), ppm in sorted(tonight.effects.items()) if of == kind}, F.col("channel")).cast(
        "int"
    )
    assumed = effect.ppm if isinstance(effect, Assumed) else UNSCORED.ppm
    # Spark's least and greatest pass over a null.
    added = F.when(measured.isNotNull(), F.greatest(F.lit(0), F.least(F.lit(_MILLION), F.round(measured * relative))))
    ppm = F.coalesce(added, score, F.lit(assumed))
    of_score = F.when(score.isNotNull(), F.concat(F.lit(f"{effect} "), F.col(f"{effect}_version"))) if is_scored else F.lit(None)
    version = F.concat_ws(" x ", F.when(measured.isNotNull(), F.lit("measured")), of_score)
    return {"effect_ppm": ppm.cast("int"), "effect_version": F.coalesce(F.nullif(version, F.lit("")), F.lit("assumed"))}


def _value(scenario: Scenario, step: Step, tonight: "Tonight") -> "dict[str, Column]":
    """Return margin, cost and value in whole fen: effect x (fee x months x margin - resource) - contact.

    Each short message of a long text costs a contact. Of passive contacts only the share that is shown costs.
    """
    from pyspark.sql import functions as F

    code = scenario.resource_of(step).code
    given = tonight.catalogues.resource_fen[code] if code else 0
    margin = F.expr(f"fee_fen * {scenario.strategy.months} * margin_per_mille DIV 1000")
    each = looked_up(tonight.catalogues.contact_fen, F.col("channel")).cast("bigint") * F.coalesce("short_messages", F.lit(1))
    # A passive contact costs nothing until the customer comes.
    cost = F.when(F.col("mode") == "passive", F.ceil(each * PASSIVE_SHOWN_PER_MILLE / 1000).cast("bigint")).otherwise(each)
    gained = F.floor(F.col("effect_ppm") * (margin - given) / _MILLION).cast("bigint")
    return {"margin_fen": margin, "resource_fen": F.lit(given).cast("bigint"), "contact_fen": cost, "value_fen": gained - cost}
