"""Who is contacted tonight, with what, through which channel; and for everyone else in the audience, why not."""

from datetime import date
from functools import reduce
from typing import TYPE_CHECKING, Any

from expectations.tables.dwd_bill_monthly import DWD_BILL_MONTHLY
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.mkt_decision import MKT_DECISION
from features.library import CAR, families_of
from jobs.decide.candidates import candidates, decision_rows
from jobs.decide.catalogues import READS as CATALOGUES
from jobs.decide.catalogues import Catalogues
from jobs.runtime.job import table_job
from jobs.runtime.reads import Between, Known, Lacking, Snapshot
from models.allocation import ranked
from models.library import MODELS, SCORE_SUBSCRIBER
from scenarios.calendar import cycle_end, cycle_start, open_wave
from scenarios.library import SCENARIOS
from scenarios.needs import columns_named
from scenarios.scenario import Scenario
from scenarios.settlement import Settlement, billed_months

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_READS: dict[str, Any] = {
    "car": Snapshot(CAR),
    "lacking": Lacking(CAR),
    "subscribers": Snapshot(DWD_SUBSCRIBER),
    "scores": Snapshot(SCORE_SUBSCRIBER),
    "orders": Snapshot(DWD_SUBSCRIPTION_INTERVAL),
    "bills": Known(DWD_BILL_MONTHLY, billed_months),
    **CATALOGUES,
    "earlier": Between(MKT_DECISION, cycle_start, lambda on: on),
    "ahead": Between(MKT_DECISION, lambda on: on, cycle_end),
}


@table_job(writes=MKT_DECISION, **_READS)
def decide_contacts(
    on: date,
    car: "DataFrame",
    lacking: frozenset[str],
    subscribers: "DataFrame",
    scores: "DataFrame",
    orders: "DataFrame",
    bills: "DataFrame",
    **frames: "DataFrame",
) -> "DataFrame":
    """Decide every open wave: audience, best fit, channel, exclusions, value, rank, controls. An empty result means no wave was open.

    If it fails, what it reads is named; publish that, then run the night again. A wave that a later night has published meanwhile is not
    published twice.
    """
    earlier = frames["earlier"]
    catalogues = Catalogues.on(on, frames)
    wide = decision_rows(car, subscribers, scores)
    is_settled = settlement(on, bills).is_settled
    done = published(earlier)
    # A night that failed and is run again after a later one: who was contacted then is not contacted once more.
    overtaken = {(row.scenario, row.wave) for row in frames["ahead"].select("scenario", "wave").distinct().collect()}
    found = []
    for scenario in SCENARIOS:
        wave = open_wave(scenario, on, is_settled, done.get(scenario.name, []))
        # One that names an unknown code or needs a family that failed waits, and the checks say so; the others need not.
        waits = catalogues.unknown(scenario) or needed_families(scenario) & lacking
        if wave and (scenario.name, wave.number) not in overtaken and not waits:
            found.append(candidates(on, scenario, wave, wide, earlier, orders, catalogues))
    if not found:
        return MKT_DECISION.empty(subscribers.sparkSession)
    return staged(ranked(reduce(lambda one, other: one.unionByName(other), found), catalogues.channels))


def needed_families(scenario: Scenario) -> frozenset[str]:
    """The families that the scenario speaks of, and those that its model was trained on."""
    models = (model for model in MODELS if model.name == scenario.strategy.model)
    return families_of(columns_named(scenario).union(*(model.columns_named for model in models)))


def settlement(on: date, bills: "DataFrame") -> Settlement:
    """How far the bills of `billed_months` have come."""
    return Settlement.on(on, {row["month"]: row["count"] for row in bills.groupBy("month").count().collect()})


def published(earlier: "DataFrame") -> dict[str, list[tuple[int, date]]]:
    """The waves of the cycle that earlier nights published, by scenario: wave and business date."""
    found: dict[str, list[tuple[int, date]]] = {}
    for row in earlier.select("scenario", "wave", "business_date").distinct().collect():
        found.setdefault(row.scenario, []).append((row.wave, row.business_date))
    return found


def staged(decided: "DataFrame") -> "DataFrame":
    """Each row's stage; a held-out row keeps its rank and would_list, so that its group compares with who was listed."""
    from pyspark.sql import functions as F

    stage = (
        F.when(~F.col("is_eligible"), "excluded")
        .when(F.col("control").isNotNull(), "held_out")
        .when(F.col("would_list"), "listed")
        .otherwise("below_capacity")
    )
    return decided.withColumn("stage", stage).select(*(column.name for column in MKT_DECISION.columns))
