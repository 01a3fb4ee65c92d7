"""One step of a scenario as candidates: every member who is due, with offers, channel, all reasons against, and value."""

from collections.abc import Collection
from functools import reduce
from typing import TYPE_CHECKING

from expectations.channels import CHANNELS
from expectations.tables.mkt_candidate import MKT_CANDIDATE
from features.wide import named_in
from models.effects import drawn_to
from scenarios.contacted import resting_channels
from scenarios.controls import in_pilot, text_draw
from scenarios.due import due
from scenarios.message import ending_of, short_messages_sql
from scenarios.needs import OF_CHANNEL, columns_read
from scenarios.offers import looked_up
from scenarios.open_channels import of_value, with_channels
from scenarios.policy import ALL_CHANNELS, ALWAYS, ATTENTION_FEN, CONFLICTS, SHOWN_PER_MILLE, UNSCORED
from scenarios.scenario import Exclusion, Scenario
from scenarios.terminal import blocked_by_handset
from scenarios.timing import CONSIDERING, After, Assumed, Ordered, Stayed, Step
from scenarios.variants import by_variants, name_of, written

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
    modes, kind = tonight.catalogues.modes, scenario.success_of(step).kind
    told = wishes(scenario, step) | {"resting_channels": resting_channels(kind, scenario.name, scenario.channels.allowed, modes)}
    members = due(scenario, step, row, tonight).withColumns({"in_pilot": in_pilot(scenario), **told})
    options = _with_words(scenario, step, scenario.offer_of(step).options(members, tonight), tonight)
    offered = options.withColumns(of_value(scenario, step, tonight.catalogues)).withColumn("is_excluded", _is_excluded(scenario))
    asked = with_channels(scenario, step, offered, tonight)
    contacted = _with_short_messages(scenario, step, asked)
    valued = contacted.withColumns(_effect(scenario, step, tonight)).withColumns(
        {"reasons": _reasons(scenario), **_value(scenario, step, tonight)}
    )
    named = {"scenario": F.lit(scenario.name), "step": F.lit(step.name)}
    said = {name: F.when(F.size("reasons") == 0, F.col(name)) for name in ("variant", "message")}
    return valued.withColumns({**named, **said}).select(*(column.name for column in MKT_CANDIDATE.columns))


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
    """Return the options with the message of any channel; null if none can be written, because a figure is null."""
    from pyspark.sql import functions as F

    figures, draw = scenario.offer_of(step).figures, text_draw(scenario, step)
    texts = [written(variants, figures, draw) for variants in by_variants(scenario.variants_of(step), scenario.channels.allowed)]
    has_offer, known = F.col("offer").isNotNull(), tonight.catalogues.known_channels
    return offered.withColumns(
        {
            "product_name": looked_up(tonight.catalogues.names, F.col("offer")),
            "offer_kind": looked_up(tonight.catalogues.kinds, F.col("offer")),
            "resource": F.when(has_offer, F.lit(scenario.resource_of(step).code).cast("string")),
            "names_unknown_channel": _has_unknown("sensitive_channels", known),
            "disturbs_unknown_channel": _has_unknown("do_not_disturb_channels", {*known, ALL_CHANNELS}),
            "blocked": F.array_union("blocked", blocked_by_handset(scenario, step)),
        }
    ).withColumn("message", F.coalesce(*texts))


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
    text, variant = _of_channel(scenario, step)
    ended = F.concat(text, F.coalesce(looked_up(endings, F.col("channel")), F.lit("")))
    counted = F.when(allowed.isNotNull(), F.expr(short_messages_sql("message")))
    return contacted.withColumns({"message": ended, "variant": variant}).withColumns(
        {"short_messages_at_most": allowed, "short_messages": counted}
    )


def _of_channel(scenario: Scenario, step: Step) -> "tuple[Column, Column]":
    """Return the text for the channel and the name of its variant. Most steps have the same texts for all channels."""
    from pyspark.sql import functions as F

    groups = by_variants(scenario.variants_of(step), scenario.channels.allowed)
    figures, draw = scenario.offer_of(step).figures, text_draw(scenario, step)
    if len(groups) == 1:
        return F.col("message"), name_of(next(iter(groups)), draw)
    # Who has no channel has the message of any, so that the reason is the channel alone.
    text, name = F.col("message"), F.lit(None).cast("string")
    for variants, channels in groups.items():
        is_theirs = F.col("channel").isin(*channels)
        text = F.when(is_theirs, written(variants, figures, draw)).otherwise(text)
        name = F.when(is_theirs, name_of(variants, draw)).otherwise(name)
    return text, name


def _excludes(exclusion: Exclusion) -> "Column":
    from pyspark.sql import functions as F

    return F.coalesce(F.expr(exclusion.when), F.lit(True))


def _is_excluded(scenario: Scenario) -> "Column":
    """Return whether a reason is against the option that no channel changes."""
    from pyspark.sql import functions as F

    general = [e for e in (*scenario.customers.exclusions, *ALWAYS) if not named_in(e.when) & OF_CHANNEL.keys()]
    return reduce(lambda one, other: one | other, map(_excludes, general), F.size("blocked") > 0)


def _reasons(scenario: Scenario) -> "Column":
    """Return every reason against the candidate; an exclusion that is null excludes."""
    from pyspark.sql import functions as F

    excluded = [F.when(_excludes(e), e.code) for e in (*scenario.customers.exclusions, *ALWAYS)]
    return F.array_distinct(F.concat(F.filter(F.array(*excluded), lambda reason: reason.isNotNull()), F.col("blocked")))


def _effect(scenario: Scenario, step: Step, tonight: "Tonight") -> "dict[str, Column]":
    """Return how much a contact adds to the probability that the offer is taken, in ppm, and its source.

    It is the average effect of its product class and channel, if one was measured, x the score / the mean score. What few contacts show is
    drawn to the mean score, or to what is assumed where nothing is scored. Without a measured effect it is the score, and without a score
    it is assumed. A contact that does harm adds nothing. What was not measured is about a contact that reaches the customer, so of a
    passive contact it counts for the share that is shown, as the cost does.
    """
    from pyspark.sql import functions as F

    effect, kind = scenario.effect_of(step), scenario.success_of(step).kind
    is_scored = isinstance(effect, str)
    score = F.col(f"{effect}_ppm") if is_scored else F.lit(None).cast("int")
    mean = tonight.mean_ppm.get(effect) if isinstance(effect, str) else None
    relative = F.coalesce(score / mean, F.lit(1.0)) if mean else F.lit(1.0)
    assumed = effect.ppm if isinstance(effect, Assumed) else UNSCORED.ppm
    found = {
        f"{channel} {mode}": round(drawn_to((mean or assumed) * shown / 1000, ppm, error))
        for (of, channel), (ppm, error) in sorted(tonight.effects.items())
        for mode, shown in SHOWN_PER_MILLE.items()
        if of == kind
    }
    measured = looked_up(found, F.concat_ws(" ", "channel", "mode")).cast("int")
    # Spark's least and greatest pass over a null.
    added = F.when(measured.isNotNull(), F.greatest(F.lit(0), F.least(F.lit(_MILLION), F.round(measured * relative))))
    ppm = F.coalesce(added, F.floor(F.coalesce(score, F.lit(assumed)) * _shown() / 1000))
    of_score = F.when(score.isNotNull(), F.concat(F.lit(f"{effect} "), F.col(f"{effect}_version"))) if is_scored else F.lit(None)
    version = F.concat_ws(" x ", F.when(measured.isNotNull(), F.lit("measured")), of_score)
    return {"effect_ppm": ppm.cast("int"), "effect_version": F.coalesce(F.nullif(version, F.lit("")), F.lit("assumed"))}


def _shown() -> "Column":
    """Return how many of a thousand contacts reach the customer; a row without a channel has no mode."""
    from pyspark.sql import functions as F

    return F.coalesce(looked_up(SHOWN_PER_MILLE, F.col("mode")), F.lit(1000))


def _value(scenario: Scenario, step: Step, tonight: "Tonight") -> "dict[str, Column]":
    """Return margin, costs and value in whole fen: effect x (fee x months x margin - resource) - contact - attention.

    Each short message of a long text costs a contact. Of passive contacts only the share that is shown costs.
    """
    from pyspark.sql import functions as F

    code = scenario.resource_of(step).code
    given = tonight.catalogues.resource_fen[code] if code else 0
    margin = F.expr(f"fee_fen * {scenario.strategy.months} * margin_per_mille DIV 1000")
    each = looked_up(tonight.catalogues.contact_fen, F.col("channel")).cast("bigint") * F.coalesce("short_messages", F.lit(1))
    # A passive contact costs nothing until the customer comes.
    cost = F.ceil(each * _shown() / 1000).cast("bigint")
    gained = F.floor(F.col("effect_ppm") * (margin - given) / _MILLION).cast("bigint")
    attention = looked_up(ATTENTION_FEN, F.col("mode")).cast("bigint")
    costs = {"resource_fen": F.lit(given).cast("bigint"), "contact_fen": cost, "attention_fen": attention}
    return {"margin_fen": margin, **costs, "value_fen": gained - cost - attention}
