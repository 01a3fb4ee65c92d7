"""The self-service site for simple handsets."""

from datetime import time

from expectations.channel import QUERIES, Channel
from expectations.feedback import PAGE_COUNTS, FeedbackForm, given

WAP_HALL_CHANNEL = Channel(
    name="wap_hall",
    label="WAP营业厅",
    modes=("passive",),
    medium="text",
    moments=("login", *QUERIES, "payment"),
    publish_by=time(7, 0),
    feedback=FeedbackForm(
        stages=given(
            accepted="W00",
            rejected="W99",
            shown="W11",
            query_clicked="W12",
            buy_clicked="W13",
            ordered="W14",
            ordered_after_query="W15",
            outcome="W20",
            satisfaction="W30",
        ),
        columns=given(
            number="MDN",
            happened_at="ACCESS_TIME",
            stage="PAGE_CODE",
            scenario="TOPIC_CODE",
            step="TOPIC_STEP",
            list_date="TOPIC_DATE",
            reason="ERR_CODE",
            outcome="USER_CHOICE",
            satisfaction="USER_SCORE",
            contact_id="TRACE_NO",
        ),
        reasons=given(not_in_service="101", opted_out="102", no_capacity="103", unusable="199"),
        delimiter="|",
        encoding="gb18030",
        header=True,
    ),
    counts=PAGE_COUNTS,
)
