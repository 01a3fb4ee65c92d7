"""Who will order a data plan of their own accord.

This is the only written definition. A subscriber that is live and holds no data plan on the cut-off *orders* if a paid order line for a
data plan is dated on days 1 to 30 after the cut-off, even if it is cancelled later. Trials and bundled plans are no orders. Until channel
feedback exists these are unprompted orders: the score ranks appetite, not the response to a campaign.
"""

from datetime import date
from typing import TYPE_CHECKING

from expectations.tables.dwd_subscription_interval import DWD_SUBSCRIPTION_INTERVAL
from models.boosted_trees import BoostedTrees
from models.following import Following
from models.model import SUBSCRIBER, Model

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def ordered(first: date, last: date, orders: "DataFrame") -> "DataFrame":
    """Return subscribers with a paid data-plan order inside the window; those without are not listed."""
    from pyspark.sql import functions as F

    inside = F.to_date("ordered_at").between(F.lit(first), F.lit(last))
    paid = (F.col("order_source") == "paid") & (F.col("product_kind") == "data_plan")
    return orders.where(inside & paid).select("subscriber_id").distinct().withColumn("label", F.lit(1))


MODEL = Model(
    name="data_plan_propensity",
    label="流量套餐订购倾向",
    meaning="Unprompted paid data-plan order on days 1 to 30.",
    caveat="Learned from unprompted orders; it is not yet campaign response. 倾向分由客户自发订购学得,尚不是营销响应。",
    unit=SUBSCRIBER,
    examples=Following(
        who="is_live AND NOT holds_data_plan",
        outcome=DWD_SUBSCRIPTION_INTERVAL,
        happened=ordered,
        first_day=1,
        last_day=30,
        absent_means=0,
    ),
    # Only windows of 30 days and bills, because a past cut-off has little history behind it. Figures of single months (_1m) are null on the
    # first nights of a month, until it is settled, and would shift the scores; the mean of the settled months is steady.
    features=(
        "brand",
        "vip_level",
        "credit_class",
        "points",
        "tenure_days",
        "days_with_number",
        "age_years",
        "gender",
        "is_smartphone",
        "network_generation",
        "price_band",
        "terminal_os",
        "has_gprs",
        "data_bytes_7d",
        "data_bytes_30d",
        "data_days_30d",
        "data_trend_7d",
        "data_fee_outside_fen_7d",
        "data_fee_outside_fen_30d",
        "idle_share_30d",
        "wlan_bytes_30d",
        "voice_s_30d",
        "sms_count_30d",
        "mean_bill_fen_3m",
        "base_plan_allowance_bytes",
        "ever_held_data_plan",
        "holds_idle_pack",
        "top_up_packs_held",
        "products_held",
        "apps_held",
    ),
    learner=BoostedTrees(),
)
