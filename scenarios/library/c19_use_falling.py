"""C19 流量下降中高端客户保有: customers of middle and high value whose data use falls get a service of their own interest with 300 MB.

Our reading: falling is a fifth less a day than in the two months before. Falling use precedes leaving; a reason to go online again holds
better than a lower price.
"""

from datetime import date

from scenarios.offers import Gift
from scenarios.other_offers import CrossSell
from scenarios.policy import STANDARD, one_wave
from scenarios.scenario import Channels, Customers, Evaluation, Scenario, Strategy
from scenarios.timing import Assumed, Ordered

SCENARIO = Scenario(
    name="c19_use_falling",
    label="流量下降中高端客户保有",
    owner="customer-care",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND value_class IN ('high_value', 'middle') AND data_trend_3m = 'falling'",
        meaning="Middle or high value, and a fifth less data a day last month than in the two months before.",
        exclusions=STANDARD,
    ),
    offer=CrossSell(
        (("video", "video_preference"), ("games", "games_preference"), ("reading", "reading_preference"), ("music", "music_preference")),
        margin_per_mille=500,
    ),
    resource=Gift("data_300m"),
    channels=Channels(
        allowed=("sms", "app_hall", "mms", "crm", "outbound_call"),
        high_value="outbound_call",
        preferred="preferred_channel",
        chosen_by="allocation",
    ),
    timing=one_wave(14, channel="sms"),
    strategy=Strategy(
        effect=Assumed(ppm=15_000),
        months=6,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message="为感谢您的支持,现开通{product_name}(每月{fee_fen:yuan}元)即赠300M流量,尽享精彩内容!",
    ),
    evaluation=Evaluation(success=Ordered("app", within_days=30)),
)
