"""C23 手机玩家俱乐部客户运营: members of the gamers' club get the game service with a voucher.

Our reading: once a month, through the channels of the handset.
"""

from datetime import date

from scenarios.offers import Content, Gift
from scenarios.policy import STANDARD, one_wave
from scenarios.scenario import Channels, Customers, Evaluation, Scenario, Strategy
from scenarios.timing import Assumed, Ordered

SCENARIO = Scenario(
    name="c23_gamers_club",
    label="手机玩家俱乐部客户运营",
    owner="data-business",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND is_gamer_club_member",
        meaning="A member of the gamers' club.",
        exclusions=STANDARD,
    ),
    offer=Content(("games", "mm"), margin_per_mille=500),
    resource=Gift("voucher_5"),
    channels=Channels(
        allowed=("sms", "app_hall", "wap_hall", "toolbar"), high_value=None, preferred="preferred_channel", chosen_by="allocation"
    ),
    timing=one_wave(17, channel="sms"),
    strategy=Strategy(
        effect=Assumed(ppm=25_000),
        months=6,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message="玩家俱乐部会员专享:开通{product_name},每月{fee_fen:yuan}元,即赠5元电子券!",
    ),
    evaluation=Evaluation(success=Ordered("app", within_days=30)),
)
