"""C02 存量非智能机零流量客户唤醒: customers of long standing with a plain handset that could use data, but does not.

Our reading: they get the smallest plan with 30 MB as a gift, by short message or at the counter. Few of them take it, so a contact must
be cheap.
"""

from datetime import date

from scenarios.offers import Fixed, Gift
from scenarios.policy import HOLDS_DATA_PLAN, STANDARD, one_wave
from scenarios.scenario import Channels, Customers, Evaluation, Scenario, Strategy
from scenarios.timing import Assumed, Ordered

SCENARIO = Scenario(
    name="c02_phone_without_data",
    label="存量非智能机零流量客户唤醒",
    owner="data-business",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND tenure_days > 90 AND NOT is_smartphone AND has_gprs AND data_bytes_1m = 0 AND data_bytes_30d = 0",
        meaning="A plain handset with GPRS, more than 90 days in the network, no data last month and in the last 30 days.",
        exclusions=(*STANDARD, HOLDS_DATA_PLAN),
    ),
    offer=Fixed("dp005"),
    resource=Gift("data_30m"),
    channels=Channels(allowed=("sms", "kiosk", "crm"), high_value=None, preferred="preferred_channel", chosen_by="allocation"),
    timing=one_wave(12, channel="sms"),
    strategy=Strategy(
        effect=Assumed(ppm=5_000),
        months=6,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message="您的手机也能上网看新闻、查天气,{product_name}每月{fee_fen:yuan}元,现在办理赠30M流量!",
    ),
    evaluation=Evaluation(success=Ordered("data_plan", within_days=30)),
)
