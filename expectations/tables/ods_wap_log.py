"""S7 as delivered: requests through the WAP gateway; of a URL only the host and reviewed keywords are stored."""

from expectations.checks import NOT_NULL, between, one_of
from expectations.columns import DAY, LOAD_ID, MOST_COUNTED, NUMBER_TOKEN, RATS, SHORT_CODE
from expectations.contract import LEAST_KEPT_DAYS, Column, Table

ODS_WAP_LOG = Table(
    name="ods.wap_log",
    kept_days=LEAST_KEPT_DAYS,
    owner="network",
    comment="One row per request (S7), with the number as a token and without path and query.",
    key=(),
    event_date="day",
    columns=(
        DAY,
        Column("requested_at", "timestamp", "When the request began.", (NOT_NULL,)),
        NUMBER_TOKEN,
        Column("host", "string", "Host of the URL in small letters; `withheld` if it is about a sensitive topic.", (NOT_NULL,)),
        Column("app", "string", "App recognised by host, path and user agent.", null_means="none recognised"),
        Column("terms", "array<string>", "Content keywords in what was searched for.", null_means="no search, or a sensitive one"),
        Column("user_agent", "string", "The handset's user agent.", null_means="not sent"),
        Column("rat", "string", "Radio access.", (one_of(*RATS),)),
        Column("cell", "string", "Cell id.", (SHORT_CODE,)),
        Column("bytes_up", "bigint", "Sent by the handset.", (NOT_NULL, between(0, MOST_COUNTED)), unit="bytes"),
        Column("bytes_down", "bigint", "Received by the handset.", (NOT_NULL, between(0, MOST_COUNTED)), unit="bytes"),
        Column("status", "int", "HTTP status."),
        LOAD_ID,
    ),
)
