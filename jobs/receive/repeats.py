"""Rows of one load with the same key: one is loaded, the others are quarantined with the reason."""

from typing import TYPE_CHECKING

from expectations.feed import Feed

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

SUPERSEDED = "superseded by a newer state of the same key in this delivery"


def marked(feed: Feed, rows: "DataFrame") -> "DataFrame":
    """Return the parsed rows. Of good rows with the same key all but one get a reason.

    The first row is loaded. If the feed has `newest_by`, the newest is loaded: null is oldest, and of equals the last in the files.
    """
    from pyspark.sql import functions as F

    if not feed.table.key:
        return rows
    # The audit counts keys in the same way: the same content may be a load of several nights.
    key = list(feed.table.audited_key)
    place = F.struct(*feed.newest_by, "file", "at")
    stays = F.max(place) if feed.newest_by else F.min(place)
    fine = rows.where(F.size("reasons") == 0)
    repeated = fine.groupBy(*key).agg(F.count("*").alias("n"), stays.alias("stays")).where("n > 1").drop("n")
    if repeated.isEmpty():
        return rows
    named = ", ".join(feed.table.grain)
    reason = SUPERSEDED if feed.newest_by else f"repeats the key ({named}) of an earlier row"
    leaves = F.col("stays").isNotNull() & ~place.eqNullSafe(F.col("stays")) & (F.size("reasons") == 0)
    return (
        rows.join(F.broadcast(repeated), key, "left")
        .withColumn("reasons", F.when(leaves, F.array(F.lit(reason))).otherwise(F.col("reasons")))
        .drop("stays")
    )
