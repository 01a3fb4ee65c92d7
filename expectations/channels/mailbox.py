"""A mail to the subscriber's 139 mailbox."""

from datetime import time

from expectations.channel import Channel
from expectations.feedback import Count, FeedbackForm, given

MAILBOX_CHANNEL = Channel(
    name="mailbox",
    label="139邮箱",
    modes=("active",),
    medium="picture_and_text",
    publish_by=time(8, 0),
    feedback=FeedbackForm(
        stages=given(
            accepted="01",
            rejected="02",
            delivered="03",
            sent="41",
            read="42",
            buy_clicked="43",
            ordered="44",
            query_clicked="45",
            ordered_after_query="46",
            outcome="09",
            satisfaction="10",
        ),
        delimiter=";",
        header=True,
    ),
    counts=(
        Count(stage="accepted", label="号码量", common="customers"),
        Count(stage="sent", label="邮件发送量", common="pushed"),
        Count(stage="read", label="阅读量", common="reached"),
        Count(stage="buy_clicked", label="立即办理点击"),
        Count(stage="ordered", label="办理成功", common="taken_up"),
        Count(stage="query_clicked", label="查询点击"),
        Count(stage="ordered_after_query", label="查询后返回办理"),
    ),
)
