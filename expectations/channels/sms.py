"""A short message. A text behind the answer to a query is a channel of its own, sms_tail."""

from datetime import time

from expectations.channel import Channel, ListForm
from expectations.feedback import Count, FeedbackForm, given

SMS_CHANNEL = Channel(
    name="sms",
    label="短信",
    modes=("active",),
    medium="text",
    publish_by=time(8, 0),
    form=ListForm(
        # The short-message centre reads GB18030 and needs only the text.
        columns=("rank", "number", "contact_id", "product", "message"),
        delimiter="|",
        encoding="gb18030",
        short_messages_at_most=3,
        how_to_order="回Y办理,",
        opt_out="退订回TD",
    ),
    feedback=FeedbackForm(
        stages=given(
            accepted="ACCEPTD",
            rejected="REJECTD",
            sent="SUBMITD",
            delivered="DELIVRD",
            replied="REPLY",
            replied_validly="REPLYOK",
            agreed="DEAL",
            ordered="DONE",
            query_clicked="CLICK",
            outcome="RESULT",
            satisfaction="SATISF",
        ),
        columns=given(
            number="DEST_ADDR",
            scenario="SERVICE_ID",
            step="BATCH",
            list_date="LIST_DAY",
            stage="STAT",
            happened_at="DONE_TIME",
            reason="ERR",
            outcome="RESULT",
            satisfaction="SCORE",
            contact_id="MSG_REF",
        ),
        reasons=given(not_in_service="MK:0001", opted_out="MK:0005", no_capacity="MK:0010", unusable="MK:0099"),
        delimiter="|",
        encoding="gb18030",
    ),
    counts=(
        Count(stage="accepted", label="号码量", common="customers"),
        Count(stage="sent", label="下发量", common="pushed"),
        Count(stage="replied", label="回复量"),
        Count(stage="replied_validly", label="回复有效量"),
        Count(stage="agreed", label="业务成交量"),
        Count(stage="ordered", label="办理成功量", common="taken_up"),
        Count(stage="query_clicked", label="查询链接点击量", common="reached"),
    ),
)
