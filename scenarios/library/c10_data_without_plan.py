"""C10 有流量无流量套餐客户营销: customers who pay for data outside any package get the data plan that fits their use."""

from datetime import date

from scenarios.offers import BestFit, Gift
from scenarios.policy import HOLDS_DATA_PLAN, MASS_BY_RULE, STANDARD, TWO_WAVES
from scenarios.scenario import Customers, Evaluation, Scenario, Strategy
from scenarios.timing import Ordered

SCENARIO = Scenario(
    name="c10_data_without_plan",
    label="有流量无流量套餐客户营销",
    owner="data-business",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND NOT holds_data_plan AND base_plan_allowance_bytes = 0 AND bill_data_fee_outside_fen_1m > 0",
        meaning="No data plan, a base plan without data, and a data fee on last month's bill.",
        exclusions=(*STANDARD, HOLDS_DATA_PLAN),
    ),
    offer=BestFit(("dp005", "dp010", "dp020", "dp030", "dp050", "dp100", "dp200")),
    resource=Gift("credit_5"),
    channels=MASS_BY_RULE,
    timing=TWO_WAVES,
    strategy=Strategy(
        effect="data_plan_propensity",
        months=6,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message="按近3月用量您每月流量费约{current_bill_fen:yuan}元,办理{product_name}约{offer_bill_fen:yuan}元,每月省{saving_fen:yuan}元!办理即赠5元话费哦!",
    ),
    evaluation=Evaluation(success=Ordered("data_plan", within_days=30)),
)
