"""C07 低流量套餐客户应用推荐: holders of a small plan that they do not use up are shown apps that use it.

Our reading: a plan of at most 10 yuan, of which less than a fifth was used in one of the last three months. The data is paid for already,
so the message says that the app needs nothing more.
"""

from datetime import date

from scenarios.offers import NO_RESOURCE, Content
from scenarios.policy import STANDARD, one_wave
from scenarios.scenario import Channels, Customers, Evaluation, Scenario, Strategy
from scenarios.timing import Assumed, Ordered

SCENARIO = Scenario(
    name="c07_small_plan_apps",
    label="低流量套餐客户应用推荐",
    owner="data-business",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND held_data_plan_fee_fen <= 1000 AND unused_months_3m > 0 AND has_gprs",
        meaning="A data plan of at most 10 yuan a month, of which less than a fifth was used in one of the last three months.",
        exclusions=STANDARD,
    ),
    offer=Content(("video", "reading", "music", "games"), margin_per_mille=500),
    resource=NO_RESOURCE,
    channels=Channels(
        allowed=("sms", "app_hall", "mms", "wap_hall"), high_value=None, preferred="preferred_channel", chosen_by="allocation"
    ),
    timing=one_wave(12, channel="sms"),
    strategy=Strategy(
        effect=Assumed(ppm=12_000),
        months=6,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message="您的流量套餐还有富余,推荐您开通{product_name},每月{fee_fen:yuan}元,用套餐内流量即可畅享!",
    ),
    evaluation=Evaluation(success=Ordered("app", within_days=30)),
)
