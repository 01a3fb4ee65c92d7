"""A bar in the browser, shown once: at the first use in the month."""

from datetime import time

from expectations.channel import Channel
from expectations.feedback import Count, FeedbackForm, given

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
    counts=(
        Count(stage="accepted", label="号码量", common="customers"),
        Count(stage="popped_up", label="弹出量", common="pushed"),
        Count(stage="buy_clicked", label="立即办理点击"),
        Count(stage="ordered", label="办理成功", common="taken_up"),
        Count(stage="query_clicked", label="查询点击", common="reached"),
        Count(stage="ordered_after_query", label="查询后返回办理"),
    ),
)
