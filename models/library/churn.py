"""Who will leave: who will be lost, by the definition of features/churn.py.

A subscriber that is live and not lost on the cut-off *churns* if it is lost on days 8 to 37 after it. The first week is the gap, which is
too short to act in. A subscriber lost in the gap is left out, neither churned nor stayed; so is one missing from the later extract. State
and dates are those known on the later date.
"""

from datetime import date
from typing import TYPE_CHECKING

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.churn import LOST, LOST_ON
from models.boosted_trees import BoostedTrees
from models.following import Following
from models.model import SUBSCRIBER, Model

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def left(first: date, last: date, subscribers: "DataFrame") -> "DataFrame":
    """Return every subscriber of the later snapshot: 1 lost inside the window, 0 not lost by its end, null lost before it began."""
    from pyspark.sql import functions as F

    in_time = f"{LOST_ON} BETWEEN DATE'{first}' AND DATE'{last}'"
    told = F.expr(f"CASE WHEN {in_time} THEN 1 WHEN {LOST_ON} < DATE'{first}' THEN NULL ELSE 0 END")
    return subscribers.select("subscriber_id", told.alias("label"))


MODEL = Model(
    name="churn",
    label="离网风险",
    meaning="Terminal state, for prepaid also retention or frozen, on days 8 to 37.",
    caveat="It says who leaves, not whom an offer would keep. 风险分预示谁会离网,并非谁可被挽留。",
    unit=SUBSCRIBER,
    examples=Following(who=f"is_live AND NOT {LOST}", outcome=DWD_SUBSCRIBER, happened=left, first_day=8, last_day=37, absent_means=None),
    # As for the propensity: only windows that have values at a past cut-off, and no figure that waits for settlement.
    features=(
        "brand",
        "state",
        "vip_level",
        "credit_class",
        "points",
        "tenure_days",
        "days_in_state",
        "days_with_number",
        "bundle_days_left",
        "age_years",
        "gender",
        "is_smartphone",
        "network_generation",
        "price_band",
        "data_bytes_7d",
        "data_bytes_30d",
        "data_days_7d",
        "data_days_30d",
        "data_trend_7d",
        "active_days_30d",
        "voice_s_30d",
        "off_net_share_30d",
        "roaming_share_30d",
        "sms_count_30d",
        "mean_bill_fen_3m",
        "holds_data_plan",
        "data_plan_months_held",
        "products_held",
    ),
    learner=BoostedTrees(),
)
