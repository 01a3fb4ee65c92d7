"""C13 新入网用户流量营销: new customers get a plan at the counter, content and apps after a week, the best-fit plan after a month.

On the day of entry the counter offers a plan to everybody, from a row per county. The first night that knows the new customer sends a short
message, and lists them for the counter by name, unless they hold a plan by then. The counter offers the plan, not an app: a row of no name
has one product, and apps follow after a week. Training in data use is in the words of the clerk.

After a week come content (books, videos, games), the store of apps, the browser 冲浪助手 and the gamers' club 手机玩家俱乐部, each with
300 MB. Members of the club are not offered it again.

The domain does not give the messages, the margin of apps, and take-up rates until there is feedback: these are our assumptions. The ToolBar
is for those who did not see the app hall's offer. Only feedback (S12) shows that: who is in a list on which the app hall reports nothing
is not due for the ToolBar.
"""

from datetime import date
from functools import partial

from scenarios.offers import NO_RESOURCE, BestFit, Content, Fixed, Gift
from scenarios.policy import STANDARD
from scenarios.scenario import Channels, Customers, Evaluation, Scenario, Strategy
from scenarios.timing import NOT_SEEN, NOT_TAKEN, After, Assumed, Event, Ordered, Step, Timing

PLANS = BestFit(("dp005", "dp010", "dp020", "dp030", "dp050", "dp100", "dp200"))
# A clerk who explains the plan sells it more often than a short message does.
BY_CLERK = Assumed(ppm=150_000)
APPS = Content(
    ("reading", "video", "games", "mm", "surf", "gamers_club"), margin_per_mille=500, held_as=(("gamers_club", "is_gamer_club_member"),)
)
WELCOME = "欢迎入网!您可到营业厅体验流量使用培训,办理{product_name},即赠300M流量。"
TRY_APPS = "您入网已一周,推荐您使用{product_name},每月{fee_fen:yuan}元,现在开通即赠300M流量!"
TRY_PLAN = "您入网已满一月,按您的用量推荐办理{product_name},预计每月节省{saving_fen:yuan}元!"
NO_PLAN = "NOT holds_data_plan AND NOT has_booked_data_plan"


def _week_from(day: int) -> str:
    """A step decides about a subscriber once. A week lets it find those whose day no night saw: it did not run, or S1 was late."""
    return f"tenure_days BETWEEN {day} AND {day + 6}"


content_step = partial(Step, offer=APPS, message=TRY_APPS, success=Ordered("app", within_days=30))
plan_step = partial(Step, offer=PLANS, resource=NO_RESOURCE, message=TRY_PLAN, effect="data_plan_propensity")

SCENARIO = Scenario(
    name="c13_new_customer",
    label="新入网用户流量营销",
    owner="data-business",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND tenure_days <= 60",
        meaning="In the first two months after network entry.",
        exclusions=STANDARD,
    ),
    offer=Fixed("dp010"),
    resource=Gift("data_300m"),
    # Each step names its channel; no subscriber gets another.
    channels=Channels(allowed=("crm", "sms", "app_hall", "toolbar"), high_value=None, preferred=None, chosen_by="rule"),
    timing=Timing(
        steps=(
            Step("entry", Event(f"{_week_from(0)} AND {NO_PLAN}"), channel="crm", effect=BY_CLERK, unknown_entrants="dp010"),
            Step("entry_sms", Event(f"{_week_from(0)} AND {NO_PLAN}"), channel="sms"),
            content_step("content", Event(_week_from(7)), channel="sms"),
            content_step("content_app", After("content", NOT_TAKEN), channel="app_hall"),
            content_step("content_toolbar", After("content_app", NOT_SEEN, days=5), channel="toolbar"),
            plan_step("plan", Event(f"{_week_from(30)} AND {NO_PLAN}"), channel="sms"),
            plan_step("plan_toolbar", After("plan", NOT_TAKEN, days=5), channel="toolbar"),
        ),
        after_settlement=False,
        valid_days=5,
    ),
    strategy=Strategy(
        effect=Assumed(ppm=30_000),
        months=6,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=None,
        message=WELCOME,
    ),
    evaluation=Evaluation(success=Ordered("data_plan", within_days=30)),
)
