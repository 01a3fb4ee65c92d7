"""C15 套内流量不足客户加油包营销: customers whose included data runs short this month get a top-up pack.

Our reading: the night in which 80 % of the included data of the running month are used, once in each month, and at most one of the last
three months overflowed: who overflows more often needs a larger plan (C14). The pack is for this month, and so are the lists.
Who asks how much data is left may read the offer behind the answer.
"""

from datetime import date

from scenarios.offers import NO_RESOURCE, Fixed
from scenarios.policy import PLAN_80_USED, STANDARD, when_seen
from scenarios.scenario import Channels, Customers, Evaluation, Scenario, Strategy
from scenarios.timing import Assumed, Ordered

SCENARIO = Scenario(
    name="c15_plan_runs_short",
    label="套内流量不足客户加油包营销",
    owner="data-business",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND holds_data_plan AND overflow_months_3m <= 1",
        meaning="A data plan, and at most one of the last three months with a fee beyond it.",
        exclusions=STANDARD,
    ),
    offer=Fixed("tu005"),
    resource=NO_RESOURCE,
    channels=Channels(
        allowed=("sms", "sms_tail", "app_hall", "web_hall", "toolbar", "kiosk"),
        high_value=None,
        preferred="preferred_channel",
        chosen_by="allocation",
    ),
    timing=when_seen(PLAN_80_USED, channel="sms", of_month=True),
    strategy=Strategy(
        effect=Assumed(ppm=40_000),
        months=1,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message="本月流量快用完了?{product_name}仅{fee_fen:yuan}元,当月有效,上网更放心!",
    ),
    evaluation=Evaluation(success=Ordered("top_up_pack", within_days=15)),
)
