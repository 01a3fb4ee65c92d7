"""S17: numbers that want no marketing, as delivered and by subscriber."""

from expectations.checks import NOT_NULL
from expectations.columns import EXTRACT_DAY, LOAD_ID, NUMBER_TOKEN, SUBSCRIBER_ID
from expectations.contract import LEAST_KEPT_DAYS, Column, Table

# The scope that stands for every channel.
ALL_MARKETING = "all"

ODS_NO_CALL = Table(
    name="ods.no_call",
    kept_days=LEAST_KEPT_DAYS,
    owner="compliance",
    comment="One row per number on a no-call list, scope and extract day (S17).",
    key=("number_token", "scope", "load_id"),
    event_date="day",
    columns=(
        EXTRACT_DAY,
        NUMBER_TOKEN,
        Column("scope", "string", f"The channel that must not be used, or {ALL_MARKETING!r} for every channel.", (NOT_NULL,)),
        Column("listed_on", "date", "When the number was put on the list.", null_means="not known"),
        LOAD_ID,
    ),
)

DWD_NO_CALL = Table(
    name="dwd.no_call",
    kept_days=LEAST_KEPT_DAYS,
    owner="compliance",
    comment=(
        "One row per subscriber on the newest no-call list known: who has the number tonight, and who had it when it was put on the list."
    ),
    key=("subscriber_id",),
    may_be_empty=True,
    columns=(
        SUBSCRIBER_ID,
        Column("no_call_scopes", "array<string>", "Channels that must not be used, sorted; all stands for every channel.", (NOT_NULL,)),
    ),
)
