"""An account manager, by work order."""

from datetime import time

from expectations.channel import OFFER_COLUMNS, Channel, ListForm
from expectations.feedback import Count, FeedbackForm, given

ACCOUNT_MANAGER_CHANNEL = Channel(
    name="account_manager",
    label="客户经理",
    modes=("active",),
    medium="script",
    publish_by=time(8, 0),
    is_staffed=True,
    # People open it in a spreadsheet, which takes UTF-8 without a mark for another encoding.
    form=ListForm(columns=(*OFFER_COLUMNS, "manager_name", "manager_phone", "message"), encoding="utf-8-sig"),
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
