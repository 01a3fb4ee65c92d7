"""Use per subscriber and day, cleaned."""

from expectations.columns import DAY, MOST_BYTES_A_DAY, SUBSCRIBER_ID, volume
from expectations.contract import Table
from expectations.tables.ods_usage import MEASURES, ODS_USAGE

DWD_USAGE_DAILY = Table(
    name="dwd.usage_daily",
    owner="usage",
    comment="One row per subscriber and day with any use. A day without a row is a day without use.",
    key=("subscriber_id",),
    event_date="day",
    follows=ODS_USAGE,
    columns=(DAY, SUBSCRIBER_ID, *MEASURES, volume("data_bytes", "Cellular data: 2G, 3G and 4G.", 3 * MOST_BYTES_A_DAY)),
)
