"""What a subscriber read and watched on a day, by content category; out of the WAP log."""

from expectations.checks import NOT_NULL, at_least
from expectations.columns import DAY, LOAD_ID, MOST_BYTES_INCLUDED, SUBSCRIBER_ID, volume
from expectations.contract import Column, Table
from expectations.tables.ods_wap_log import ODS_WAP_LOG

DWD_CONTENT_DAILY = Table(
    name="dwd.content_daily",
    owner="network",
    comment="One row per subscriber, day, content category and load. Requests of numbers nobody held that day are counted in no row.",
    key=("subscriber_id", "category", "load_id"),
    event_date="day",
    follows=ODS_WAP_LOG,
    columns=(
        DAY,
        SUBSCRIBER_ID,
        Column("category", "string", "Content category of the host; unknown when the dictionary lacks it.", (NOT_NULL,)),
        Column("requests", "bigint", "Requests.", (NOT_NULL, at_least(1))),
        volume("content_bytes", "Bytes up and down.", MOST_BYTES_INCLUDED),
        LOAD_ID,
    ),
)
