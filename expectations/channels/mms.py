"""A message with a picture."""

from datetime import time

from expectations.channel import Channel
from expectations.feedback import Count, FeedbackForm, given

MMS_CHANNEL = Channel(
    name="mms",
    label="彩信",
    modes=("active",),
    medium="picture_and_text",
    publish_by=time(8, 0),
    feedback=FeedbackForm(
        stages=given(
            accepted="ACCEPTED",
            rejected="REJECTED",
            sent="FORWARDED",
            delivered="RETRIEVED",
            read="READ",
            replied="REPLIED",
            ordered="ORDERED",
            outcome="OUTCOME",
            satisfaction="RATED",
        ),
        columns=given(
            contact_id="MESSAGE_ID",
            number="RECIPIENT",
            scenario="VAS_CODE",
            step="BATCH_NO",
            list_date="SUBMIT_DATE",
            happened_at="STATUS_TIME",
            stage="MM_STATUS",
            reason="STATUS_TEXT",
            outcome="OUTCOME",
            satisfaction="RATING",
        ),
        reasons=given(not_in_service="2001", opted_out="4007", no_capacity="3001", unusable="4001"),
        delimiter="|",
        header=True,
    ),
    counts=(
        Count(stage="accepted", label="号码量", common="customers"),
        Count(stage="sent", label="下发量", common="pushed"),
        Count(stage="read", label="阅读量", common="reached"),
        Count(stage="replied", label="回复量"),
        Count(stage="ordered", label="办理成功量", common="taken_up"),
    ),
)
