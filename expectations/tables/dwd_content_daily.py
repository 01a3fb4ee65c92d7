"""What a subscriber read and watched on a day, by content category, from the WAP log."""

from expectations.checks import NOT_NULL, at_least
from expectations.columns import DAY, LOAD_ID, MOST_BYTES_INCLUDED, SUBSCRIBER_ID, volume
from expectations.contract import Column, Table
from expectations.tables.ods_wap_log import ODS_WAP_LOG

DWD_CONTENT_DAILY = Table(
    name="dwd.content_daily",
    owner="network",
    comment="One row per subscriber, day, content category and load. Requests of numbers that nobody held that day are not counted.",
    key=("subscriber_id", "category", "load_id"),
    event_date="day",
    follows=ODS_WAP_LOG,
    columns=(
        DAY,
        SUBSCRIBER_ID,
        Column("category", "string", "Content category of the host; unknown if the dictionary does not have the host.", (NOT_NULL,)),
        Column("requests", "bigint", "Requests.", (NOT_NULL, at_least(1))),
        volume("content_bytes", "Bytes sent and received.", MOST_BYTES_INCLUDED),
        LOAD_ID,
    ),
)
