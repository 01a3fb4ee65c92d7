"""A bar in the browser, shown once: at the first use in the month."""

from datetime import time

from expectations.channel import Channel
from expectations.feedback import POP_UP_COUNTS, FeedbackForm, given

TOOLBAR_CHANNEL = Channel(
    name="toolbar",
    label="ToolBar",
    modes=("passive",),
    medium="picture_and_text",
    moments=("first_browse",),
    publish_by=time(7, 0),
    feedback=FeedbackForm(
        stages=given(
            accepted="01",
            rejected="02",
            delivered="03",
            popped_up="21",
            buy_clicked="22",
            ordered="23",
            query_clicked="24",
            ordered_after_query="25",
            outcome="09",
            satisfaction="10",
        ),
        delimiter="\x01",
    ),
    counts=POP_UP_COUNTS,
)
