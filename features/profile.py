"""客户资料: the tier, clubs, entry and state of a subscriber, with the brand deciding which fields apply (domain section 2)."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.checks import NOT_NULL, at_least, between, one_of
from features.churn import IS_PREPAID
from features.family import Family

PROFILE_TAGS = Family(name="profile", owner="customer-data", label="客户资料")

# Whoever has so many points and no card is a 贵宾.
HONOURED_POINTS = 3_900
CARDS = ("diamond", "gold", "silver")
TIERS = (*CARDS, "honoured", "ordinary")
SHOPS = ("crm", "agent_shop")
PREPAID_HAS_NONE = "a prepaid brand has no such field"
POSTPAID_HAS_NONE = "a postpaid brand has no such field"
NO_CRM_ROW = "the CRM has no row for the subscription"
# Upper borders of the age bands, included.
AGE_BANDS = {17: "under_18", 24: "18_24", 34: "25_34", 44: "35_44", 59: "45_59"}
OLDEST = "60_and_over"


def _is_prepaid() -> Column:
    return F.expr(IS_PREPAID)


@PROFILE_TAGS.derived("string", label="会员卡等级", checks=(one_of(*CARDS, "none"),), null_means=PREPAID_HAS_NONE)
def card_level() -> Column:
    """Card of a gotone customer: diamond 钻石, gold 金, silver 银, or none."""
    return F.when(~_is_prepaid(), F.col("vip_level"))


@PROFILE_TAGS.derived("string", label="客户分层", checks=(NOT_NULL, one_of(*TIERS)))
def customer_tier() -> Column:
    """Tier by card, then by points: diamond, gold, silver, honoured 贵宾 from 3,900 points, else ordinary."""
    by_points = F.when(F.col("points") >= HONOURED_POINTS, "honoured").otherwise("ordinary")
    return F.when(F.col("card_level").isin(*CARDS), F.col("card_level")).otherwise(by_points)


@PROFILE_TAGS.derived(
    "bigint", unit="points", label="距贵宾所差积分", checks=(at_least(1),), null_means="a tier above ordinary, or no points are known"
)
def points_to_honoured() -> Column:
    """Points that an ordinary customer lacks to become 贵宾."""
    return F.when(F.col("customer_tier") == "ordinary", HONOURED_POINTS - F.col("points"))


@PROFILE_TAGS.derived("boolean", label="是否处于保留期", null_means=POSTPAID_HAS_NONE)
def is_in_retention() -> Column:
    """Whether a prepaid number is in retention 保留期."""
    return F.when(_is_prepaid(), F.col("state") == "retention")


@PROFILE_TAGS.derived("date", label="进入保留期时间", null_means=f"never in retention; {POSTPAID_HAS_NONE}")
def retention_since() -> Column:
    """Day on which a prepaid number last entered retention 保留期."""
    return F.when(_is_prepaid(), F.col("retention_date"))


@PROFILE_TAGS.derived("date", label="进入冷冻期时间", null_means=f"never frozen; {POSTPAID_HAS_NONE}")
def frozen_since() -> Column:
    """Day on which a prepaid number last was frozen 冷冻期."""
    return F.when(_is_prepaid(), F.col("freeze_date"))


@PROFILE_TAGS.derived("date", label="预约销户时间", null_means=f"no cancellation is booked; {PREPAID_HAS_NONE}")
def cancels_on() -> Column:
    """Day for which a gotone customer has booked the cancellation 预约销户."""
    return F.when(~_is_prepaid(), F.col("cancel_booked_date"))


@PROFILE_TAGS.derived("int", unit="days", label="距预约销户天数", checks=(at_least(0),), null_means="no cancellation is to come")
def days_to_cancellation(on: Column) -> Column:
    """Days to the booked cancellation: so long the customer can be won back."""
    return F.when((F.col("state") == "cancel_booked") & (F.col("cancels_on") >= on), F.datediff("cancels_on", on))


@PROFILE_TAGS.derived("string", label="入网渠道类别", checks=(one_of("shop", "manager", "electronic"),), null_means="entry channel unknown")
def entry_channel_kind() -> Column:
    """Kind of the entry channel: shop (own or agent's), manager (account manager), else electronic."""
    channel = F.col("entry_channel")
    return F.when(channel.isin(*SHOPS), "shop").when(channel == "account_manager", "manager").when(channel.isNotNull(), "electronic")


@PROFILE_TAGS.derived("int", unit="days", label="距入网周年天数", checks=(between(0, 365),), null_means="entered on or after D")
def days_to_anniversary(on: Column) -> Column:
    """Days to the next anniversary of network entry, 0 on the day; for an entry on 29 February the 28th in other years."""
    years = F.year(on) - F.year("entry_date")
    this_year = F.add_months("entry_date", years * 12)
    coming = F.when(this_year >= on, this_year).otherwise(F.add_months("entry_date", (years + 1) * 12))
    return F.when(F.col("entry_date") < on, F.datediff(coming, on))


@PROFILE_TAGS.derived("string", label="年龄段", checks=(one_of(*AGE_BANDS.values(), OLDEST),), null_means="birth date not stated")
def age_band(on: Column) -> Column:
    """Band of the age reached in the year of D."""
    age = F.year(on) - F.col("birth_year")
    bands = F.coalesce(*(F.when(age <= last, band) for last, band in AGE_BANDS.items()), F.lit(OLDEST))
    return F.when(age.isNotNull(), bands)


@PROFILE_TAGS.derived("boolean", label="是否有客户经理", null_means=NO_CRM_ROW)
def has_manager() -> Column:
    """Whether the customer has an account manager 大客户经理."""
    return _known(F.col("manager_id").isNotNull())


def _known(value: Column) -> Column:
    # Every row of the CRM says whether it is a company's.
    return F.when(F.col("is_company").isNotNull(), value)


def _is_member(club: str) -> Column:
    return _known(F.coalesce(F.array_contains("clubs", club), F.lit(False)))


@PROFILE_TAGS.derived("boolean", label="无线音乐俱乐部高级会员", null_means=NO_CRM_ROW)
def is_music_club_senior() -> Column:
    """Whether they are a senior member of the music club."""
    return _is_member("music_senior")


@PROFILE_TAGS.derived("boolean", label="无线音乐俱乐部会员", null_means=NO_CRM_ROW)
def is_music_club_member() -> Column:
    """Whether they are a member of the music club, senior or not."""
    return _is_member("music") | _is_member("music_senior")


@PROFILE_TAGS.derived("boolean", label="手机玩家俱乐部", null_means=NO_CRM_ROW)
def is_gamer_club_member() -> Column:
    """Whether they are a member of the gamers' club."""
    return _is_member("gamer")
