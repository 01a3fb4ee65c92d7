"""How subscribers answer through each channel."""

from typing import TYPE_CHECKING

from expectations.tables.dwd_channel_response import DWD_CHANNEL_RESPONSE
from expectations.tables.ods_feedback import DWD_FEEDBACK
from features.answers import responses
from features.moment import Moment
from features.windows import Window
from jobs.runtime.job import table_job
from jobs.runtime.reads import Known

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table_job(writes=DWD_CHANNEL_RESPONSE, feedback=Known(DWD_FEEDBACK, Window("days", 90).days))
def refine_responses(moment: Moment, feedback: "DataFrame") -> "DataFrame":
    """Count contacts made and taken up in the last 90 days, by subscriber and channel, beside the province's share (S12, T7)."""
    return responses(feedback, moment.per).withColumn("business_date", moment.on)
