"""The self-service terminal in a hall."""

from datetime import time

from expectations.channel import QUERIES, Channel
from expectations.feedback import POP_UP_COUNTS, FeedbackForm, given

KIOSK_CHANNEL = Channel(
    name="kiosk",
    label="自助终端",
    modes=("passive",),
    medium="picture_and_text",
    moments=("login", *QUERIES, "payment"),
    publish_by=time(7, 0),
    feedback=FeedbackForm(
        stages=given(
            accepted="01",
            rejected="02",
            delivered="03",
            popped_up="11",
            buy_clicked="12",
            ordered="13",
            query_clicked="14",
            ordered_after_query="15",
            outcome="09",
            satisfaction="10",
        ),
        encoding="gb18030",
    ),
    counts=POP_UP_COUNTS,
)
