"""C08 换机客户流量提升: who has just changed to a new smartphone gets the next data plan up, in the night in which the change is seen.

Our reading: a new smartphone uses more data than the old handset, so the plan may cost more than was paid; the message says how much more,
and how much data it has. 300 MB come with it.
"""

from datetime import date

from scenarios.offers import Gift, Upgrade
from scenarios.policy import STANDARD, when_seen
from scenarios.scenario import Channels, Customers, Evaluation, Scenario, Strategy
from scenarios.timing import Assumed, Ordered

SCENARIO = Scenario(
    name="c08_new_handset",
    label="换机客户流量提升",
    owner="data-business",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND is_smartphone AND is_handset_changed_30d",
        meaning="A smartphone that became theirs in the last 30 nights.",
        exclusions=STANDARD,
    ),
    offer=Upgrade(("dp010", "dp020", "dp030", "dp050", "dp100", "dp200"), must_save=False),
    resource=Gift("data_300m"),
    channels=Channels(allowed=("sms", "app_hall", "crm"), high_value="crm", preferred="preferred_channel", chosen_by="allocation"),
    timing=when_seen("is_handset_changed_30d", channel="sms"),
    strategy=Strategy(
        effect=Assumed(ppm=20_000),
        months=6,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message="您换了新手机,每月多付{extra_fee_fen:yuan}元换用{product_name},含{offer_bytes:mb}M流量,现在办理赠300M!",
    ),
    evaluation=Evaluation(success=Ordered("data_plan", within_days=30)),
)
