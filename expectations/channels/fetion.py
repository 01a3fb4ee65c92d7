"""A window that opens when the subscriber logs in to the Fetion client; we choose which subscribers see it."""

from datetime import time

from expectations.channel import Channel
from expectations.feedback import Count, FeedbackForm, given

FETION_CHANNEL = Channel(
    name="fetion",
    label="飞信",
    modes=("active",),
    medium="text",
    publish_by=time(8, 0),
    feedback=FeedbackForm(
        stages=given(
            accepted="01",
            rejected="02",
            delivered="03",
            popped_up="31",
            replied="32",
            replied_validly="33",
            agreed="34",
            ordered="35",
            query_clicked="36",
            outcome="09",
            satisfaction="10",
        ),
        delimiter="\t",
        encoding="gb18030",
    ),
    counts=(
        Count(stage="accepted", label="号码量", common="customers"),
        Count(stage="popped_up", label="弹出量", common="pushed"),
        Count(stage="replied", label="回复量"),
        Count(stage="replied_validly", label="回复有效量"),
        Count(stage="agreed", label="业务成交量"),
        Count(stage="ordered", label="办理成功量", common="taken_up"),
        Count(stage="query_clicked", label="查询点击", common="reached"),
    ),
)
