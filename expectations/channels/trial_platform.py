"""The platform on which customers try services."""

from datetime import time

from expectations.channel import Channel
from expectations.feedback import Count, FeedbackForm, given

TRIAL_PLATFORM_CHANNEL = Channel(
    name="trial_platform",
    label="体验平台",
    modes=("passive",),
    medium="picture_and_text",
    moments=("login",),
    publish_by=time(7, 0),
    feedback=FeedbackForm(
        stages=given(
            accepted="IN",
            rejected="OUT",
            shown="SHOW",
            reached="OPEN",
            tried="TRY",
            ordered="BUY",
            outcome="RESULT",
            satisfaction="RATE",
        ),
        columns=given(
            happened_at="OPT_TIME",
            number="USER_PHONE",
            scenario="INVITE_CODE",
            step="INVITE_STEP",
            list_date="INVITE_DATE",
            stage="OPT_TYPE",
            outcome="OPT_RESULT",
            reason="OPT_ERROR",
            satisfaction="OPT_RATE",
            contact_id="INVITE_ID",
        ),
        delimiter="\t",
        header=True,
        gzip=False,
    ),
    counts=(
        Count(stage="accepted", label="号码量", common="customers"),
        Count(stage="shown", label="展示量", common="pushed"),
        Count(stage="reached", label="打开量", common="reached"),
        Count(stage="tried", label="试用量"),
        Count(stage="ordered", label="办理成功量", common="taken_up"),
    ),
)
