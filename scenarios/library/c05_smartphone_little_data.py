"""C05 智能机低流量客户拉升: smartphones with little data and no plan get the smallest plan with the data doubled.

Our reading: little is at least 1 MB and at most 30 MB last closed month, which is what the smallest plan includes.
"""

from datetime import date

from scenarios.offers import Fixed, Gift
from scenarios.policy import HOLDS_DATA_PLAN, STANDARD, one_wave
from scenarios.scenario import Channels, Customers, Evaluation, Scenario, Strategy
from scenarios.timing import Ordered

SCENARIO = Scenario(
    name="c05_smartphone_little_data",
    label="智能机低流量客户拉升",
    owner="data-business",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND tenure_days > 90 AND is_smartphone AND NOT holds_data_plan AND data_bytes_1m BETWEEN 1048576 AND 31457280",
        meaning="A smartphone, more than 90 days in the network, no data plan, 1 to 30 MB last month.",
        exclusions=(*STANDARD, HOLDS_DATA_PLAN),
    ),
    offer=Fixed("dp005"),
    resource=Gift("data_double"),
    channels=Channels(
        allowed=("sms", "app_hall", "web_hall", "wap_hall", "kiosk", "toolbar", "crm"),
        high_value="crm",
        preferred="preferred_channel",
        chosen_by="allocation",
    ),
    timing=one_wave(13, channel="sms"),
    strategy=Strategy(
        effect="data_plan_propensity",
        months=6,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message="您上月使用手机流量{data_bytes_1m:mb}M,{product_name}每月{fee_fen:yuan}元,现在办理首月流量翻倍!",
    ),
    evaluation=Evaluation(success=Ordered("data_plan", within_days=30)),
)
