"""The site that promotes data services."""

from datetime import time

from expectations.channel import Channel
from expectations.feedback import PAGE_COUNTS, FeedbackForm, given

DATA_PARK_CHANNEL = Channel(
    name="data_park",
    label="数据乐园",
    modes=("passive",),
    medium="picture_and_text",
    moments=("login", "offer_query"),
    publish_by=time(7, 0),
    feedback=FeedbackForm(
        stages=given(
            accepted="101",
            rejected="102",
            shown="201",
            query_clicked="202",
            buy_clicked="203",
            ordered="204",
            ordered_after_query="205",
            outcome="301",
            satisfaction="302",
        ),
        columns=given(
            scenario="SceneName",
            step="SceneStep",
            list_date="SceneDate",
            number="Mobile",
            contact_id="TouchNo",
            stage="Action",
            happened_at="ActionTime",
            reason="RejectCode",
            outcome="ResultCode",
            satisfaction="Stars",
        ),
        replies=given(satisfied="5", dissatisfied="1"),
        delimiter=",",
        encoding="gb18030",
        header=True,
    ),
    counts=PAGE_COUNTS,
)
