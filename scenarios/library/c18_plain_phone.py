"""C18 非智能机客户换机引导: customers who could afford it are led from a plain handset to a first smartphone.

Our reading: a handset of at least six months and a mean bill of at least 20 yuan. It is an entry handset, by 3G; a 4G one for those whose
old handset was of a higher price band.
"""

from datetime import date

from scenarios.offers import Gift
from scenarios.other_offers import Handset
from scenarios.policy import STANDARD, one_wave
from scenarios.scenario import Channels, Customers, Evaluation, Scenario, Strategy
from scenarios.timing import Assumed, NewHandset

SCENARIO = Scenario(
    name="c18_plain_phone",
    label="非智能机客户换机引导",
    owner="terminals",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND NOT is_smartphone AND tenure_days > 180 AND mean_bill_fen_3m >= 2000",
        meaning="A plain handset, more than 180 days in the network, a bill of at least 20 yuan a month.",
        exclusions=STANDARD,
    ),
    offer=Handset((("low", "hs3l"), ("middle", "hs3m"), ("high", "hs4l")), other="hs3l", margin_per_mille=250),
    resource=Gift("cushion"),
    channels=Channels(
        allowed=("sms", "crm", "agent_shop", "kiosk"), high_value="crm", preferred="preferred_channel", chosen_by="allocation"
    ),
    timing=one_wave(16, channel="sms"),
    strategy=Strategy(
        effect=Assumed(ppm=6_000),
        months=12,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message="该换智能手机啦!{product_name}月付{fee_fen:yuan}元起,到店办理赠抱枕,并教您用微信、看视频。",
    ),
    evaluation=Evaluation(success=NewHandset(network="3G", within_days=60)),
)
