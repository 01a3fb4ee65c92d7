"""S11 as delivered: what a county, an account manager, a shop or an agent takes of a channel in a day."""

from expectations.checks import NOT_NULL, between, matches, one_of
from expectations.columns import CODE_TEXT, EXTRACT_DAY, LOAD_ID, MOST_COUNTED, SHORT_CODE, VALID_FROM, VALID_TO
from expectations.contract import Column, Table

UNITS = ("county", "manager", "shop", "agent")

ODS_CAPACITY = Table(
    name="ods.capacity",
    owner="channels",
    comment="One row per unit of a channel and validity (S11). What is not stated is no limit.",
    key=("capacity", "valid_from", "load_id"),
    event_date="day",
    columns=(
        EXTRACT_DAY,
        Column("capacity", "string", "Code of the line.", (NOT_NULL, CODE_TEXT)),
        Column("channel", "string", "Channel code.", (NOT_NULL, CODE_TEXT)),
        Column("unit", "string", "Who takes the contacts.", (NOT_NULL, one_of(*UNITS))),
        Column("unit_code", "string", "Code of the county, manager, shop or agent.", (NOT_NULL, SHORT_CODE)),
        Column("county", "string", "County whose customers a shop or an agent serves.", (matches("[0-9]{6}"),), null_means="all counties"),
        Column("daily_capacity", "bigint", "Contacts a day.", (NOT_NULL, between(0, MOST_COUNTED))),
        VALID_FROM,
        VALID_TO,
        LOAD_ID,
    ),
)
