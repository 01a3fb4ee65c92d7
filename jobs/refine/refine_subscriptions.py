"""Order lines as intervals, with what the catalogue says of the product."""

from datetime import date
from typing import TYPE_CHECKING

from expectations.tables.dwd_subscription_interval import SUBSCRIPTION_INTERVAL
from expectations.tables.ods_product import PRODUCT_CATALOG
from expectations.tables.ods_subscription import SUBSCRIPTION
from expectations.tables.ods_tariff import TARIFF
from features.effective import newest_on
from jobs.runtime.job import table_job
from jobs.runtime.reads import InForce, Known

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table_job(writes=SUBSCRIPTION_INTERVAL, lines=Known(SUBSCRIPTION), products=InForce(PRODUCT_CATALOG), tariffs=InForce(TARIFF))
def refine_subscriptions(on: date, lines: "DataFrame", products: "DataFrame", tariffs: "DataFrame") -> "DataFrame":
    """Keep each order line's newest state known on D; a cancellation ends the interval even when the line names a later expiry (S2)."""
    from pyspark.sql import functions as F

    newest = lines.groupBy("order_id").agg(F.max_by(F.struct(*lines.columns), "day").alias("line")).select("line.*")
    kinds = newest_on(products, "product", on).select("product", "product_kind", "monthly_fee_fen")
    allowances = newest_on(tariffs, "product", on).select("product", "allowance_bytes", "idle_allowance_bytes")
    ended = F.least("expiry_date", F.to_date("cancelled_at") + F.expr("INTERVAL 1 DAY"))
    return (
        newest.join(F.broadcast(kinds), "product", "left")
        .join(F.broadcast(allowances), "product", "left")
        .withColumn("valid_from", F.col("effective_date"))
        .withColumn("valid_to", ended.cast("date"))
        .withColumn("business_date", F.lit(on))
        .select(*(column.name for column in SUBSCRIPTION_INTERVAL.columns))
    )
