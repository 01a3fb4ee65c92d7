"""C09 低分流比TD智能机营销: TD (3G) smartphones whose data runs over 2G get the operator's browser, which sets the network.

Our reading: the share of 3G in the data over 2G and 3G (分流比) is below 30 %. The customer waits for pages without knowing why. Who once
browses over 3G goes on, so a year of the browser is counted: our assumption.
"""

from datetime import date

from scenarios.offers import Content, Gift
from scenarios.policy import STANDARD, one_wave
from scenarios.scenario import Channels, Customers, Evaluation, Scenario, Strategy
from scenarios.timing import Assumed, Ordered

SCENARIO = Scenario(
    name="c09_td_smartphone_on_2g",
    label="低分流比TD智能机营销",
    owner="data-business",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND is_smartphone AND network = '3G' AND offload_3g_30d < 300",
        meaning="A smartphone whose newest network is 3G, with less than 30 % of its data over 3G.",
        exclusions=STANDARD,
    ),
    offer=Content(("surf",), margin_per_mille=500),
    resource=Gift("data_100m"),
    channels=Channels(
        allowed=("sms", "toolbar", "mms", "wap_hall", "app_hall"), high_value=None, preferred="preferred_channel", chosen_by="allocation"
    ),
    timing=one_wave(11, channel="sms"),
    strategy=Strategy(
        effect=Assumed(ppm=12_000),
        months=12,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message="您的手机支持3G高速上网,推荐您开通{product_name},每月{fee_fen:yuan}元,现在开通赠100M流量!",
    ),
    evaluation=Evaluation(success=Ordered("app", within_days=30)),
)
