"""The contacts that channels must not make any more."""

from expectations.checks import NOT_NULL
from expectations.columns import SUBSCRIBER_ID
from expectations.contract import Column, Table
from expectations.tables.mkt_contact import MKT_CONTACT

# Every reason for a recall, as its code and what it means to the channel.
RECALLS = {
    "stopped": "the scenario or the channel was stopped, or the scenario is paused, closed or gone",
    "no_call": "the number is on the no-call list",
    "do_not_disturb": "the customer wants no marketing, none through this channel, or none of such products",
    "no_consent": "the customer has withdrawn the consent",
    "taken_up": "the customer has ordered a product of the kind offered, or a channel says that they took it up",
    "number_changed": "the number is no longer the customer's",
    "not_in_use": "the subscription is not in use",
}

MKT_RECALL = Table(
    name="mkt.recall",
    owner="marketing",
    comment="One row per contact of a list that is still valid on the day of import, and that the channel must not make any more.",
    key=("contact_id",),
    may_be_empty=True,
    columns=(
        MKT_CONTACT.column("contact_id"),
        MKT_CONTACT.column("scenario"),
        MKT_CONTACT.column("step"),
        SUBSCRIBER_ID,
        MKT_CONTACT.column("channel"),
        Column("list_date", "date", "Business date of the list.", (NOT_NULL,)),
        MKT_CONTACT.column("valid_to"),
        Column("reasons", "array<string>", f"Every reason, as codes: {', '.join(RECALLS)}.", (NOT_NULL,)),
    ),
)
