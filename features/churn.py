"""Churn 离网: the one written definition of who is lost, since when and why. Tags, models and pages use it.

A subscription is *lost* from the day it enters a terminal state; a prepaid one (mzone, easyown) already from the day it enters retention
保留期 or frozen 冷冻期. The model of churn says in which days after a cut-off a loss counts (models/library/churn.py).

The rules are SQL over a row of dwd.subscriber.
"""

from expectations.columns import TERMINAL_STATES

PREPAID_BRANDS = ("mzone", "easyown")
LAPSED_STATES = ("retention", "frozen")
# Retention and freezing together last at most so long. An older date is of a retention that the subscriber came back from.
LAPSE_DAYS = 200
CHURN_TYPES = {
    "debt": "欠费",
    "forced": "强制",
    "booked": "预约销户",
    "transferred": "过户",
    "prepaid_lapse": "预付费到期",
}


def _listed(codes: tuple[str, ...]) -> str:
    return ", ".join(f"'{code}'" for code in codes)


IS_PREPAID = f"brand IN ({_listed(PREPAID_BRANDS)})"
LOST = f"(state IN ({_listed(TERMINAL_STATES)}) OR ({IS_PREPAID} AND state IN ({_listed(LAPSED_STATES)})))"

# The first day of retention, or of freezing, of a prepaid number that has not come back since; else null.
_LAPSED_ON = (
    f"CASE WHEN {IS_PREPAID} AND state IN ({_listed(LAPSED_STATES)}, 'recycled', 'cancelled')"
    f" AND least(retention_date, freeze_date) BETWEEN date_sub(state_date, {LAPSE_DAYS}) AND state_date"
    " THEN least(retention_date, freeze_date) END"
)
# The first day of the loss, null if not lost. A prepaid number that is recycled or cancelled after retention was lost with the retention.
LOST_ON = f"(CASE WHEN {LOST} THEN coalesce({_LAPSED_ON}, state_date) END)"

# Why a lost subscription was lost. Null if it is not lost, or if only its number's return 号码回收 is known.
CHURN_TYPE = f"""(CASE
    WHEN state = 'transferred' THEN 'transferred'
    WHEN state = 'cancelled_debt' THEN 'debt'
    WHEN state = 'cancelled_forced' THEN 'forced'
    WHEN {IS_PREPAID} AND state IN ({_listed(LAPSED_STATES)}, 'recycled') THEN 'prepaid_lapse'
    WHEN {_LAPSED_ON} IS NOT NULL THEN 'prepaid_lapse'
    WHEN state = 'cancelled' THEN 'booked'
END)"""
