"""C16 4G终端客户套餐迁转: 4G handsets on plans for slower networks move to a plan with at least 500 MB.

Our reading: less than 500 MB is included in all plans held. The plan may cost more than was paid, so the message says how much more and
what it includes. Who says that they consider it hears of it once more after five days.
"""

from dataclasses import replace
from datetime import date

from scenarios.offers import Gift, Upgrade
from scenarios.policy import STANDARD, one_wave
from scenarios.scenario import Channels, Customers, Evaluation, Scenario, Strategy
from scenarios.timing import CONSIDERING, After, Assumed, Ordered, Step

WAVE = one_wave(13, channel="sms")
# Whoever has had an active contact is met at the counter (P1), all others are called, or get another message if a call costs too much.
CONSIDERED = Step("considered", After("wave1", CONSIDERING, days=5), channel="outbound_call", instead="crm")

SCENARIO = Scenario(
    name="c16_4g_handset_small_plan",
    label="4G终端客户套餐迁转",
    owner="data-business",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND is_4g_plan_small",
        meaning="A 4G handset on plans that include less than 500 MB of data.",
        exclusions=STANDARD,
    ),
    offer=Upgrade(("dp030", "dp050", "dp100", "dp200"), must_save=False),
    resource=Gift("data_300m"),
    channels=Channels(
        allowed=("sms", "sms_tail", "app_hall", "web_hall", "crm", "outbound_call"),
        high_value="outbound_call",
        preferred="preferred_channel",
        chosen_by="allocation",
    ),
    timing=replace(WAVE, steps=(*WAVE.steps, CONSIDERED)),
    strategy=Strategy(
        effect=Assumed(ppm=15_000),
        months=6,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message="您的手机支持4G!每月多付{extra_fee_fen:yuan}元升级{product_name},含{offer_bytes:mb}M流量,办理再赠300M!",
    ),
    evaluation=Evaluation(success=Ordered("data_plan", within_days=30)),
)
