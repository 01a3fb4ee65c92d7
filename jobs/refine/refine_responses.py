"""How subscribers answer through each channel."""

from datetime import date
from typing import TYPE_CHECKING

from expectations.tables.dwd_channel_response import DWD_CHANNEL_RESPONSE
from expectations.tables.ods_feedback import DWD_FEEDBACK
from features.answers import responses
from features.windows import Window
from jobs.runtime.job import table_job
from jobs.runtime.reads import Known

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table_job(writes=DWD_CHANNEL_RESPONSE, feedback=Known(DWD_FEEDBACK, Window("days", 90).days))
def refine_responses(on: date, feedback: "DataFrame") -> "DataFrame":
    """Count contacts made and taken up in the last 90 days, by subscriber and channel, beside the province's share (S12, T7)."""
    from pyspark.sql import functions as F

    return responses(feedback).withColumn("business_date", F.lit(on))
