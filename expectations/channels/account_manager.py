"""An account manager, by work order."""

from datetime import time

from expectations.channel import ADVICE_COLUMNS, OFFER_COLUMNS, WITH_MARK, Channel, ListForm
from expectations.feedback import Count, FeedbackForm, given

ACCOUNT_MANAGER_CHANNEL = Channel(
    name="account_manager",
    label="客户经理",
    modes=("active",),
    medium="script",
    publish_by=time(8, 0),
    send_until=time(18, 0),
    is_staffed=True,
    # A work order 派工单 for each customer: whose manager calls, why, and what to say.
    form=ListForm(
        columns=("manager_name", "manager_phone", *OFFER_COLUMNS, *ADVICE_COLUMNS, "saving_yuan", "message"),
        encoding=WITH_MARK,
        for_people=True,
        together=("manager_name", "manager_phone"),
    ),
    feedback=FeedbackForm(
        stages=given(accepted="1", rejected="2", visited="3", reached="4", ordered="5", outcome="8", satisfaction="9"),
        header=True,
        gzip=False,
    ),
    counts=(
        Count(stage="accepted", label="派单量", common="customers"),
        Count(stage="visited", label="联系量", common="pushed"),
        Count(stage="reached", label="接触量", common="reached"),
        Count(stage="ordered", label="办理成功量", common="taken_up"),
    ),
)
