"""C04 新入网TD智能机客户关怀: newcomers with a TD (3G) smartphone are shown how to use it. Nothing is sold.

Our reading: who finds the right settings in the first month stays longer, so what counts is who stayed for 90 days (`Stayed`). The
message is a service; what it is worth is the customer's contribution.
"""

from datetime import date

from scenarios.offers import NO_RESOURCE
from scenarios.other_offers import Care
from scenarios.policy import STANDARD, when_seen
from scenarios.scenario import Channels, Customers, Evaluation, Scenario, Strategy
from scenarios.timing import Assumed, Stayed

SCENARIO = Scenario(
    name="c04_new_td_smartphone",
    label="新入网TD智能机客户关怀",
    owner="customer-care",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND tenure_days BETWEEN 10 AND 40 AND is_smartphone AND network = '3G'",
        meaning="In the network for 10 to 40 days, with a smartphone whose newest network is 3G.",
        exclusions=STANDARD,
    ),
    offer=Care("care_td"),
    resource=NO_RESOURCE,
    channels=Channels(allowed=("sms", "crm", "app_hall"), high_value=None, preferred="preferred_channel", chosen_by="allocation"),
    timing=when_seen("tenure_days BETWEEN 10 AND 40", channel="sms"),
    strategy=Strategy(
        effect=Assumed(ppm=5_000),
        months=6,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message="感谢您使用TD智能手机!{product_name}已为您准备好,到营业厅或掌上营业厅即可查看网络设置方法。",
    ),
    evaluation=Evaluation(success=Stayed(days=90)),
)
