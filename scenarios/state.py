"""The state of customer x scenario: how a night advances it, and what it says about a subscriber (P1, P5, section 7)."""

from collections.abc import Mapping
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING

from expectations.channels import CHANNELS
from expectations.tables.fb_customer_state import DECISIONS_TOLD, FB_CUSTOMER_STATE, STATES_TOLD
from features.answers import ORDERED
from features.windows import Window
from scenarios.offers import looked_up
from scenarios.policy import CONFLICTS
from scenarios.scenario import Scenario
from scenarios.timing import Ordered

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

# So long a contact is remembered: longer than a scenario is valid.
REMEMBERED = Window("days", 400)
# How long a free trial lasts when no order line says when it ends: our assumption.
TRIAL_DAYS = 15
# After so many rounds that were delivered and not taken up, a scenario contacts nobody again (P5).
ROUNDS = 3
# So long a customer who considers the offer is left in peace by the scenario: our assumption.
CONSIDERS_DAYS = 7

KEY = FB_CUSTOMER_STATE.key
_FLAGS = ("is_listed", "is_held_out", "is_sent")
_DAYS = ("delivered_on", "claimed_on", "tried_on", "disturbed_on", "opted_out_on")
_TEXTS = ("mode", "offer", "resource")
# What a night takes over from the night before; all else is made of it and of tonight's orders.
_HELD = (*KEY, *_TEXTS, "effect_ppm", *_FLAGS, "state", "state_at", "state_on", *_DAYS)
_SHARED_STAGES = {"accepted": "acknowledged", "rejected": "rejected", "delivered": "delivered", "reached": "reached"}
AGREED = ("agreed_trial", "agreed_paid")


def told(channel: str, stage: str) -> str | None:
    """Return the state that a stage of a channel's feedback stands for; None for an outcome, which is a state itself, and for replies.

    An active channel that counts what it sent knows of no delivery (P5). A passive one counts what it showed.
    """
    if stage in _SHARED_STAGES:
        return _SHARED_STAGES[stage]
    if stage in ("outcome", "satisfaction"):
        return None
    if stage in ORDERED:
        return "agreed_trial" if stage == "tried" else "agreed_paid"
    common = next((count.common for count in CHANNELS[channel].counts if count.stage == stage), None)
    if common == "pushed":
        return "delivered" if "passive" in CHANNELS[channel].modes else "acknowledged"
    return "acknowledged" if common == "customers" else "reached"


_TOLD = {
    f"{name} {stage}": state
    for name, channel in CHANNELS.items()
    if channel.feedback
    for stage, _ in channel.feedback.stages
    if (state := told(name, stage))
}


def advanced(on: date, frames: "Mapping[str, DataFrame]", scenarios: tuple[Scenario, ...]) -> "DataFrame":
    """Return the rows of fb.customer_state of the night of `on`.

    `held` are the rows of the night before, or none; `decisions`, `contacts` and `feedback` what entered since; `orders` and `products`
    all that are known tonight. All that is held is a smallest day, a newest report or a flag, so the order in which reports arrive does
    not matter: late ones count.
    """
    from pyspark.sql import functions as F

    first = REMEMBERED.span(on)[0]
    parts = [frames["held"].select(*_HELD), _of_decisions(frames["decisions"]), _of_contacts(frames["contacts"])]
    every = reduce(lambda one, other: one.unionByName(other, True), [*parts, _of_feedback(frames["feedback"])])
    newest = F.max_by(F.struct("state", "state_at", "state_on"), _weight())
    one = (
        every.where(F.col("list_date") >= F.lit(first))
        .groupBy(*KEY)
        .agg(
            *(F.max(name).alias(name) for name in (*_TEXTS, "effect_ppm")),
            *(F.coalesce(F.bool_or(name), F.lit(False)).alias(name) for name in _FLAGS),
            *(F.min(name).alias(name) for name in _DAYS),
            newest.alias("newest"),
        )
        .select("*", "newest.*")
        .drop("newest")
    )
    found = _with_arm(one).join(F.broadcast(_kinds(frames["products"])), "offer", "left")
    taken = _with_orders(found, frames["orders"], scenarios)
    whole = taken.withColumns({"round_on": _round_on(scenarios), "business_date": F.lit(on)})
    return whole.select(*(column.name for column in FB_CUSTOMER_STATE.columns))


def _weight() -> "Column":
    """Return by what the newest report is found: a decision before a stage, then the moment, then the place in STATES_TOLD."""
    from pyspark.sql import functions as F

    place = F.array_position(F.array(*(F.lit(state) for state in STATES_TOLD)), F.col("state"))
    return F.when(F.col("state").isNotNull(), F.struct(F.col("state").isin(*DECISIONS_TOLD), "state_at", place))


def _of_decisions(decisions: "DataFrame") -> "DataFrame":
    from pyspark.sql import functions as F

    meant = decisions.where("stage = 'listed' OR (stage = 'held_out' AND would_list)").withColumnRenamed("business_date", "list_date")
    stages = [(F.col("stage") == stage).alias(f"is_{stage}") for stage in ("listed", "held_out")]
    return meant.select(*KEY, *_TEXTS, "effect_ppm", *stages)


def _of_contacts(contacts: "DataFrame") -> "DataFrame":
    from pyspark.sql import functions as F

    return contacts.withColumnRenamed("business_date", "list_date").select(*KEY, *_TEXTS, F.lit(True).alias("is_sent"))


def _of_feedback(feedback: "DataFrame") -> "DataFrame":
    from pyspark.sql import functions as F

    of_stage = looked_up(_TOLD, F.concat_ws(" ", "channel", "stage"))
    decided = F.when(F.col("outcome").isin(*STATES_TOLD), F.col("outcome"))
    rows = feedback.withColumn("state", F.coalesce(decided, of_stage)).where("state IS NOT NULL")

    def day_of(when: "Column") -> "Column":
        return F.when(when, F.col("day"))

    state = F.col("state")
    return rows.select(
        *KEY,
        "state",
        F.col("happened_at").alias("state_at"),
        F.col("day").alias("state_on"),
        day_of(~state.isin("acknowledged", "rejected", "unreached")).alias("delivered_on"),
        day_of(state.isin(*AGREED)).alias("claimed_on"),
        day_of(state == "agreed_trial").alias("tried_on"),
        day_of(state == "do_not_disturb").alias("disturbed_on"),
        day_of(F.col("reason") == "opted_out").alias("opted_out_on"),
    )


def _with_arm(rows: "DataFrame") -> "DataFrame":
    """Add who counts as contacted. If a list never reached its channel, neither its listed nor its held-out subscribers do."""
    from pyspark.sql import functions as F

    of_list = ("scenario", "step", "list_date", "channel")
    lists = rows.groupBy(*of_list).agg(
        F.bool_or("is_listed").alias("has_listed"),
        F.bool_or("is_sent").alias("went_out"),
        F.bool_or(F.col("is_sent") & F.col("state").isNotNull()).alias("list_is_answered"),
    )
    is_control = F.col("is_held_out") & (~F.col("has_listed") | F.col("went_out"))
    arm = F.when(F.col("is_sent") & ~F.col("state").eqNullSafe("rejected"), "treated").when(is_control, "control")
    answered = F.when(F.col("is_held_out"), F.col("list_is_answered")).otherwise(F.col("state").isNotNull())
    return rows.join(F.broadcast(lists), [*of_list]).withColumns({"arm": arm, "is_answered": answered})


def _kinds(products: "DataFrame") -> "DataFrame":
    from pyspark.sql import functions as F

    return products.groupBy(F.col("product").alias("offer")).agg(F.max_by("product_kind", "valid_from").alias("product_kind"))


def _with_orders(rows: "DataFrame", orders: "DataFrame", scenarios: tuple[Scenario, ...]) -> "DataFrame":
    """Add when it was taken up, and the free trial. An order counts for the days and the kind that the step states as its success."""
    from pyspark.sql import functions as F

    every = {f"{of.name} {step.name}": of.success_of(step) for of in scenarios for step in of.timing.steps}
    success = {name: of for name, of in every.items() if isinstance(of, Ordered)}
    of_step = F.concat_ws(" ", "scenario", "step")
    kinds = looked_up({name: ordered.kind for name, ordered in success.items()}, of_step)
    within = looked_up({name: ordered.within_days for name, ordered in success.items()}, of_step)
    lines = orders.select(
        "subscriber_id",
        "product",
        "order_source",
        "valid_from",
        "valid_to",
        F.col("product_kind").alias("kind"),
        F.to_date("ordered_at").alias("ordered_on"),
    )
    after = F.date_diff("ordered_on", "list_date")
    is_success = (F.col("kind") == kinds) & after.between(1, within)
    is_trial = (F.col("product") == F.col("offer")) & (F.col("order_source") == "trial") & (after >= 1)
    found = (
        rows.select(*KEY, "offer", "arm")
        .join(lines, "subscriber_id")
        .where(is_success | is_trial)
        .groupBy(*KEY)
        .agg(
            F.min(F.when(is_success, F.col("ordered_on"))).alias("ordered_on"),
            F.min(F.when(is_trial, F.col("valid_from"))).alias("line_since"),
            F.max(F.when(is_trial, F.col("valid_to"))).alias("line_until"),
        )
    )
    since = F.coalesce("line_since", "tried_on")
    return rows.join(found, [*KEY], "left").withColumns(
        {
            "taken_on": F.least("ordered_on", "claimed_on"),
            "trial_since": since,
            "trial_until": F.coalesce("line_until", F.date_add(since, TRIAL_DAYS)),
        }
    )


def _round_on(scenarios: tuple[Scenario, ...]) -> "Column":
    """Return the first list of the row's round: of a month's cycle the month's first, of an event's cascade that of its first step."""
    from pyspark.sql import Window as Rows
    from pyspark.sql import functions as F

    begins = {f"{of.name} {step.name}": of.timing.root(step) for of in scenarios for step in of.timing.steps}
    roots = {name: step.name for name, step in begins.items() if not step.begins_monthly}
    root = looked_up(roots or {"": ""}, F.concat_ws(" ", "scenario", "step"))
    cascade = Rows.partitionBy("subscriber_id", "scenario", root).orderBy("list_date").rangeBetween(Rows.unboundedPreceding, 0)
    begun = F.max(F.when(F.col("step") == root, F.col("list_date"))).over(cascade)
    of_month = F.date_sub(F.trunc(F.date_add("list_date", 1), "month"), 1)
    return F.when(root.isNull(), of_month).otherwise(F.coalesce(begun, F.col("list_date")))


def wishes(on: date, state: "DataFrame") -> "DataFrame":
    """Return what subscribers told: one row for each who asked for rest, considers an offer, or did not take up ROUNDS rounds.

    Columns: subscriber_id; disturbed_channels, disturbed_kinds: the channels and product kinds of a do-not-disturb; considered_in,
    immune_to: scenarios. A held-out subscriber has a round when the others of their list had it reported. What is ordered after a list
    that never reached its channel is not taken up in the round. contacted_by: scenarios of
    CONFLICTS whose contact, imported in their last days, makes others wait, held out or not.
    """
    from pyspark.sql import functions as F

    untaken = F.col("arm").isNotNull() & (F.col("delivered_on").isNotNull() | (F.col("arm") == "control") & F.col("is_answered"))
    is_recent = F.col("state_on") > F.date_sub(F.lit(on), CONSIDERS_DAYS)
    considers = (F.col("state") == "considering") & F.col("taken_on").isNull() & is_recent
    told_off = F.coalesce("disturbed_on", "opted_out_on").isNotNull()
    rest = looked_up({conflict.scenario: conflict.days for conflict in CONFLICTS}, F.col("scenario"))
    is_in_rest = F.col("arm").isNotNull() & (F.date_add("list_date", rest) > F.lit(on))
    rounds = state.groupBy("subscriber_id", "scenario", "round_on").agg(
        (F.bool_or(untaken) & F.bool_and(F.col("taken_on").isNull() | F.col("arm").isNull())).alias("is_untaken"),
        F.bool_or(considers).alias("considers"),
        F.bool_or(is_in_rest).alias("is_in_rest"),
        F.collect_set(F.when(told_off, F.col("channel"))).alias("channels"),
        F.collect_set(F.when(F.col("disturbed_on").isNotNull(), F.col("product_kind"))).alias("kinds"),
    )
    of_scenario = rounds.groupBy("subscriber_id", "scenario").agg(
        F.count_if("is_untaken").alias("untaken"),
        F.bool_or("considers").alias("considers"),
        F.bool_or("is_in_rest").alias("is_in_rest"),
        F.flatten(F.collect_list("channels")).alias("channels"),
        F.flatten(F.collect_list("kinds")).alias("kinds"),
    )
    return of_scenario.groupBy("subscriber_id").agg(
        F.array_distinct(F.flatten(F.collect_list("channels"))).alias("disturbed_channels"),
        F.array_distinct(F.flatten(F.collect_list("kinds"))).alias("disturbed_kinds"),
        F.collect_set(F.when(F.col("considers"), F.col("scenario"))).alias("considered_in"),
        F.collect_set(F.when(F.col("untaken") >= ROUNDS, F.col("scenario"))).alias("immune_to"),
        F.collect_set(F.when(F.col("is_in_rest"), F.col("scenario"))).alias("contacted_by"),
    )
