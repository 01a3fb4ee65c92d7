"""C12 基础套餐含流量客户套餐营销: customers whose base plan's data does not last get the data plan that fits their use.

Our reading: no data plan, a base plan with data, and a data fee beyond it on the last settled bill.
"""

from datetime import date

from scenarios.offers import BestFit, Gift
from scenarios.policy import HOLDS_DATA_PLAN, MASS_CHANNELS, STANDARD, TWO_WAVES
from scenarios.scenario import Customers, Evaluation, Scenario, Strategy
from scenarios.timing import Ordered

SCENARIO = Scenario(
    name="c12_plan_with_data",
    label="基础套餐含流量客户套餐营销",
    owner="data-business",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND NOT holds_data_plan AND base_plan_allowance_bytes > 0 AND bill_data_fee_outside_fen_1m > 0",
        meaning="No data plan, a base plan with data, and a data fee beyond it on last month's bill.",
        exclusions=(*STANDARD, HOLDS_DATA_PLAN),
    ),
    offer=BestFit(("dp005", "dp010", "dp020", "dp030", "dp050")),
    resource=Gift("data_30m"),
    channels=MASS_CHANNELS,
    timing=TWO_WAVES,
    strategy=Strategy(
        effect="data_plan_propensity",
        months=6,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message="您套餐内流量不够用,按近3个月用量每月多付约{current_bill_fen:yuan}元,办理{product_name}后约{offer_bill_fen:yuan}元,省{saving_fen:yuan}元!",
    ),
    evaluation=Evaluation(success=Ordered("data_plan", within_days=30)),
)
