"""Tonight's candidates: for every scenario and step that is due, each option for each subscriber, and the reasons against it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING, Any

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.fb_customer_state import FB_CUSTOMER_STATE
from expectations.tables.mkt_candidate import MKT_CANDIDATE
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.mkt_effect import MKT_EFFECT
from expectations.tables.ods_bill import ODS_BILL
from expectations.tables.ods_external_contact import DWD_EXTERNAL_CONTACT
from expectations.tables.ops_scenario import OPS_SCENARIO_APPROVED
from features.holders import with_shared_numbers
from features.library import CAR
from jobs.decide.catalogues import CATALOGUES
from jobs.runtime.job import table_job
from jobs.runtime.reads import Between, IfMade, Known, Lacking, Snapshot, Waiting
from models.library import SCORE_SUBSCRIBER
from scenarios.calendar import due_steps, import_day, remembered_since, remembered_until
from scenarios.candidates import candidates
from scenarios.catalogues import Catalogues
from scenarios.contacted import days_counted
from scenarios.due import due_for_somebody
from scenarios.library import SCENARIOS
from scenarios.needs import columns_read
from scenarios.scenario import Scenario
from scenarios.settlement import Settlement, billed_month, gets_bill
from scenarios.timing import Step
from scenarios.tonight import Tonight
from scenarios.waiting import lacks, unknown_codes, unresolved

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# Decisions of earlier and later nights. Both are already published, so no job waits for them.
HISTORY: dict[str, Any] = {
    "earlier": Between(MKT_DECISION, remembered_since, lambda on: on),
    "later": Between(MKT_DECISION, lambda on: on, remembered_until),
}


@table_job(
    writes=MKT_CANDIDATE,
    car=Snapshot(CAR),
    lacking=Lacking(CAR),
    unapproved=Waiting(OPS_SCENARIO_APPROVED),
    scores=Snapshot(SCORE_SUBSCRIBER),
    effects=IfMade(MKT_EFFECT),
    subscribers=Snapshot(DWD_SUBSCRIBER),
    orders=Snapshot(DWD_SUBSCRIPTION_INTERVAL),
    state=Snapshot(FB_CUSTOMER_STATE),
    others=Known(DWD_EXTERNAL_CONTACT, days_counted, is_needed=False),
    bills=Known(ODS_BILL, lambda on: [billed_month(on)]),
    **CATALOGUES,
    **HISTORY,
)
def find_candidates(
    on: date,
    car: "DataFrame",
    lacking: Mapping[str, str],
    unapproved: Mapping[str, str],
    bills: "DataFrame",
    effects: "DataFrame | None",
    **frames: "DataFrame",
) -> "DataFrame":
    """Find the candidates of every due step of every scenario: audience, offers, channel, exclusions, value.

    No row means that nothing was due.

    Each scenario is computed separately. If one uses a tag that is missing or bad, or a column or a code of a catalogue that is not there,
    only this one waits, and check_scenarios names it. Publish what it lacks, then run the night again. A scenario that nobody approved
    waits too, if the home asks for approvals.
    """
    running = [scenario for scenario in SCENARIOS if scenario.holds_on(import_day(on)) and scenario.name not in unapproved]
    return candidates_of(running, on, car, lacking, bills, effects, frames)


def candidates_of(
    scenarios: Sequence[Scenario],
    on: date,
    car: "DataFrame",
    lacking: Mapping[str, str],
    bills: "DataFrame",
    effects: "DataFrame | None",
    frames: "Mapping[str, DataFrame]",
) -> "DataFrame":
    """Return tonight's candidates of these scenarios; the rest is as `find_candidates` reads it."""
    tonight = replace(tonight_of(on, frames), **measured(effects, frames["scores"]))
    people = with_scores(car, frames["scores"], frames["subscribers"])
    is_settled, decided = settlement(on, bills, frames["subscribers"]).is_settled, decided_steps(tonight.decided.unionByName(tonight.later))
    strange = unresolved(scenarios, car.sparkSession)
    due: list[tuple[Scenario, Step]] = []
    for scenario in scenarios:
        waits = unknown_codes(scenario, tonight.catalogues) or lacks(scenario, lacking) or scenario.name in strange
        due += [(scenario, step) for step in ([] if waits else due_steps(scenario, on, is_settled, decided.get(scenario.name, [])))]
    if not due:
        return MKT_CANDIDATE.empty(car.sparkSession)
    members = members_of([scenario for scenario, _ in due], people, tonight)
    # A branch of the plan costs seconds, also when nobody goes through it.
    branches = [candidates(scenario, step, members, tonight) for scenario, step in due_for_somebody(due, members, tonight)]
    return together(branches) if branches else MKT_CANDIDATE.empty(car.sparkSession)


def together(branches: "Sequence[DataFrame]") -> "DataFrame":
    """Return the rows of all branches, joined in pairs: Spark Connect refuses a plan that is as deep as there are steps."""
    while len(branches) > 1:
        pairs = [branches[at : at + 2] for at in range(0, len(branches), 2)]
        branches = [reduce(lambda one, other: one.unionByName(other), pair) for pair in pairs]
    return branches[0]


def members_of(scenarios: Iterable[Scenario], people: "DataFrame", tonight: Tonight) -> "DataFrame":
    """Return the people who are in the audience of any of the scenarios, with their history and the columns that the scenarios read.

    They are kept: the CAR, the orders and other nights' decisions are read once, however many scenarios there are.
    """
    read = set().union(*map(columns_read, scenarios))
    is_meant = " OR ".join(sorted({f"({scenario.audience})" for scenario in scenarios}))
    row = people.where(is_meant).select(*(name for name in people.columns if name in read))
    return tonight.with_history(row).localCheckpoint()


def tonight_of(on: date, frames: "Mapping[str, DataFrame]") -> Tonight:
    """Return what the night needs to decide, from the frames of CATALOGUES, HISTORY, `orders`, `state` and `others`."""
    orders, state, others = (frames[name] for name in ("orders", "state", "others"))
    return Tonight(on, Catalogues.on(on, frames), orders, frames["earlier"], frames["later"], state, others)


def measured(effects: "DataFrame | None", scores: "DataFrame") -> dict[str, Any]:
    """Return the measured effects with their errors by product class and channel, and the mean score of each model that has scores."""
    from pyspark.sql import functions as F

    names = [name.removesuffix("_ppm") for name in scores.columns if name.endswith("_ppm")]
    means = scores.agg(*(F.avg(f"{name}_ppm").alias(name) for name in names)).collect()[0].asDict()
    return {
        "effects": {(row.product_kind, row.channel): (row.effect_ppm, row.error_ppm) for row in (effects.collect() if effects else [])},
        "mean_ppm": {name: mean for name, mean in means.items() if mean},
    }


def with_scores(car: "DataFrame", scores: "DataFrame", subscribers: "DataFrame") -> "DataFrame":
    """Return the CAR with the scores and `shares_number`, for audiences and exclusions."""
    return with_shared_numbers(car.drop("business_date"), subscribers).join(scores.drop("business_date"), "subscriber_id", "left")


def settlement(on: date, bills: "DataFrame", subscribers: "DataFrame") -> Settlement:
    """Return how many of the subscribers who get a bill have one of `billed_month`."""
    from pyspark.sql import functions as F

    month = billed_month(on)
    billed = bills.where(F.col("month") == F.lit(month)).select("subscriber_id").distinct().withColumn("is_billed", F.lit(True))
    counted = subscribers.where(gets_bill(month)).join(billed, "subscriber_id", "left").agg(F.count("*"), F.count("is_billed"))
    return Settlement(month, *counted.collect()[0])


def decided_steps(decisions: "DataFrame") -> dict[str, list[tuple[str, date]]]:
    """Return what other nights decided, by scenario: step and business date, each once."""
    found: dict[str, list[tuple[str, date]]] = {}
    for scenario, step, night in sorted(tuple(row) for row in decisions.select("scenario", "step", "business_date").distinct().collect()):
        found.setdefault(scenario, []).append((step, night))
    return found
