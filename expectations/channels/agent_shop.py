"""Shops of agents."""

from datetime import time

from expectations.channel import ADVICE_COLUMNS, OFFER_COLUMNS, WITH_MARK, Channel, ListForm
from expectations.feedback import Count, FeedbackForm, given

AGENT_SHOP_CHANNEL = Channel(
    name="agent_shop",
    label="社会渠道",
    modes=("passive",),
    medium="script",
    moments=("payment", "service_change"),
    publish_by=time(8, 0),
    most_per_subscriber=3,
    form=ListForm(columns=(*OFFER_COLUMNS, *ADVICE_COLUMNS, "message"), encoding=WITH_MARK, for_people=True),
    feedback=FeedbackForm(
        stages=given(
            accepted="10", rejected="19", recommended="20", reached="30", confirmed="40", ordered="50", outcome="60", satisfaction="70"
        ),
        columns=given(
            number="PHONE_NO",
            scenario="ACT_CODE",
            step="ACT_STEP",
            list_date="ACT_DATE",
            contact_id="REC_NO",
            stage="RESULT_TYPE",
            reason="BACK_CODE",
            outcome="WILL_CODE",
            satisfaction="FEEL_CODE",
            happened_at="DEAL_TIME",
        ),
        delimiter=";",
        encoding="gb18030",
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
