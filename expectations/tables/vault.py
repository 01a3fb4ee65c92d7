"""Tables of the vault: identifiers beside tokens, numbers and persons, who read them, text of quarantined rows. Never in the lake."""

from expectations.checks import IS_TOKEN, NOT_NULL
from expectations.columns import EXTRACT_DAY, LOAD_ID, SUBSCRIBER_ID
from expectations.contract import FEED, KNOWN_ON, LEAST_KEPT_DAYS, Column, Table

VAULT_NUMBER = Table(
    name="vault.number",
    owner="platform",
    # Kept for ever: `chudian forget` must know every number that somebody had, as long as the landing may have it.
    comment="One row per subscription and extract day: the number for list files.",
    key=("subscriber_id", "load_id"),
    event_date="day",
    columns=(EXTRACT_DAY, SUBSCRIBER_ID, Column("number", "string", "Telephone number, personal.", (NOT_NULL,)), LOAD_ID),
)

VAULT_PERSON = Table(
    name="vault.person",
    kept_days=LEAST_KEPT_DAYS,
    owner="platform",
    comment="One row per subscription and extract day (S5): its holder. The list writer and commands about people read it.",
    key=("subscriber_id", "load_id"),
    event_date="day",
    columns=(
        EXTRACT_DAY,
        SUBSCRIBER_ID,
        Column("name", "string", "Name, personal.", null_means="not stated"),
        Column("address", "string", "Address, personal.", null_means="not stated"),
        Column("document_id", "string", "Number of the identity document, personal.", null_means="not stated"),
        Column("manager_name", "string", "Name of the account manager, personal.", null_means="has no account manager"),
        Column("manager_phone", "string", "Telephone number of the account manager, personal.", null_means="has no account manager"),
        LOAD_ID,
    ),
)

VAULT_READ = Table(
    name="vault.read",
    owner="platform",
    comment="One row each time that somebody read personal data of the vault, or that numbers went into a list.",
    key=(),
    log_of=("command",),
    columns=(
        Column("command", "string", "What read: a command (customer, why, token, group, manager, quarantine) or a job.", (NOT_NULL,)),
        Column("read_at", "timestamp", "When.", (NOT_NULL,)),
        Column("who", "string", "User of the operating system.", (NOT_NULL,)),
        Column("subscriber_id", "string", "Token of the subscriber.", null_means="a list, or nobody was found"),
        Column("fields", "array<string>", "Personal columns that were read.", (NOT_NULL,)),
        Column("rows", "bigint", "Subscribers whose data were read.", (NOT_NULL,)),
        Column("reason", "string", "Reason given by the user, or the list: channel/scenario/step, or push/labels.", (NOT_NULL,)),
        Column("business_date", "date", "Business date of the list.", null_means="no list"),
        Column("run_id", "string", "Run that wrote the list.", null_means="no list"),
    ),
)

VAULT_FORGOTTEN = Table(
    name="vault.forgotten",
    owner="platform",
    comment="One row per identifier of somebody who was forgotten, and one when somebody else gets the number.",
    key=(),
    log_of=("identity",),
    columns=(
        Column("identity", "string", "user or number.", (NOT_NULL,)),
        Column("hash", "string", "Hash of the identifier under forgotten.key.", (NOT_NULL,)),
        Column("length", "int", "Digits of the identifier.", (NOT_NULL,)),
        Column("token", "string", "Token that the lake has; nothing leads to it any more.", null_means="the number has a new holder"),
        Column("ended_on", "date", "First day of the number's new holder.", null_means="nobody else holds it"),
        Column("known_on", "date", "The night whose extract first had the new holder.", null_means="nobody else holds it, or always known"),
    ),
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
    kept_days=LEAST_KEPT_DAYS,
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
