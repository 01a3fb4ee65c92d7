"""Tables of the vault: identifiers beside their tokens, numbers for the list writer, text of quarantined rows. Never in the lake."""

from expectations.checks import IS_TOKEN, NOT_NULL
from expectations.columns import EXTRACT_DAY, LOAD_ID, SUBSCRIBER_ID
from expectations.contract import FEED, KNOWN_ON, Column, Table

VAULT_NUMBER = Table(
    name="vault.number",
    owner="platform",
    comment="One row per subscription and extract day: the number for list files.",
    key=("subscriber_id", "load_id"),
    event_date="day",
    columns=(EXTRACT_DAY, SUBSCRIBER_ID, Column("number", "string", "Telephone number, personal.", (NOT_NULL,)), LOAD_ID),
)

VAULT_IDENTITY = Table(
    name="vault.identity",
    owner="platform",
    comment="One row per identifier that a feed introduced, with its token. It only grows, so a token outlives the key that made it.",
    key=("identity", "raw"),
    event_date="since",
    columns=(
        Column("since", "date", "Event date of the load that first had it.", (NOT_NULL,)),
        Column("identity", "string", "Kind of identifier: user, number, imei.", (NOT_NULL,)),
        Column("raw", "string", "The identifier as delivered, personal.", (NOT_NULL,)),
        Column("token", "string", "Its token, 32 hex digits.", (NOT_NULL, IS_TOKEN)),
        LOAD_ID,
    ),
)

VAULT_QUARANTINE = Table(
    name="vault.quarantine",
    owner="platform",
    comment="The text of every quarantined row.",
    key=("load_id", "file", "line"),
    log_of=("feed", "known_on"),
    columns=(
        FEED,
        KNOWN_ON,
        LOAD_ID,
        Column("file", "string", "Part file.", (NOT_NULL,)),
        Column("line", "bigint", "Line in the part file, counted from 1.", (NOT_NULL,)),
        Column("text", "string", "The row as delivered; personal data."),
    ),
)
