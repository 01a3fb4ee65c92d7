"""C22 离网高风险客户挽留: who is likely to leave and brings in more than a small gift gets 20 yuan of call credit for staying.

Our reading: the churn model gives at least 5 % for the next month, about twice the mean, and the mean contribution is at least 10
yuan. A person calls, because a message alone reminds of leaving, with words to say on the phone. Success is who stayed for 90 days.
"""

from datetime import date

from scenarios.offers import Gift
from scenarios.other_offers import Care
from scenarios.policy import STANDARD, one_wave
from scenarios.scenario import Channels, Customers, Evaluation, Scenario, Strategy
from scenarios.timing import Assumed, Stayed
from scenarios.variants import Variant

SCENARIO = Scenario(
    name="c22_likely_to_leave",
    label="离网高风险客户挽留",
    owner="customer-care",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND churn_ppm >= 50000 AND mean_contribution_fen_3m >= 1000",
        meaning="At least 5 % likely to leave by the churn model, and a mean contribution of at least 10 yuan a month.",
        exclusions=STANDARD,
    ),
    offer=Care("care_keep"),
    resource=Gift("credit_20"),
    channels=Channels(
        allowed=("outbound_call", "crm", "account_manager"), high_value="account_manager", preferred=None, chosen_by="allocation"
    ),
    timing=one_wave(3, channel="outbound_call"),
    strategy=Strategy(
        effect=Assumed(ppm=60_000),
        months=6,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message=(
            Variant("letter", "感谢您多年支持!{product_name}为您送上20元话费,我们很愿意听听您的意见。"),
            Variant(
                "call",
                "您好,这里是10086。感谢您多年支持,今天想听听您对我们的意见。{product_name}为您准备了20元话费,现在为您送上可以吗?",
                channels=("outbound_call",),
            ),
        ),
    ),
    evaluation=Evaluation(success=Stayed(days=90)),
)
