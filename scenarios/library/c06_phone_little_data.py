"""C06 非智能机低流量客户拉升: plain handsets with little data and no plan get the smallest plan.

Our reading: little is at least 1 MB and at most 10 MB last closed month; pages for plain handsets are small. Who did not order after a
week hears of it in the voice menu when they call the hotline about their fees or data.
"""

from datetime import date

from scenarios.offers import Fixed, Gift
from scenarios.policy import HOLDS_DATA_PLAN, STANDARD, one_wave
from scenarios.scenario import Channels, Customers, Evaluation, Scenario, Strategy
from scenarios.timing import NOT_TAKEN, After, Ordered, Step, Timing

WAVE = one_wave(14, channel="sms")

SCENARIO = Scenario(
    name="c06_phone_little_data",
    label="非智能机低流量客户拉升",
    owner="data-business",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND tenure_days > 90 AND NOT (is_smartphone OR holds_data_plan) AND data_bytes_1m BETWEEN 1048576 AND 10485760",
        meaning="A plain handset, more than 90 days in the network, no data plan, 1 to 10 MB last month.",
        exclusions=(*STANDARD, HOLDS_DATA_PLAN),
    ),
    offer=Fixed("dp005"),
    resource=Gift("data_30m"),
    channels=Channels(
        allowed=("sms", "wap_hall", "kiosk", "ussd", "ivr", "crm"), high_value=None, preferred="preferred_channel", chosen_by="allocation"
    ),
    timing=Timing(
        steps=(*WAVE.steps, Step("hotline", After("wave1", NOT_TAKEN, days=7), channel="ivr", fixes_channel=True)),
        after_settlement=False,
        valid_days=7,
    ),
    strategy=Strategy(
        effect="data_plan_propensity",
        months=6,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message="您上月使用手机流量{data_bytes_1m:mb}M,{product_name}每月{fee_fen:yuan}元,现在办理赠30M流量!",
    ),
    evaluation=Evaluation(success=Ordered("data_plan", within_days=30)),
)
