"""C03 新入网客户唤醒: newcomers who did not use data in their first weeks try it with the smallest top-up pack.

Our reading: from day 21, when a habit would have begun, to day 60. C13 offers them a plan; this is a pack that ends with the month, so
that they can try without being bound. 30 MB come with it. Who begins to use data goes on, so a year of packs is counted: our assumption.
"""

from datetime import date

from scenarios.offers import Fixed, Gift
from scenarios.policy import STANDARD, when_seen
from scenarios.scenario import Channels, Customers, Evaluation, Scenario, Strategy
from scenarios.timing import Assumed, Ordered

SCENARIO = Scenario(
    name="c03_newcomer_without_data",
    label="新入网客户唤醒",
    owner="data-business",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND tenure_days BETWEEN 21 AND 60 AND has_gprs AND data_days_30d = 0",
        meaning="In the network for 21 to 60 days, a handset that can use data, and no day with data in the last 30.",
        exclusions=STANDARD,
    ),
    offer=Fixed("tu003"),
    resource=Gift("data_30m"),
    channels=Channels(allowed=("sms", "crm"), high_value=None, preferred="preferred_channel", chosen_by="allocation"),
    timing=when_seen("tenure_days BETWEEN 21 AND 60", channel="sms"),
    strategy=Strategy(
        effect=Assumed(ppm=10_000),
        months=12,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message="欢迎您体验手机上网!{product_name}仅{fee_fen:yuan}元,当月有效,现在办理再赠30M流量!",
    ),
    evaluation=Evaluation(success=Ordered("top_up_pack", within_days=30)),
)
