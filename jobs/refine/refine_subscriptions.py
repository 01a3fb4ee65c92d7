"""Order lines as intervals, with the product's data from the catalogue."""

from typing import TYPE_CHECKING

from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from expectations.tables.ods_product import ODS_PRODUCT
from expectations.tables.ods_subscription import ODS_SUBSCRIPTION
from expectations.tables.ods_tariff import ODS_TARIFF
from features.effective import newest_on
from features.moment import Moment
from features.state import newest
from jobs.runtime.job import table_job
from jobs.runtime.reads import Entered, InForce, State

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


_OF_LINE = ("order_id", "subscriber_id", "product", "order_source", "ordered_at")
_LINES = Entered(ODS_SUBSCRIPTION, into=DWD_SUBSCRIPTION_INTERVAL)


@table_job(
    writes=DWD_SUBSCRIPTION_INTERVAL,
    held=State(DWD_SUBSCRIPTION_INTERVAL, of=_LINES, told_on="told_on"),
    lines=_LINES,
    products=InForce(ODS_PRODUCT),
    tariffs=InForce(ODS_TARIFF),
)
def refine_subscriptions(moment: Moment, held: "DataFrame", lines: "DataFrame", products: "DataFrame", tariffs: "DataFrame") -> "DataFrame":
    """Keep each order line's newest state known on D; a cancellation ends the interval even when the line names a later expiry (S2)."""
    from pyspark.sql import functions as F

    ended = F.least("expiry_date", F.to_date("cancelled_at") + F.expr("INTERVAL 1 DAY"))
    told = lines.select(
        *_OF_LINE,
        F.col("effective_date").alias("valid_from"),
        ended.cast("date").alias("valid_to"),
        F.col("day").alias("told_on"),
        *moment.per,
    )
    lasting = newest(held.select(*told.columns), told, ["order_id", *moment.per], "told_on")
    product = ["product", *moment.per]
    kinds = newest_on(products, "product", moment.on, moment.per).select(*product, "product_kind", "monthly_fee_fen")
    allowances = newest_on(tariffs, "product", moment.on, moment.per).select(*product, "allowance_bytes", "idle_allowance_bytes")
    return (
        lasting.join(F.broadcast(kinds), product, "left")
        .join(F.broadcast(allowances), product, "left")
        .withColumn("business_date", moment.on)
        .select(*(column.name for column in DWD_SUBSCRIPTION_INTERVAL.columns))
    )
