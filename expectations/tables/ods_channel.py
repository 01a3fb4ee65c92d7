"""S11 as delivered: channels with cost and capacity."""

from expectations.checks import NOT_NULL, between, one_of
from expectations.columns import EXTRACT_DAY, LOAD_ID, MOST_COUNTED, VALID_FROM, VALID_TO, amount
from expectations.contract import Column, Table

ODS_CHANNEL = Table(
    name="ods.channel",
    owner="channels",
    comment="One row per channel and validity (S11).",
    key=("channel", "valid_from", "load_id"),
    event_date="day",
    columns=(
        EXTRACT_DAY,
        Column("channel", "string", "Channel code.", (NOT_NULL,)),
        Column("channel_name", "string", "Name used by the operator's staff (Chinese).", (NOT_NULL,)),
        Column("mode", "string", "Active: we start; passive: the customer comes.", (NOT_NULL, one_of("active", "passive"))),
        amount("contact_cost_fen", "Cost of one contact."),
        Column("daily_capacity", "bigint", "Contacts a day.", (between(0, MOST_COUNTED),), null_means="unlimited"),
        VALID_FROM,
        VALID_TO,
        LOAD_ID,
    ),
)
