"""How a subscriber answers through each channel, compared with the province."""

from expectations.checks import NOT_NULL, between
from expectations.columns import SUBSCRIBER_ID
from expectations.contract import Column, Table

DWD_CHANNEL_RESPONSE = Table(
    name="dwd.channel_response",
    owner="channels",
    comment="One row per subscriber and channel through which a contact with them was made in the last 90 days, by feedback (S12).",
    key=("subscriber_id", "channel"),
    may_be_empty=True,
    columns=(
        SUBSCRIBER_ID,
        Column("channel", "string", "The channel.", (NOT_NULL,), label="渠道"),
        Column("contacts", "int", "Contacts that were made.", (NOT_NULL,), unit="contacts"),
        Column("taken_up", "int", "Contacts after which the customer took up the offer.", (NOT_NULL,), unit="contacts"),
        Column(
            "response_ppm",
            "int",
            "Share of the contacts that were taken up, drawn towards the province's share for the channel when contacts are few.",
            (NOT_NULL, between(0, 1_000_000)),
            unit="ppm",
        ),
    ),
)
