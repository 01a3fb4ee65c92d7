"""C17 2G高流量客户换机引导: heavy users of data on a 2G handset are led to a 4G handset with a contract.

Our reading: heavy is a mean of at least 30 MB a month over the last closed months. The handset is of the price band of the one they have,
and success is a newer handset seen in BOSS, wherever it was bought. Who says that they consider it hears of it once more after five days.
"""

from dataclasses import replace
from datetime import date

from scenarios.offers import Gift
from scenarios.other_offers import Handset
from scenarios.policy import STANDARD, one_wave
from scenarios.scenario import Channels, Customers, Evaluation, Scenario, Strategy
from scenarios.timing import CONSIDERING, After, Assumed, NewHandset, Step

WAVE = one_wave(15, channel="sms")
# Whoever has had an active contact is met at the counter (P1), all others are called, or get another message if a call costs too much.
CONSIDERED = Step("considered", After("wave1", CONSIDERING, days=5), channel="outbound_call", instead="crm")

SCENARIO = Scenario(
    name="c17_2g_much_data",
    label="2G高流量客户换机引导",
    owner="terminals",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND network = '2G' AND mean_data_bytes_3m >= 31457280",
        meaning="A 2G handset, and at least 30 MB of data a month over the last three closed months.",
        exclusions=STANDARD,
    ),
    offer=Handset((("low", "hs4l"), ("middle", "hs4m"), ("high", "hs4h")), other="hs4l", margin_per_mille=250),
    resource=Gift("phone_case"),
    channels=Channels(
        allowed=("sms", "agent_shop", "crm", "account_manager", "outbound_call"),
        high_value="account_manager",
        preferred=None,
        chosen_by="allocation",
    ),
    timing=replace(WAVE, steps=(*WAVE.steps, CONSIDERED)),
    strategy=Strategy(
        effect=Assumed(ppm=8_000),
        months=12,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message="您是流量达人!换用{product_name},月付{fee_fen:yuan}元起,上网快数倍,到店再赠手机壳,详询营业厅。",
    ),
    evaluation=Evaluation(success=NewHandset(network="4G", within_days=60)),
)
