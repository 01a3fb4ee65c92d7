"""C21 高价值流量客户稳定: data users of high value get a service desk of their own. Nothing is sold.

Our reading: high value is a mean contribution of at least 80 yuan a month. A small gift once a month at most, so that it stays one.
"""

from datetime import date

from scenarios.offers import Gift
from scenarios.other_offers import Care
from scenarios.policy import STANDARD, one_wave
from scenarios.scenario import Channels, Customers, Evaluation, Scenario, Strategy
from scenarios.timing import Assumed, Stayed

SCENARIO = Scenario(
    name="c21_high_value_data",
    label="高价值流量客户稳定",
    owner="customer-care",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND value_class = 'high_value' AND holds_data_plan",
        meaning="A mean contribution of at least 80 yuan a month, and a data plan.",
        exclusions=STANDARD,
    ),
    offer=Care("care_vip"),
    resource=Gift("cartoon_cup"),
    channels=Channels(
        allowed=("mms", "mailbox", "crm", "account_manager"), high_value="account_manager", preferred=None, chosen_by="allocation"
    ),
    timing=one_wave(18, channel="crm"),
    strategy=Strategy(
        effect=Assumed(ppm=4_000),
        months=6,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message="尊敬的客户,{product_name}已为您开通,到营业厅可领取卡通水杯一个,感谢您一直以来的支持。",
    ),
    evaluation=Evaluation(success=Stayed(days=90)),
)
