"""The operator's portal."""

from datetime import time

from expectations.channel import Channel
from expectations.feedback import PAGE_COUNTS, FeedbackForm, given

PORTAL_CHANNEL = Channel(
    name="portal",
    label="门户网站",
    modes=("passive",),
    medium="picture_and_text",
    moments=("login", "offer_query"),
    publish_by=time(7, 0),
    feedback=FeedbackForm(
        stages=given(
            accepted="accept",
            rejected="reject",
            shown="impression",
            query_clicked="click",
            buy_clicked="buy",
            ordered="order",
            ordered_after_query="order_later",
            outcome="result",
            satisfaction="rate",
        ),
        columns=given(
            happened_at="event_time",
            stage="event",
            number="user_phone",
            scenario="campaign",
            step="campaign_step",
            list_date="list_day",
            contact_id="ad_id",
            outcome="event_result",
            reason="event_error",
            satisfaction="event_rate",
        ),
        replies=given(satisfied="good", dissatisfied="bad"),
        delimiter="\t",
    ),
    counts=PAGE_COUNTS,
)
