"""C11 有闲时流量无闲时包客户营销: customers who use data at night get the idle pack that fits their idle use."""

from datetime import date

from scenarios.offers import BestFit, Gift
from scenarios.policy import HOLDS_IDLE_PACK, MASS_BY_RULE, STANDARD, TWO_WAVES
from scenarios.scenario import Customers, Evaluation, Scenario, Strategy
from scenarios.timing import Ordered

SCENARIO = Scenario(
    name="c11_idle_data_without_pack",
    label="有闲时流量无闲时包客户营销",
    owner="data-business",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND NOT holds_idle_pack AND idle_bytes_1m > 0",
        meaning="Used data in idle hours last month and holds no idle pack.",
        exclusions=(*STANDARD, HOLDS_IDLE_PACK),
    ),
    offer=BestFit(("ip005", "ip010")),
    resource=Gift("credit_5"),
    channels=MASS_BY_RULE,
    timing=TWO_WAVES,
    strategy=Strategy(
        # No model of idle-pack orders exists yet; who would take a data plan is the nearest thing that is measured. It was learned on
        # subscribers without one, so of those who hold one its score is an extrapolation.
        effect="data_plan_propensity",
        months=6,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message="您上月闲时流量{idle_bytes_1m:mb}M,建议您办理{product_name}!办理即赠5元话费哦!",
    ),
    evaluation=Evaluation(success=Ordered("idle_pack", within_days=30)),
)
