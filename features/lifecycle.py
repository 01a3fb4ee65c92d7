"""T1 生命周期: the stage of a subscriber's life cycle, and plain facts that audiences and models use."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.checks import NOT_NULL, at_least, between, one_of
from expectations.columns import TERMINAL_STATES
from features.churn import CHURN_TYPE, CHURN_TYPES, IS_PREPAID, LOST, LOST_ON
from features.family import Family
from features.reads import Yesterday
from features.tag import Tags

LIFECYCLE_TAGS = Family(name="lifecycle", owner="customer-value", label="生命周期", reads={"yesterday": Yesterday()})

LEAVING_STATES = ("stopped", "cancel_booked", "retention", "frozen")
NEW_DAYS = 90
GROWING_DAYS = 365
# Nights that another stage has to last before the steady stage follows. To leave `declining` takes longer than to enter it.
NIGHTS_TO_MOVE = 7
NIGHTS_TO_RECOVER = 30
STAGES = ("new", "growing", "mature", "declining", "left")

for attribute, chinese in (
    ("brand", "品牌"),
    ("state", "号码状态"),
    ("vip_level", "客户等级"),
    ("city", "归属地市"),
):
    LIFECYCLE_TAGS.carry(attribute, label=chinese)
LIFECYCLE_TAGS.carry("county", label="归属区县", null_means="county not stated")
LIFECYCLE_TAGS.carry("phone_type", label="机类型", null_means="kind of phone not stated")
LIFECYCLE_TAGS.carry("gender", label="性别")
LIFECYCLE_TAGS.carry("credit_class", label="信用等级", null_means="not rated")
LIFECYCLE_TAGS.carry("points", label="积分", null_means="not in the points scheme")
LIFECYCLE_TAGS.carry("previous_brand", label="换号入网前品牌", null_means="no re-entry is known")


@LIFECYCLE_TAGS.derived("boolean", label="是否换号入网", checks=(NOT_NULL,))
def is_re_entry() -> Column:
    """Whether the subscriber was one before under another number, by the handset of the entry month."""
    return F.col("previous_subscriber_id").isNotNull()


@LIFECYCLE_TAGS.derived("boolean", label="是否在网", checks=(NOT_NULL,))
def is_live() -> Column:
    """Whether the subscription still exists: stopped, retention and frozen numbers do."""
    return ~F.col("state").isin(*TERMINAL_STATES)


@LIFECYCLE_TAGS.derived("boolean", label="是否预付费", checks=(NOT_NULL,))
def is_prepaid() -> Column:
    """Whether the brand is prepaid (mzone, easyown)."""
    return F.expr(IS_PREPAID)


@LIFECYCLE_TAGS.derived("boolean", label="是否高价值客户", checks=(NOT_NULL,))
def is_high_value() -> Column:
    """Whether the VIP level is silver, gold or diamond. Prepaid brands have no level and are never high value."""
    return F.col("vip_level") != "none"


@LIFECYCLE_TAGS.derived("int", unit="days", label="在网时长", checks=(NOT_NULL, at_least(0).as_warning))
def tenure_days(on: Column) -> Column:
    """Days since network entry; no longer counted once a subscriber has left."""
    end = F.when(F.col("state").isin(*TERMINAL_STATES), F.least(F.col("state_date"), on)).otherwise(on)
    return F.datediff(end, F.col("entry_date"))


@LIFECYCLE_TAGS.derived("string", label="生命周期阶段", checks=(NOT_NULL, one_of(*STAGES)))
def lifecycle_stage() -> Column:
    """Left (terminal state), declining (stopped, booked, retention, frozen), else by tenure: new to 90 days, growing to 365, mature."""
    return (
        F.when(F.col("state").isin(*TERMINAL_STATES), "left")
        .when(F.col("state").isin(*LEAVING_STATES), "declining")
        .when(F.col("tenure_days") <= NEW_DAYS, "new")
        .when(F.col("tenure_days") <= GROWING_DAYS, "growing")
        .otherwise("mature")
    )


@LIFECYCLE_TAGS.derived("date", label="生命周期阶段起始日", checks=(NOT_NULL,))
def lifecycle_stage_since(on: Column, yesterday: Tags) -> Column:
    """First night of the present lifecycle_stage. A gap of up to six nights that were not run does not restart it."""
    since = F.when(yesterday.lifecycle_stage == F.col("lifecycle_stage"), yesterday.lifecycle_stage_since)
    return F.coalesce(since, on)


@LIFECYCLE_TAGS.derived("string", label="稳定生命周期阶段", checks=(NOT_NULL, one_of(*STAGES)))
def steady_stage(on: Column, yesterday: Tags) -> Column:
    """The lifecycle_stage after 7 nights of it, 30 after declining. It moves at once to and from left, and without a night before."""
    stage, before = F.col("lifecycle_stage"), yesterday.steady_stage
    nights = F.datediff(on, F.col("lifecycle_stage_since")) + 1
    enough = F.when(before == "declining", NIGHTS_TO_RECOVER).otherwise(NIGHTS_TO_MOVE)
    moves = before.isNull() | (stage == "left") | (before == "left") | (nights >= enough)
    return F.when(moves, stage).otherwise(before)


@LIFECYCLE_TAGS.derived("int", unit="days", label="号码状态持续天数", checks=(NOT_NULL, at_least(0).as_warning))
def days_in_state(on: Column) -> Column:
    """Days since the number entered its state."""
    return F.datediff(on, F.col("state_date"))


@LIFECYCLE_TAGS.derived("int", unit="days", label="号码使用天数", checks=(NOT_NULL, at_least(0).as_warning))
def days_with_number(on: Column) -> Column:
    """Days since the subscriber has the present number."""
    return F.datediff(on, F.col("number_date"))


@LIFECYCLE_TAGS.derived("int", unit="days", label="捆绑剩余天数", null_means="no bundle, or it has ended")
def bundle_days_left(on: Column) -> Column:
    """Days to the end of the last bundle; 0 on its last day."""
    return F.when(F.col("bundle_end_date") >= on, F.datediff(F.col("bundle_end_date"), on))


@LIFECYCLE_TAGS.derived("int", unit="years", label="年龄", checks=(between(0, 120).as_warning,), null_means="birth date not stated")
def age_years(on: Column) -> Column:
    """Age reached in the year of D."""
    return F.year(on) - F.col("birth_year")


@LIFECYCLE_TAGS.derived("boolean", label="是否已离网", checks=(NOT_NULL,))
def is_lost() -> Column:
    """Whether the subscription is lost by the one definition of churn (features/churn.py)."""
    return F.expr(LOST)


def _as_before(yesterday: Column, today: Column) -> Column:
    """Return yesterday's value of a number that is recycled now: BOSS no longer says what the subscription was before."""
    return F.when(F.col("state") == "recycled", F.coalesce(yesterday, today)).otherwise(today)


@LIFECYCLE_TAGS.derived("date", label="流失日期", null_means="not lost")
def lost_on(yesterday: Tags) -> Column:
    """First day of the loss. Of a number that is recycled now it is the day known the night before."""
    return _as_before(yesterday.lost_on, F.expr(LOST_ON))


@LIFECYCLE_TAGS.derived("date", label="流失月份", null_means="not lost")
def churn_month() -> Column:
    """First day of the month in which the subscription was lost."""
    return F.trunc("lost_on", "month")


@LIFECYCLE_TAGS.derived(
    "string", label="流失类型", checks=(one_of(*CHURN_TYPES),), null_means="not lost, or only the recycling of the number is known"
)
def churn_type(yesterday: Tags) -> Column:
    """Why the subscription was lost: debt 欠费, forced 强制, booked 预约销户, transferred 过户, prepaid_lapse 预付费到期."""
    return _as_before(yesterday.churn_type, F.expr(CHURN_TYPE))
