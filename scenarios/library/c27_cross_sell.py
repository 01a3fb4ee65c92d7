"""C27 交叉销售: smartphone users with few of the operator's services get the one that is expected to bring most.

Our reading: expected is the fee times the recent interest in what the service is about. One service at a time, and few are held already.
Until a model of uplift exists everybody is taken to be equally likely to agree.
"""

from datetime import date

from scenarios.offers import NO_RESOURCE
from scenarios.other_offers import CrossSell
from scenarios.policy import STANDARD, one_wave
from scenarios.scenario import Channels, Customers, Evaluation, Scenario, Strategy
from scenarios.timing import Assumed, Ordered

SCENARIO = Scenario(
    name="c27_cross_sell",
    label="交叉销售",
    owner="data-business",
    approver="marketing-board",
    level="province",
    state="live",
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    pilot_per_mille=1000,
    customers=Customers(
        audience="is_live AND is_smartphone AND apps_held <= 1 AND preferred_category IS NOT NULL",
        meaning="A smartphone, at most one own service, and a known recent interest.",
        exclusions=STANDARD,
    ),
    offer=CrossSell(
        (
            ("video", "video_preference"),
            ("games", "games_preference"),
            ("reading", "reading_preference"),
            ("music", "music_preference"),
            ("community", "social_preference"),
            ("payment", "shopping_preference"),
            ("surf", "news_preference"),
            ("mm", "life_preference"),
        ),
        margin_per_mille=500,
    ),
    resource=NO_RESOURCE,
    channels=Channels(
        allowed=("sms", "app_hall", "web_hall", "mailbox", "fetion", "data_park"),
        high_value=None,
        preferred="preferred_channel",
        chosen_by="allocation",
    ),
    timing=one_wave(21, channel="sms"),
    strategy=Strategy(
        effect=Assumed(ppm=10_000),
        months=6,
        high_value="is_high_value",
        control_per_mille=100,
        explore_per_mille=30,
        least_contacts=None,
        most_contacts=20_000,
        message="猜您喜欢{product_name},每月{fee_fen:yuan}元,用手机随时享受!",
    ),
    evaluation=Evaluation(success=Ordered("app", within_days=30)),
)
