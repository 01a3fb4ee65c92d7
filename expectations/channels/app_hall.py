"""The self-service app."""

from datetime import time

from expectations.channel import QUERIES, Channel
from expectations.feedback import PAGE_COUNTS, FeedbackForm, given

APP_HALL_CHANNEL = Channel(
    name="app_hall",
    label="掌上营业厅",
    modes=("passive",),
    medium="picture_and_text",
    moments=("login", *QUERIES, "payment", "service_change"),
    publish_by=time(7, 0),
    feedback=FeedbackForm(
        stages=given(
            accepted="01",
            rejected="02",
            delivered="03",
            shown="11",
            buy_clicked="12",
            ordered="13",
            query_clicked="14",
            ordered_after_query="15",
            outcome="09",
            satisfaction="10",
        ),
        columns=given(
            happened_at="ts",
            number="phone",
            scenario="scene",
            step="step",
            list_date="batch",
            contact_id="cid",
            stage="action",
            outcome="result",
            reason="error",
            satisfaction="stars",
        ),
        replies=given(satisfied="5", dissatisfied="1"),
        delimiter=",",
        header=True,
    ),
    counts=PAGE_COUNTS,
)
