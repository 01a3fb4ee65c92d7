"""A text that is shown on the screen and not stored."""

from datetime import time

from expectations.channel import Channel
from expectations.feedback import Count, FeedbackForm, given

USSD_CHANNEL = Channel(
    name="ussd",
    label="USSD",
    modes=("active",),
    medium="text",
    publish_by=time(8, 0),
    feedback=FeedbackForm(
        stages=given(
            accepted="0",
            rejected="1",
            sent="2",
            delivered="3",
            replied="4",
            replied_validly="5",
            ordered="6",
            reached="7",
            outcome="8",
            satisfaction="9",
        ),
        columns=given(
            number="msisdn",
            stage="state",
            happened_at="time",
            list_date="list",
            scenario="service",
            step="round",
            reason="cause",
            outcome="answer",
            satisfaction="score",
            contact_id="session",
        ),
        delimiter=",",
        gzip=False,
    ),
    counts=(
        Count(stage="accepted", label="号码量", common="customers"),
        Count(stage="sent", label="下发量", common="pushed"),
        Count(stage="reached", label="查看量", common="reached"),
        Count(stage="replied", label="回复量"),
        Count(stage="replied_validly", label="回复有效量"),
        Count(stage="ordered", label="办理成功量", common="taken_up"),
    ),
)
