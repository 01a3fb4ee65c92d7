"""A call by the call centre."""

from datetime import time

from expectations.channel import ADVICE_COLUMNS, OFFER_COLUMNS, Channel, ListForm
from expectations.feedback import Count, FeedbackForm, given

OUTBOUND_CALL_CHANNEL = Channel(
    name="outbound_call",
    label="10086外呼",
    modes=("active",),
    medium="script",
    publish_by=time(8, 30),
    form=ListForm(columns=(*OFFER_COLUMNS, *ADVICE_COLUMNS, "message")),
    is_staffed=True,
    feedback=FeedbackForm(
        stages=given(accepted="A", rejected="B", dialled="C", delivered="D", reached="E", ordered="F", outcome="G", satisfaction="H"),
        outcomes=given(
            agreed_paid="成功",
            agreed_trial="试用",
            considering="考虑",
            do_not_disturb="免扰",
            refused="拒绝",
            unreached="未接通",
            other="其他",
        ),
        encoding="gb18030",
        delimiter=",",
    ),
    counts=(
        Count(stage="accepted", label="号码量", common="customers"),
        Count(stage="dialled", label="外呼量", common="pushed"),
        Count(stage="reached", label="接通量", common="reached"),
        Count(stage="ordered", label="办理成功量", common="taken_up"),
    ),
)
