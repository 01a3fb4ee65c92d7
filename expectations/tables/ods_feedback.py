"""S12: what channels report about the rows of their lists, as delivered and by subscriber."""

from dataclasses import replace

from expectations.checks import IS_TOKEN, NOT_NULL, one_of
from expectations.columns import DAY, LOAD_ID, SHORT_CODE
from expectations.contract import FEED, KNOWN_ON, Column, Table
from expectations.feedback import OUTCOMES, REASONS, REPLIES
from expectations.resolved import resolved
from expectations.row_checks import before, given_when

ODS_FEEDBACK = Table(
    name="ods.feedback",
    owner="channels",
    comment="One row per row of a list and thing that happened to it (S12).",
    key=("recipient", "scenario", "step", "list_date", "stage", "happened_at", "load_id"),
    event_date="day",
    columns=(
        DAY,
        Column("happened_at", "timestamp", "When it happened.", (NOT_NULL,)),
        Column("channel", "string", "The channel that reports it.", (NOT_NULL,), label="渠道"),
        Column("scenario", "string", "The list's scenario.", (NOT_NULL, SHORT_CODE)),
        Column("step", "string", "The scenario's step.", (NOT_NULL, SHORT_CODE)),
        Column("list_date", "date", "Business date of the list; its channel has it a day later.", (NOT_NULL, before("day"))),
        Column(
            "recipient",
            "string",
            "Token of the number or, if the channel's lists have no numbers, the contact id; 32 hex digits.",
            (NOT_NULL, IS_TOKEN),
        ),
        Column("contact_id", "string", "The contact, as in mkt.contact.", (IS_TOKEN,), null_means="the list had no contact ids"),
        Column(
            "stage",
            "string",
            "accepted, rejected, delivered, reached, outcome, satisfaction, or the stage of one of the channel's own counts.",
            (NOT_NULL,),
        ),
        Column(
            "reason",
            "string",
            "Why the row was rejected.",
            (one_of(*REASONS), given_when("stage", "rejected")),
            null_means="it was not rejected",
        ),
        Column(
            "outcome",
            "string",
            "What the customer decided.",
            (one_of(*OUTCOMES), given_when("stage", "outcome")),
            null_means="the row is about another stage",
        ),
        Column(
            "satisfaction",
            "string",
            "The customer's reply.",
            (one_of(*REPLIES), given_when("stage", "satisfaction")),
            null_means="the row is about another stage",
        ),
        LOAD_ID,
    ),
)
DWD_FEEDBACK = replace(
    resolved(ODS_FEEDBACK, by="recipient"),
    comment=(
        f"{ODS_FEEDBACK.comment} Each is of the subscriber of the contact that it names or, if it names none, of who held the number that "
        "day; ops.unheld counts those of nobody."
    ),
    # A fact adds known_on and feed itself.
    columns=tuple(column for column in resolved(ODS_FEEDBACK, by="recipient").columns if column not in (KNOWN_ON, FEED)),
)
