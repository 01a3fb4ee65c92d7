"""A text behind the answer to a query by short message 追尾: a passive contact, made when the customer asks."""

from datetime import time

from expectations.channel import QUERIES, Channel, ListForm
from expectations.feedback import Count, FeedbackForm, given

SMS_TAIL_CHANNEL = Channel(
    name="sms_tail",
    label="短信追尾",
    modes=("passive",),
    medium="text",
    moments=QUERIES,
    part_of="sms",
    publish_by=time(7, 0),
    form=ListForm(
        # Read by the short-message centre, as the lists of `sms`. One short message is what fits behind an answer.
        columns=("rank", "number", "contact_id", "product", "message"),
        delimiter="|",
        encoding="gb18030",
        short_messages_at_most=1,
        how_to_order="回Y办理",
    ),
    feedback=FeedbackForm(
        stages=given(
            accepted="T_ACCEPT",
            rejected="T_REJECT",
            appended="T_APPEND",
            reached="T_READ",
            replied="T_REPLY",
            replied_validly="T_REPLYOK",
            ordered="T_DONE",
            outcome="T_RESULT",
            satisfaction="T_SATISF",
        ),
        columns=given(
            number="QUERY_ADDR",
            scenario="SERVICE_ID",
            step="BATCH",
            list_date="LIST_DAY",
            stage="STAT",
            happened_at="QUERY_TIME",
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
        Count(stage="appended", label="追加量", common="pushed"),
        Count(stage="reached", label="阅读量", common="reached"),
        Count(stage="replied", label="回复量"),
        Count(stage="replied_validly", label="回复有效量"),
        Count(stage="ordered", label="办理成功量", common="taken_up"),
    ),
)
