"""Findings in the data that cost decisions tonight, with names and counts."""

from collections.abc import Mapping
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING

from expectations.channels import CHANNELS
from expectations.checks import code_sql
from expectations.columns import LIVE_STATES
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.ods_bill import ODS_BILL
from expectations.tables.ods_channel import ODS_CHANNEL
from features.holders import numbers_held_twice
from features.product import holds_unknown_product
from jobs.decide.find_candidates import decided_steps, settlement
from jobs.runtime.job import effect_job
from jobs.runtime.job_run import JobRun
from jobs.runtime.reads import Between, InForce, Known, Snapshot
from scenarios.calendar import due_steps, remembered_since
from scenarios.library import SCENARIOS
from scenarios.message import short_messages_sql
from scenarios.policy import ALL_CHANNELS, DO_NOT_DISTURB, HOLDS_UNKNOWN_PRODUCT, MESSAGE_TOO_LONG, NUMBER_HELD_TWICE, SENSITIVE_CHANNEL
from scenarios.settlement import Settlement, billed_month

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

SHOWN = 10
# The text of each finding. Its names follow, the commonest first, each with its number of subscribers.
SAYS = {
    "channels": f"sensitive channels that are not in the catalogue; subscribers who name one are excluded ({SENSITIVE_CHANNEL.code})",
    "disturbed": f"do-not-disturb channels that are not in the catalogue; subscribers who name one are excluded ({DO_NOT_DISTURB.code})",
    "products": f"products that are not in the catalogues; subscribers who hold or booked one are excluded ({HOLDS_UNKNOWN_PRODUCT.code})",
    "numbers": f"numbers of several live subscriptions; all of them are excluded ({NUMBER_HELD_TWICE.code})",
    "long": "texts that take several short messages, each of which costs a contact",
    "too long": f"texts that take too many short messages; their subscribers are excluded ({MESSAGE_TOO_LONG.code})",
}
NO_CODE = "a text that is no code"


@effect_job(
    decisions=Snapshot(MKT_DECISION),
    subscribers=Snapshot(DWD_SUBSCRIBER),
    orders=Snapshot(DWD_SUBSCRIPTION_INTERVAL),
    channels=InForce(ODS_CHANNEL),
    bills=Known(ODS_BILL, lambda on: [billed_month(on)]),
    earlier=Between(MKT_DECISION, remembered_since, lambda on: on),
)
def check_decisions(run: JobRun) -> None:
    """Warn of codes that the catalogues do not have, numbers held twice, long texts, and steps that wait for bills.

    These subscribers are excluded until the data are mended: have the catalogue, the order lines or the subscribers delivered again.
    """
    frames = {name: run.read(name) for name in ("decisions", "subscribers", "orders", "channels")}
    run.warnings += findings(run.on, **frames)
    bills = settlement(run.on, run.read("bills"), frames["subscribers"])
    if not bills.is_settled:
        run.warnings += waiting(run.on, bills, decided_steps(run.read("earlier")))


def findings(on: date, decisions: "DataFrame", subscribers: "DataFrame", orders: "DataFrame", channels: "DataFrame") -> list[str]:
    """Return a sentence for each kind of finding, with at most SHOWN names."""
    from pyspark.sql import functions as F

    kinds = {
        "channels": _unknown_channels(subscribers, "sensitive_channels", channels),
        "disturbed": _unknown_channels(subscribers, "do_not_disturb_channels", channels),
        "products": orders.where(holds_unknown_product(on)).groupBy(_code("product")).agg(F.count_distinct("subscriber_id").alias("n")),
        "numbers": numbers_held_twice(subscribers).select(F.array_join("holders", " ").alias("name"), F.size("holders").alias("n")),
        **_texts(decisions),
    }
    named = [found.selectExpr(f"'{kind}' AS kind", "name", "CAST(n AS BIGINT) AS n") for kind, found in kinds.items()]
    commonest = F.slice(F.sort_array(F.collect_list(F.struct((-F.col("n")).alias("minus"), "name"))), 1, SHOWN)
    # One query for all kinds; each has few names, for any number of subscribers.
    every = (
        reduce(lambda one, other: one.unionByName(other), named).groupBy("kind").agg(F.count("*").alias("names"), commonest.alias("shown"))
    )
    found = {row.kind: row for row in every.collect()}
    return [_sentence(SAYS[kind], found[kind].shown, found[kind].names) for kind in SAYS if kind in found]


def waiting(on: date, bills: Settlement, decided: Mapping[str, list[tuple[str, date]]]) -> list[str]:
    """Return a sentence for each monthly step whose day has come and that waits for bills.

    `decided` is what other nights decided, by scenario.
    """
    if bills.is_settled:
        return []
    return [
        f"{scenario.name} {step.name} waits for bills: {bills.words}"
        for scenario in SCENARIOS
        if scenario.timing.after_settlement
        for step in due_steps(scenario, on, True, decided.get(scenario.name, []))
    ]


def _sentence(says: str, shown: "list[tuple[int, str]]", names: int) -> str:
    told = [f"{name} ({-minus})" for minus, name in shown] + ([f"and {names - len(shown)} more"] if names > len(shown) else [])
    return f"{says}: {', '.join(told)}"


def _code(column: str) -> "Column":
    """Return the code as `name`; a text that may be personal is not shown."""
    from pyspark.sql import functions as F

    return F.coalesce(F.expr(code_sql(column)), F.lit(NO_CODE)).alias("name")


def _unknown_channels(subscribers: "DataFrame", column: str, channels: "DataFrame") -> "DataFrame":
    from pyspark.sql import functions as F

    live = subscribers.where(F.col("state").isin(*LIVE_STATES))
    named = live.select("subscriber_id", F.explode(column).alias("channel")).where(f"channel NOT IN ('', '{ALL_CHANNELS}')")
    unknown = named.join(channels.select("channel"), "channel", "left_anti")
    return unknown.groupBy(_code("channel")).agg(F.count_distinct("subscriber_id").alias("n"))


def _texts(decisions: "DataFrame") -> "dict[str, DataFrame]":
    """Return, by scenario and step, the texts that take several short messages, and those too long to be sent."""
    from pyspark.sql import functions as F

    step = F.concat_ws(" ", "scenario", "step").alias("name")
    by_short_message = [name for name, channel in CHANNELS.items() if channel.form.short_messages_at_most]
    several = decisions.where(F.col("channel").isin(*by_short_message)).where(f"{short_messages_sql('message')} > 1")
    too_long = decisions.where(F.array_contains("reasons", MESSAGE_TOO_LONG.code))
    return {"long": several.groupBy(step).agg(F.count("*").alias("n")), "too long": too_long.groupBy(step).agg(F.count("*").alias("n"))}
