"""One scenario's wave as candidates: everyone in the audience with offer, channel, reasons against, value and control."""

from datetime import date
from typing import TYPE_CHECKING

from expectations.channels import CHANNELS
from expectations.tables.mkt_decision import MKT_DECISION
from features.holders import with_older_holders
from jobs.decide.catalogues import Catalogues
from models.tariff import Held, Use, best_fit
from scenarios.controls import contact_propensity_ppm, held_out_by, in_pilot
from scenarios.message import message_sql, short_messages_sql
from scenarios.policy import ALWAYS
from scenarios.scenario import Scenario, Wave

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

MONTHS = [Use("data_bytes_1m", "idle_bytes_1m"), Use("data_bytes_m2", "idle_bytes_m2"), Use("data_bytes_m3", "idle_bytes_m3")]
_MILLION = 1_000_000


def decision_rows(car: "DataFrame", subscribers: "DataFrame", scores: "DataFrame") -> "DataFrame":
    """The customer record with scores and `is_older_holder`, as audiences and exclusions see it."""
    return with_older_holders(car.drop("business_date"), subscribers).join(scores.drop("business_date"), "subscriber_id", "left")


def candidates(
    on: date, scenario: Scenario, wave: Wave, wide: "DataFrame", earlier: "DataFrame", orders: "DataFrame", catalogues: Catalogues
) -> "DataFrame":
    """One row per member of the wave's audience, ready to be ranked."""
    from pyspark.sql import functions as F

    members = _contacted(scenario, wave, _audience(scenario, wave, wide, earlier, orders), earlier)
    offered = _with_offer(scenario, members, catalogues).withColumn("business_date", F.lit(on))
    judged = _with_message(scenario, _with_channel(scenario, wave, offered, catalogues)).withColumn("in_pilot", in_pilot(scenario))
    reasons = F.array(*(F.when(F.coalesce(F.expr(e.when), F.lit(True)), e.code) for e in (*scenario.customers.exclusions, *ALWAYS)))
    model = scenario.strategy.model
    # A subscriber the models did not score (a terminal state) has an exclusion of her own; value null must not reach the ranking.
    valued = judged.withColumns(
        {
            "reasons": F.filter(reasons, lambda reason: reason.isNotNull()),
            "score_ppm": F.col(f"{model}_ppm"),
            "model_version": F.concat(F.lit(f"{model} "), F.col(f"{model}_version")),
            "value_fen": _value(scenario, model, catalogues),
        }
    )
    eligible = F.size("reasons") == 0
    return valued.withColumns(
        {
            "scenario": F.lit(scenario.name),
            "wave": F.lit(wave.number),
            "is_eligible": eligible,
            "control": F.when(eligible, held_out_by(scenario)),
            "contact_propensity_ppm": F.lit(contact_propensity_ppm(scenario)),
            "message": F.when(eligible, F.col("message")),
        }
    ).select(*(c.name for c in MKT_DECISION.columns if c.name not in ("rank", "would_list", "stage")), "is_eligible")


def _audience(scenario: Scenario, wave: Wave, wide: "DataFrame", earlier: "DataFrame", orders: "DataFrame") -> "DataFrame":
    members = wide.where(scenario.customers.audience)
    if wave.audience == "everyone":
        return members
    before = earlier.where(f"scenario = '{scenario.name}' AND wave = {wave.number - 1} AND would_list")
    kind = scenario.evaluation.response_kind
    # Until feedback arrives (S12), an order after the lists went out is the response.
    responded = (
        orders.where(f"product_kind = '{kind}'")
        .join(before.select("subscriber_id", before["business_date"].alias("listed_on")), "subscriber_id")
        .where("to_date(ordered_at) > listed_on")
        .select("subscriber_id")
    )
    return members.join(before.select("subscriber_id"), "subscriber_id", "left_semi").join(responded, "subscriber_id", "left_anti")


def _contacted(scenario: Scenario, wave: Wave, members: "DataFrame", earlier: "DataFrame") -> "DataFrame":
    """Which modes of contact the subscriber has had in this scenario and cycle: one active and one passive are allowed (P1)."""
    from pyspark.sql import functions as F

    none = F.expr("CAST(array() AS ARRAY<STRING>)")
    if wave.number == 1:
        return members.withColumn("used_modes", none)
    listed = earlier.where(f"scenario = '{scenario.name}' AND stage IN ('listed', 'held_out') AND would_list")
    used = listed.groupBy("subscriber_id").agg(F.collect_set("mode").alias("used_modes"))
    return members.join(used, "subscriber_id", "left").withColumn("used_modes", F.coalesce("used_modes", none))


def _with_offer(scenario: Scenario, members: "DataFrame", catalogues: Catalogues) -> "DataFrame":
    """The best-fit product by the customer's own last closed months, the price being that of the data plan held, else the base plan's."""
    from pyspark.sql import functions as F

    rate = F.coalesce(*(_lookup(catalogues.overage_fen_per_mb, F.col(held)) for held in ("data_plan", "base_plan")))
    priced = members.withColumns({"rate": rate, "held_bytes": F.col("base_plan_allowance_bytes") + F.col("held_data_plan_bytes")})
    fit = best_fit(
        MONTHS, Held("held_bytes", "held_idle_pack_bytes"), "rate", [catalogues.tariffs[code] for code in scenario.product.products]
    )
    offered = priced.withColumn("fit", fit).select("*", "fit.*")
    return offered.withColumns(
        {
            "bill_change_fen": F.col("offer_bill_fen") - F.col("current_bill_fen"),
            "product_name": _lookup(catalogues.names, F.col("product")),
            "resource": F.when(F.col("product").isNotNull(), scenario.resource.resource),
        }
    )


def _with_channel(scenario: Scenario, wave: Wave, offered: "DataFrame", catalogues: Catalogues) -> "DataFrame":
    """High value -> the high-cost channel; the preferred one when told; else the wave's default; the other mode once one is used (P3)."""
    from pyspark.sql import functions as F

    default = F.lit(wave.default)
    preferred = F.col(scenario.channels.preferred) if scenario.channels.preferred else F.lit(None).cast("string")
    wished = F.coalesce(F.when(preferred.isin(*scenario.channels.allowed), preferred), default)
    if wave.number == 1:
        wished = F.when(F.coalesce(F.expr(scenario.strategy.high_value), F.lit(False)), scenario.channels.high_value).otherwise(wished)
    choices = [wished, default, F.lit(wave.instead)]
    free = [F.when(~F.array_contains("used_modes", _lookup(catalogues.modes, choice)), choice) for choice in choices]
    chosen = offered.withColumn("channel", F.coalesce(*free))
    # Loads from before the SET form dropped them may hold empty codes, which name nothing.
    unknown = F.exists("sensitive_channels", lambda code: (code != "") & ~code.isin(*catalogues.known_channels))
    return chosen.withColumns(
        {"mode": _lookup(catalogues.modes, F.col("channel")), "names_unknown_channel": F.coalesce(unknown, F.lit(False))}
    )


def _with_message(scenario: Scenario, offered: "DataFrame") -> "DataFrame":
    """The words, and where the channel sends them as short messages how many they take and how many they may."""
    from pyspark.sql import functions as F

    at_most = {channel: CHANNELS[channel].form.short_messages_at_most for channel in scenario.channels.allowed}
    limits = {channel: limit for channel, limit in at_most.items() if limit is not None}
    allowed = _lookup(limits, F.col("channel")) if limits else F.lit(None).cast("int")
    return (
        offered.withColumn("message", F.expr(message_sql(scenario.strategy.message)))
        .withColumn("short_messages_at_most", allowed)
        .withColumn("short_messages", F.when(allowed.isNotNull(), F.expr(short_messages_sql("message"))))
    )


def _value(scenario: Scenario, model: str, catalogues: Catalogues) -> "Column":
    """p x (fee x months x margin - resource) - contact cost, in whole fen; a missing score counts as nothing.

    Each short message of a long text is a contact by its cost.
    """
    from pyspark.sql import functions as F

    margin = F.expr(f"monthly_fee_fen * {scenario.strategy.months} * margin_per_mille DIV 1000")
    gain = margin - catalogues.resource_fen[scenario.resource.resource]
    expected = F.floor(F.coalesce(F.col(f"{model}_ppm"), F.lit(0)) * gain / _MILLION).cast("bigint")
    return expected - _lookup(catalogues.contact_fen, F.col("channel")) * F.coalesce("short_messages", F.lit(1))


def _lookup(values: "dict[str, int] | dict[str, str]", key: "Column") -> "Column":
    """The value under a code; null for a code that is not there."""
    from pyspark.sql import functions as F

    pairs = [F.lit(item) for code in sorted(values) for item in (code, values[code])]
    return F.create_map(*pairs)[key]
