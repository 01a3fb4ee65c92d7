"""Recognition labels 识别标签 as rows, one per label that holds."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from expectations.columns import LIVE_STATES
from expectations.tables.dws_label import DWS_LABEL
from features.library import CAR
from features.recognition import LABELS, Recognition
from jobs.runtime.job import table_job
from jobs.runtime.reads import Between, Snapshot

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

# As in the family: a gap of up to six nights that were not run does not end a run of nights.
NIGHTS = 7


@table_job(
    writes=DWS_LABEL,
    customers=Snapshot(CAR),
    before=Between(DWS_LABEL, lambda on: on - timedelta(days=NIGHTS), lambda on: on),
)
def write_labels(on: date, customers: "DataFrame", before: "DataFrame") -> "DataFrame":
    """Write the recognition labels of live subscribers as rows, with evidence, first night and advice.

    A label whose tag families were not made tonight has no rows: correct their jobs, then run the night again. Up to six such nights do not
    end its run of nights.
    """
    from pyspark.sql import functions as F

    told = F.filter(F.array(*(_told(key, label) for key, label in LABELS.items())), lambda one: one.isNotNull())
    live = customers.where(F.col("state").isin(*LIVE_STATES))
    rows = live.select("subscriber_id", F.explode(told).alias("row")).select("subscriber_id", "row.*")
    # The last night on which a label was made, so that anybody had it.
    made = before.groupBy("label_number").agg(F.max("business_date").alias("business_date"))
    last = before.join(F.broadcast(made), ["label_number", "business_date"])
    earlier = last.select("subscriber_id", "label_number", F.col("since_date").alias("earlier"))
    since = rows.join(earlier, ["subscriber_id", "label_number"], "left").withColumn("since_date", F.coalesce("earlier", "level_since"))
    return since.withColumn("business_date", F.lit(on)).select(*(column.name for column in DWS_LABEL.columns))


def _told(key: str, of: Recognition) -> "Column":
    """Return the label's row of a subscriber; null if they do not have it."""
    from pyspark.sql import functions as F

    level = F.col(f"{key}_label")
    shown = (F.concat(F.lit(f"{name}="), F.col(name).cast("string")) for name in of.shows)
    row = F.struct(
        F.lit(of.number).alias("label_number"),
        F.lit(key).alias("label"),
        F.lit(of.label).alias("label_name"),
        (level if of.is_graded else F.lit(None).cast("string")).alias("grade"),
        F.col(f"{key}_label_since").alias("level_since"),
        F.concat_ws(", ", *shown).alias("evidence"),
        F.lit(of.advice).alias("advice"),
    )
    return F.when(level.isNotNull(), row)
