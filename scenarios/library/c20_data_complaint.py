"""C20 流量投诉客户稳定: who complained of data or its fees hears from the operator once the case is closed, with 100 MB. Nothing is sold.

Our reading: a complaint of the last 90 days, and none that is still open: first the case is solved, then we call. Success is who stayed
for 90 days.
"""

from datetime import date

from scenarios.offers import Gift
from scenarios.other_offers import Care
from scenarios.policy import STANDARD, when_seen
from scenarios.scenario import Channels, Customers, Evaluation, Scenario, Strategy
from scenarios.timing import Assumed, Stayed

SCENARIO = Scenario(
    name="c20_data_complaint",
    label="流量投诉客户稳定",
    owner="customer-care",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND data_complaints_90d > 0",
        meaning="A complaint about data plans, data fees or the network in the last 90 days.",
        exclusions=STANDARD,
    ),
    offer=Care("care_complaint"),
    resource=Gift("data_100m"),
    channels=Channels(
        allowed=("outbound_call", "sms", "account_manager"), high_value="account_manager", preferred=None, chosen_by="allocation"
    ),
    timing=when_seen("NOT has_open_complaint", channel="outbound_call", name="closed"),
    strategy=Strategy(
        effect=Assumed(ppm=30_000),
        months=6,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message="您反映的流量问题已处理,{product_name}随时为您服务,并赠您100M流量,感谢您的宝贵意见。",
    ),
    evaluation=Evaluation(success=Stayed(days=90)),
)
