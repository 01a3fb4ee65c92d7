"""The settled bill per subscriber and month."""

from datetime import date
from typing import TYPE_CHECKING

from expectations.tables.dwd_bill_monthly import DWD_BILL_MONTHLY
from expectations.tables.ods_bill import ODS_BILL
from jobs.runtime.job import table_job
from jobs.runtime.reads import Arrived

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@table_job(writes=DWD_BILL_MONTHLY, delivered=Arrived(ODS_BILL))
def refine_bills(on: date, delivered: "DataFrame") -> "DataFrame":
    """Take over what billing settled; a corrected month is a later load and wins for nights that knew it (S4)."""
    return delivered.select(*(column.name for column in DWD_BILL_MONTHLY.columns))
