"""The contacts that a channel received: one row for each row of a list that is complete in the outbox."""

from expectations.checks import IS_TOKEN, NOT_NULL, at_least, one_of
from expectations.columns import CITY, SUBSCRIBER_ID
from expectations.contract import Column, Table

MKT_CONTACT = Table(
    name="mkt.contact",
    owner="marketing",
    comment="One row per row of a list whose `.ok` was written. Decisions that are in no such list have no row.",
    key=("contact_id",),
    may_be_empty=True,  # most nights publish no list
    columns=(
        Column(
            "contact_id", "string", "Hash of business date, scenario, step and subscriber; a re-run gives the same.", (NOT_NULL, IS_TOKEN)
        ),
        Column("scenario", "string", "The scenario's name.", (NOT_NULL,)),
        Column("step", "string", "The scenario's step.", (NOT_NULL,)),
        SUBSCRIBER_ID,
        CITY,
        Column("channel", "string", "Channel that received the row.", (NOT_NULL,)),
        Column("mode", "string", "Kind of contact.", (NOT_NULL, one_of("active", "passive"))),
        Column("offer", "string", "Product offered."),
        Column("resource", "string", "Resource that comes with it.", null_means="none"),
        Column("file", "string", "List file, as a path below the outbox.", (NOT_NULL,)),
        Column("rank", "int", "Place within the scenario's step, as in the file.", (NOT_NULL, at_least(1))),
        Column("valid_from", "date", "First day on which the contact may be made.", (NOT_NULL,)),
        Column("valid_to", "date", "Last day on which it may be made.", (NOT_NULL,)),
    ),
)
