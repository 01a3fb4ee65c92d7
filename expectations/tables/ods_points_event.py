"""S13 as delivered: points that clerks and subscribers earned or spent."""

from expectations.checks import IS_TOKEN, NOT_NULL, between, one_of
from expectations.columns import CODE_TEXT, DAY, LOAD_ID, SHORT_CODE
from expectations.contract import Column, Table

EARNERS = ("clerk", "subscriber")

ODS_POINTS_EVENT = Table(
    name="ods.points_event",
    owner="points",
    comment="One row per change of an account of points (S13).",
    key=("event_id", "load_id"),
    event_date="day",
    columns=(
        DAY,
        Column("event_id", "string", "The points platform's id of the event.", (NOT_NULL, CODE_TEXT)),
        Column("occurred_at", "timestamp", "When it happened.", (NOT_NULL,)),
        Column("earner", "string", "Whose account: a clerk's or a subscriber's.", (NOT_NULL, one_of(*EARNERS)), label="积分人"),
        Column("clerk_id", "string", "Code of the clerk.", (SHORT_CODE,), label="店员编号", null_means="a subscriber's account"),
        Column("number_token", "string", "Token of the subscriber's number.", (IS_TOKEN,), null_means="a clerk's account"),
        Column(
            "reason",
            "string",
            "Why the points changed.",
            (NOT_NULL, one_of("consumption", "recommendation", "redeemed", "expired", "corrected")),
            label="积分原因",
        ),
        Column(
            "points", "int", "Points added; below zero: taken.", (NOT_NULL, between(-1_000_000, 1_000_000)), unit="points", label="积分"
        ),
        LOAD_ID,
    ),
)
