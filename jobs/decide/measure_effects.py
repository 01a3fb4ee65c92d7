"""What contacts do on average: orders of drawn arms that were contacted, less those of arms that were not."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.mkt_contact import MKT_CONTACT
from expectations.tables.mkt_decision import MKT_DECISION
from expectations.tables.mkt_effect import MKT_EFFECT
from expectations.tables.ods_external_contact import DWD_EXTERNAL_CONTACT
from expectations.tables.ods_product import ODS_PRODUCT
from features.effective import newest_on
from jobs.runtime.job import table_job
from jobs.runtime.reads import Between, InForce, Known, Snapshot
from models.effects import Arm, effects
from scenarios.library import SCENARIOS
from scenarios.offers import looked_up
from scenarios.timing import Ordered

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# An order within so many days after a contact counts. Later contacts have not run their days.
WITHIN = 30
LOOK_BACK_DAYS = 210
_LIST = ("scenario", "step", "business_date", "channel")
_MILLION = 1_000_000


def _since(on: date) -> date:
    return on - timedelta(days=LOOK_BACK_DAYS)


def _days(on: date) -> list[date]:
    return [_since(on) + timedelta(days=day) for day in range(LOOK_BACK_DAYS - WITHIN + 1)]


@table_job(
    writes=MKT_EFFECT,
    others=Known(DWD_EXTERNAL_CONTACT, _days, is_needed=False),
    earlier=Between(MKT_DECISION, _since, lambda on: on - timedelta(days=WITHIN)),
    contacts=Between(MKT_CONTACT, _since, lambda on: on - timedelta(days=WITHIN)),
    orders=Snapshot(DWD_SUBSCRIPTION_INTERVAL),
    products=InForce(ODS_PRODUCT),
)
def measure_effects(
    on: date, others: "DataFrame", earlier: "DataFrame", contacts: "DataFrame", orders: "DataFrame", products: "DataFrame"
) -> "DataFrame":
    """Measure the effect of contacts by product class and channel, from our control groups and other departments' drawn arms.

    No row means that no arm was drawn yet. Then scenarios use assumed rates.
    """
    from pyspark.sql import functions as F

    drawn = _others(others, newest_on(products, "product", on)).unionByName(_ours(earlier, contacts))
    ordered = orders.select("subscriber_id", F.col("product_kind").alias("kind"), F.to_date("ordered_at").alias("ordered_on"))
    days = F.date_diff("ordered_on", "day").between(0, WITHIN)
    both = drawn.withColumn("row", F.monotonically_increasing_id()).join(ordered, ["subscriber_id", "kind"], "left")
    each = both.groupBy("row", "kind", "channel", "is_treated", "weight").agg(F.coalesce(F.bool_or(days), F.lit(False)).alias("took"))
    weight = F.col("weight")
    arms = each.groupBy("kind", "channel", "is_treated").agg(
        F.count("*").alias("count"),
        F.sum(weight).alias("all"),
        F.sum(F.when(F.col("took"), weight).otherwise(0.0)).alias("ordered"),
        F.sum(weight * weight).alias("squares"),
    )
    nobody = Arm(0, 0.0, 0.0, 0.0)
    found = {(row.kind, row.channel, row.is_treated): Arm(row["count"], row["all"], row.ordered, row.squares) for row in arms.collect()}
    compared = [
        (kind, channel, *(found.get((kind, channel, arm), nobody) for arm in (True, False)))
        for kind, channel in sorted({key[:2] for key in found})
    ]
    told = [
        (
            *(one.kind, one.channel, found[one.kind, one.channel, True].count, found[one.kind, one.channel, False].count),
            *(round(value * _MILLION) for value in (one.measured, one.error, one.shrunk)),
        )
        for one in effects(compared)
    ]
    columns = ", ".join(f"{column.name} {column.type}" for column in MKT_EFFECT.columns if column.name != "business_date")
    return others.sparkSession.createDataFrame(told, columns).withColumn("business_date", F.lit(on))


def _others(others: "DataFrame", products: "DataFrame") -> "DataFrame":
    """Return the drawn rows of other departments, as subscriber_id, kind, channel, day, is_treated and weight."""
    from pyspark.sql import functions as F

    kinds = products.select("product", F.col("product_kind").alias("kind"))
    drawn = others.where("arm IS NOT NULL AND subscriber_id IS NOT NULL").join(kinds, "product")
    is_treated = F.col("arm") == "treated"
    return _weighted(drawn.withColumn("is_treated", is_treated))


def _ours(decided: "DataFrame", contacts: "DataFrame") -> "DataFrame":
    """Return our own members who would have been listed, of lists that reached their channel: who was held out is the control arm."""
    from pyspark.sql import functions as F

    wanted = {f"{s.name} {step.name}": s.success_of(step) for s in SCENARIOS for step in s.timing.steps}
    kinds = {key: of.kind for key, of in wanted.items() if isinstance(of, Ordered)}
    kind = looked_up(kinds, F.concat_ws(" ", "scenario", "step"))
    sent = contacts.select(*_LIST).distinct()
    meant = decided.where("would_list AND stage IN ('listed', 'held_out')").join(sent, list(_LIST), "left_semi")
    told = {"kind": kind, "day": F.date_add("business_date", 1), "is_treated": F.col("stage") == "listed"}
    # Of steps whose success is no order there is nothing to measure here.
    return _weighted(meant.withColumns(told).where("kind IS NOT NULL"))


def _weighted(drawn: "DataFrame") -> "DataFrame":
    """Return the rows with the weight of their arm; rows of which the draw is not known are left out."""
    from pyspark.sql import functions as F

    share = F.col("propensity_ppm") / _MILLION
    weight = 1 / F.when(F.col("is_treated"), share).otherwise(1 - share)
    known = drawn.where("propensity_ppm BETWEEN 1 AND 999999")
    return known.select("subscriber_id", "kind", "channel", "day", "is_treated", weight.alias("weight"))
