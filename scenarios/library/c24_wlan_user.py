"""C24 WLAN客户运营: who uses WLAN a lot gets services that are good on a fast line.

Our reading: a lot is at least half of all data over the last closed months. They will hardly buy a data plan, but watch and download more
than others.
"""

from datetime import date

from scenarios.offers import NO_RESOURCE, Content
from scenarios.policy import STANDARD, one_wave
from scenarios.scenario import Channels, Customers, Evaluation, Scenario, Strategy
from scenarios.timing import Assumed, Ordered

SCENARIO = Scenario(
    name="c24_wlan_user",
    label="WLAN客户运营",
    owner="data-business",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND is_smartphone AND wlan_offload_3m >= 500",
        meaning="A smartphone, with at least half of all data over WLAN in the last three closed months.",
        exclusions=STANDARD,
    ),
    offer=Content(("video", "mm", "music"), margin_per_mille=500),
    resource=NO_RESOURCE,
    channels=Channels(
        allowed=("sms", "app_hall", "mailbox", "web_hall", "portal"), high_value=None, preferred="preferred_channel", chosen_by="allocation"
    ),
    timing=one_wave(19, channel="sms"),
    strategy=Strategy(
        effect=Assumed(ppm=12_000),
        months=6,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message="WLAN下畅快看、畅快听!推荐您开通{product_name},每月{fee_fen:yuan}元。",
    ),
    evaluation=Evaluation(success=Ordered("app", within_days=30)),
)
