"""Which content keywords a subscriber searched for on a day, from the WAP log."""

from expectations.checks import NOT_NULL, at_least
from expectations.columns import DAY, LOAD_ID, SUBSCRIBER_ID
from expectations.contract import Column, Table
from expectations.tables.ods_wap_log import ODS_WAP_LOG

DWD_TERM_DAILY = Table(
    name="dwd.term_daily",
    owner="network",
    comment="One row per subscriber, day, content keyword and load; only reviewed keywords, none of a sensitive topic.",
    key=("subscriber_id", "term", "load_id"),
    event_date="day",
    follows=ODS_WAP_LOG,
    columns=(
        DAY,
        SUBSCRIBER_ID,
        Column("term", "string", "Content keyword.", (NOT_NULL,)),
        Column("category", "string", "Its content category.", (NOT_NULL,)),
        Column("searches", "bigint", "Requests with it.", (NOT_NULL, at_least(1))),
        LOAD_ID,
    ),
)
