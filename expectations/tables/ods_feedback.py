"""S12: what channels report about the rows of their lists, as delivered and by subscriber."""

from expectations.checks import NOT_NULL, one_of
from expectations.columns import DAY, LOAD_ID, NUMBER_TOKEN
from expectations.contract import Column, Table
from expectations.feedback import OUTCOMES, REASONS, REPLIES
from expectations.resolved import resolved

ODS_FEEDBACK = Table(
    name="ods.feedback",
    owner="channels",
    comment="One row per row of a list and thing that happened to it (S12).",
    key=("number_token", "scenario", "step", "list_date", "stage", "happened_at", "load_id"),
    event_date="day",
    columns=(
        DAY,
        Column("happened_at", "timestamp", "When it happened.", (NOT_NULL,)),
        Column("channel", "string", "The channel that reports it.", (NOT_NULL,), label="渠道"),
        Column("scenario", "string", "The list's scenario.", (NOT_NULL,)),
        Column("step", "string", "The scenario's step.", (NOT_NULL,)),
        Column("list_date", "date", "Business date of the list.", (NOT_NULL,)),
        NUMBER_TOKEN,
        Column("contact_id", "string", "The contact, as in mkt.contact.", null_means="the list had no contact ids"),
        Column(
            "stage",
            "string",
            "accepted, rejected, delivered, reached, outcome, satisfaction, or the stage of one of the channel's own counts.",
            (NOT_NULL,),
        ),
        Column("reason", "string", "Why the row was rejected.", (one_of(*REASONS),), null_means="it was not rejected"),
        Column("outcome", "string", "What the customer decided.", (one_of(*OUTCOMES),), null_means="the row is about another stage"),
        Column("satisfaction", "string", "The customer's reply.", (one_of(*REPLIES),), null_means="the row is about another stage"),
        LOAD_ID,
    ),
)
DWD_FEEDBACK = resolved(ODS_FEEDBACK)
