"""The clerk at the counter, who sees why the customer was chosen."""

from datetime import time

from expectations.channel import ADVICE_COLUMNS, OFFER_COLUMNS, QUERIES, Channel, ListForm
from expectations.feedback import Count, FeedbackForm, given

CRM_CHANNEL = Channel(
    name="crm",
    label="营业前台",
    modes=("passive",),
    medium="script",
    moments=(*QUERIES, "payment", "service_change"),
    publish_by=time(8, 0),
    most_per_subscriber=3,
    form=ListForm(columns=(*OFFER_COLUMNS, *ADVICE_COLUMNS, "saving_fen", "bill_change_fen", "message")),
    feedback=FeedbackForm(
        stages=given(accepted="L", rejected="X", recommended="T", reached="J", confirmed="Q", ordered="B", outcome="R", satisfaction="M"),
        columns=given(
            list_date="NAME_LIST_DATE",
            scenario="ACTIVITY_ID",
            step="ACTIVITY_STEP",
            number="BILL_ID",
            contact_id="TOUCH_ID",
            happened_at="OP_DATE",
            stage="OP_TYPE",
            outcome="CUST_RESULT",
            reason="FAIL_CODE",
            satisfaction="CUST_SATISFY",
        ),
        delimiter=",",
        encoding="gb18030",
        header=True,
        gzip=False,
    ),
    counts=(
        Count(stage="accepted", label="号码量", common="customers"),
        Count(stage="recommended", label="推荐量", common="pushed"),
        Count(stage="reached", label="接触量", common="reached"),
        Count(stage="confirmed", label="确认办理量"),
        Count(stage="ordered", label="办理成功量", common="taken_up"),
    ),
)
