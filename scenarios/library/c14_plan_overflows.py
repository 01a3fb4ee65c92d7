"""C14 流量溢出客户套餐升级: holders of a data plan who pay beyond it again and again get the dearer plan that costs them less.

Our reading: a fee beyond the plan in at least two of the last three closed months. The new plan takes the place of the old one, and is
offered only if fee and overflow together come to less than now.
"""

from datetime import date

from scenarios.offers import Gift, Upgrade
from scenarios.policy import MASS_CHANNELS, STANDARD, TWO_WAVES
from scenarios.scenario import Customers, Evaluation, Scenario, Strategy
from scenarios.timing import Assumed, Ordered

SCENARIO = Scenario(
    name="c14_plan_overflows",
    label="流量溢出客户套餐升级",
    owner="data-business",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND holds_data_plan AND overflow_months_3m >= 2",
        meaning="A data plan, and a data fee beyond it in at least two of the last three months.",
        exclusions=STANDARD,
    ),
    offer=Upgrade(("dp010", "dp020", "dp030", "dp050", "dp100", "dp200"), must_save=True),
    resource=Gift("credit_5"),
    channels=MASS_CHANNELS,
    timing=TWO_WAVES,
    strategy=Strategy(
        effect=Assumed(ppm=30_000),
        months=6,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message="按近3个月用量您每月流量花费约{current_bill_fen:yuan}元,升级{product_name}后约{offer_bill_fen:yuan}元,省{saving_fen:yuan}元!办理赠5元话费!",
    ),
    evaluation=Evaluation(success=Ordered("data_plan", within_days=30)),
)
