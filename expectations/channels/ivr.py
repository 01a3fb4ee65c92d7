"""The voice menu of the hotline."""

from datetime import time

from expectations.channel import QUERIES, Channel
from expectations.feedback import Count, FeedbackForm, given

IVR_CHANNEL = Channel(
    name="ivr",
    label="IVR语音导航",
    modes=("passive",),
    medium="script",
    moments=QUERIES,
    publish_by=time(7, 0),
    feedback=FeedbackForm(
        stages=given(
            accepted="A0", rejected="A9", played="P1", reached="P2", confirmed="K1", ordered="K2", outcome="R1", satisfaction="S1"
        ),
        columns=given(
            happened_at="CALL_TIME",
            number="CALLER_NO",
            stage="NODE",
            scenario="FLOW_CODE",
            step="FLOW_STEP",
            list_date="LOAD_DATE",
            contact_id="CALL_REF",
            outcome="KEY_RESULT",
            satisfaction="KEY_SCORE",
            reason="FAIL_NODE",
        ),
        replies=given(satisfied="1", dissatisfied="2"),
        delimiter="\x01",
        encoding="gb18030",
    ),
    counts=(
        Count(stage="accepted", label="号码量", common="customers"),
        Count(stage="played", label="播放量", common="pushed"),
        Count(stage="reached", label="听完量", common="reached"),
        Count(stage="confirmed", label="按键确认量"),
        Count(stage="ordered", label="办理成功量", common="taken_up"),
    ),
)
