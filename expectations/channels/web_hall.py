"""The self-service web site."""

from dataclasses import replace
from datetime import time

from expectations.channel import QUERIES, USUAL_LIST, Channel
from expectations.feedback import POP_UP_COUNTS, FeedbackForm, given

WEB_HALL_CHANNEL = Channel(
    name="web_hall",
    label="网上营业厅",
    modes=("passive",),
    medium="picture_and_text",
    moments=("login", *QUERIES, "payment", "service_change"),
    publish_by=time(7, 0),
    form=replace(USUAL_LIST, file_name="{city}.gz", compression="gz"),
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
        delimiter="\t",
        header=True,
    ),
    counts=POP_UP_COUNTS,
)
