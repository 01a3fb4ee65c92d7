"""What a subscriber read and watched on a day, by content category and site, from the WAP log."""

from expectations.checks import NOT_NULL, at_least
from expectations.columns import DAY, LOAD_ID, MOST_BYTES_INCLUDED, SUBSCRIBER_ID, volume
from expectations.contract import Column, Table
from expectations.tables.ods_wap_log import ODS_WAP_LOG

DWD_CONTENT_DAILY = Table(
    name="dwd.content_daily",
    owner="network",
    comment="One row per subscriber, day, content category, site and load. ops.unheld counts requests of numbers that nobody held.",
    key=("subscriber_id", "category", "site", "load_id"),
    event_date="day",
    follows=ODS_WAP_LOG,
    columns=(
        DAY,
        SUBSCRIBER_ID,
        Column("category", "string", "Content category of the host; unknown if no rule fits it.", (NOT_NULL,)),
        Column("site", "string", "App; without one the registered domain of a host with a category; else unknown.", (NOT_NULL,)),
        Column("requests", "bigint", "Requests, a repeated one counted once.", (NOT_NULL, at_least(1))),
        Column("repeats", "bigint", "Requests that the log has again with the same second, host and bytes.", (NOT_NULL, at_least(0))),
        Column("visits", "bigint", "Requests with none of the category in the 30 minutes before.", (NOT_NULL, at_least(0)), label="会话数"),
        volume("content_bytes", "Bytes sent and received.", MOST_BYTES_INCLUDED),
        LOAD_ID,
    ),
)
