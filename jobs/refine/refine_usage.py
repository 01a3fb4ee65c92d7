"""Use per subscriber and day."""

from datetime import date
from typing import TYPE_CHECKING

from expectations.tables.dwd_usage_daily import DWD_USAGE_DAILY
from expectations.tables.ods_usage import ODS_USAGE
from jobs.runtime.job import table_job
from jobs.runtime.reads import Arrived

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table_job(writes=DWD_USAGE_DAILY, delivered=Arrived(ODS_USAGE))
def refine_usage(on: date, delivered: "DataFrame") -> "DataFrame":
    """Add the cellular volume; WLAN is not part of it, as plans do not charge it (S3)."""
    return delivered.selectExpr("*", "bytes_2g + bytes_3g + bytes_4g AS data_bytes").select(*(c.name for c in DWD_USAGE_DAILY.columns))
