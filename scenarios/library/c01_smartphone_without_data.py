"""C01 存量智能机零流量客户唤醒: customers of long standing with a smartphone and no data get the smallest plan and 100 MB.

Our reading: long standing is more than 90 days, and no data is none last closed month and none in the last 30 days. People without data
use no electronic channel, so the list goes by short message and to the counter.
"""

from datetime import date

from scenarios.offers import Fixed, Gift
from scenarios.policy import HOLDS_DATA_PLAN, STANDARD, one_wave
from scenarios.scenario import Channels, Customers, Evaluation, Scenario, Strategy
from scenarios.timing import Assumed, Ordered

SCENARIO = Scenario(
    name="c01_smartphone_without_data",
    label="存量智能机零流量客户唤醒",
    owner="data-business",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND tenure_days > 90 AND data_bytes_1m = 0 AND is_smart_unused_30d",
        meaning="A smartphone, more than 90 days in the network, no data last month and in the last 30 days.",
        exclusions=(*STANDARD, HOLDS_DATA_PLAN),
    ),
    offer=Fixed("dp005"),
    resource=Gift("data_100m"),
    channels=Channels(
        allowed=("sms", "crm", "kiosk", "outbound_call"), high_value="outbound_call", preferred="preferred_channel", chosen_by="allocation"
    ),
    timing=one_wave(11, channel="sms"),
    strategy=Strategy(
        effect=Assumed(ppm=8_000),
        months=6,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message="您的智能手机还没有用过手机上网,{product_name}每月只需{fee_fen:yuan}元,现在办理赠100M流量!",
    ),
    evaluation=Evaluation(success=Ordered("data_plan", within_days=30)),
)
