"""Counts the audience of every scenario for the site, in one pass over the customer record."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.rpt_audience import RPT_AUDIENCE
from features.library import CAR
from features.wide import named_in
from jobs.decide.find_candidates import with_scores
from jobs.runtime.job import table_job
from jobs.runtime.reads import Lacking, Snapshot
from models.library import SCORE_SUBSCRIBER
from scenarios.library import SCENARIOS
from scenarios.waiting import faults_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table_job(
    writes=RPT_AUDIENCE,
    car=Snapshot(CAR),
    lacking=Lacking(CAR),
    scores=Snapshot(SCORE_SUBSCRIBER),
    subscribers=Snapshot(DWD_SUBSCRIBER),
)
def count_audiences(on: date, car: "DataFrame", lacking: Mapping[str, str], scores: "DataFrame", subscribers: "DataFrame") -> "DataFrame":
    """Count the members of each audience, before exclusions and whether a step is due or not.

    A scenario that names a column which is missing or bad tonight has no row; check_scenarios names it.
    """
    from pyspark.sql import functions as F

    people = with_scores(car, scores, subscribers).withColumn("business_date", F.lit(on))
    asked = audiences_in(people, lacking)
    if not asked:
        return RPT_AUDIENCE.empty(car.sparkSession)
    sizes = people.agg(F.count_if("is_live").alias("live"), *(F.count_if(F.expr(one)).alias(name) for name, one in asked.items()))
    each = sizes.unpivot("live", list(asked), "scenario", "members")
    return each.withColumn("business_date", F.lit(on)).select(*(column.name for column in RPT_AUDIENCE.columns))


def audiences_in(people: "DataFrame", lacking: Mapping[str, str]) -> dict[str, str]:
    """Return the predicate of each scenario's audience, by name: of those that are not closed and can be evaluated over these rows."""
    open_ones = [one for one in SCENARIOS if one.state != "closed" and not named_in(one.audience) & lacking.keys()]
    faults = faults_of(people, {one.name: ([one.audience], []) for one in open_ones})
    return {one.name: one.audience for one in open_ones if one.name not in faults}
