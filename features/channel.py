"""T7 渠道偏好: which channels a subscriber visits, which they answer, and how often they were contacted."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.channel import MOMENTS, QUERIES
from expectations.channels import CHANNELS
from expectations.checks import NOT_NULL, at_least, between, one_of
from expectations.tables.dwd_channel_response import DWD_CHANNEL_RESPONSE
from expectations.tables.ods_channel_visit import DWD_CHANNEL_VISIT
from expectations.tables.ods_external_contact import DWD_EXTERNAL_CONTACT
from expectations.tables.ods_feedback import DWD_FEEDBACK
from features.answers import AGREED, SMOOTHED_BY, is_made
from features.family import Family
from features.reads import Rows
from features.shares import per_mille

CHANNEL_TAGS = Family(
    name="channel",
    owner="channels",
    label="渠道偏好",
    reads={
        "visits": Rows(DWD_CHANNEL_VISIT),
        "feedback": Rows(DWD_FEEDBACK, on_change=True),
        "external_contact": Rows(DWD_EXTERNAL_CONTACT, on_change=True),
        # The newest row is the one with the greatest response.
        "responses": Rows(DWD_CHANNEL_RESPONSE, newest_by=("response_ppm", "channel")),
    },
)

ALL = {name: channel.label for name, channel in CHANNELS.items()}
# The extract (S15) names the channel that the customer came to, not its part.
VISITED = {channel.part_of or name: CHANNELS[channel.part_of or name].label for name, channel in CHANNELS.items() if channel.moments}
# Channels without staff 电子渠道 (label 7).
ELECTRONIC = ("web_hall", "app_hall", "wap_hall", "kiosk", "portal", "toolbar", "data_park", "trial_platform", "sms", "ivr")
# Parts of the day, by the first hour and the first hour after it; the night is from 22 to 8.
PARTS = {"morning": (8, 12), "noon": (12, 14), "afternoon": (14, 18), "evening": (18, 22)}
NAMES_OF_PARTS = {"morning": "上午", "noon": "中午", "afternoon": "下午", "evening": "晚上"}
# So many visits to a channel are a habit, one is not.
LEAST_VISITS = 2
HALF = 500
# A smoothed share of visits, per mille. One visit alone gives a sixth.
PREFERRED_FROM = 200
HALF_LIFE_DAYS = 14
COUNT = (at_least(0),)
SHARE = (between(0, 1000),)
NO_VISIT = "no visit in the last 90 days"
NO_CONTACT = "no contact in the last 90 days is known"


# Visits (S15)


@CHANNEL_TAGS.windowed("count", of="visits", days=(30, 90), unit="visits", label="渠道访问次数", checks=COUNT)
def channel_visits() -> Column:
    """Visits to any channel."""
    return F.lit(True)


@CHANNEL_TAGS.windowed("count", of="visits", days=(90,), per=VISITED, is_tag=False)
def visits(channel: str) -> Column:
    """Visits to the channel {}."""
    return F.col("channel") == channel


@CHANNEL_TAGS.derived("int", per=VISITED, unit="per mille", label="近90天{}访问占比", checks=SHARE, null_means=NO_VISIT)
def visit_share_90d(channel: str) -> Column:
    """Share of the channel {} in all visits of the last 90 days, drawn towards an even share when visits are few."""
    every = len(VISITED)
    own, of_all = f"{channel}_visits_90d * {every} + {SMOOTHED_BY}", f"(channel_visits_90d + {SMOOTHED_BY}) * {every}"
    return per_mille(own, f"if(channel_visits_90d > 0, {of_all}, 0)")


@CHANNEL_TAGS.windowed("distinct", of="visits", days=(90,), by="channel", unit="channels", label="访问渠道数", checks=COUNT)
def channels_visited() -> Column:
    """Channels that they visited."""
    return F.lit(1)


@CHANNEL_TAGS.windowed("top", of="visits", days=(90,), by="channel", label="访问最多渠道", null_means=NO_VISIT)
def top_visited_channel() -> Column:
    """The channel that they visited most; of equals the first by name."""
    return F.lit(1)


@CHANNEL_TAGS.windowed("top", of="visits", days=(90,), by="moment", label="最常触发时机", null_means=NO_VISIT, checks=(one_of(*MOMENTS),))
def top_moment() -> Column:
    """What they come for most, a moment of a channel 触发时机; of equals the first by name."""
    return F.lit(1)


@CHANNEL_TAGS.windowed("count", of="visits", days=(90,), unit="visits", label="流量与优惠查询次数", checks=COUNT)
def interested_queries() -> Column:
    """Queries of data left or of offers: they think of their data, or look for an offer."""
    return F.col("moment").isin("data_query", "offer_query")


@CHANNEL_TAGS.windowed("count", of="visits", days=(90,), unit="visits", label="缴费访问次数", checks=COUNT)
def payment_visits() -> Column:
    """Visits to pay."""
    return F.col("moment") == "payment"


@CHANNEL_TAGS.windowed("count", of="visits", days=(90,), is_tag=False)
def electronic_visits() -> Column:
    """Visits to channels without staff 电子渠道."""
    return F.col("channel").isin(*ELECTRONIC)


@CHANNEL_TAGS.derived("int", unit="per mille", label="近90天电子渠道占比", checks=SHARE, null_means=NO_VISIT)
def electronic_share_90d() -> Column:
    """Share of channels without staff in all visits, last 90 days (label 7)."""
    return per_mille("electronic_visits_90d", "channel_visits_90d")


@CHANNEL_TAGS.windowed("count", of="visits", days=(30,), unit="visits", label="电子渠道查询次数", checks=COUNT)
def electronic_queries() -> Column:
    """Queries of fees, bill, data or offers in channels without staff."""
    return F.col("channel").isin(*ELECTRONIC) & F.col("moment").isin(*QUERIES)


@CHANNEL_TAGS.derived("boolean", label="是否电子渠道偏好客户", checks=(NOT_NULL,))
def prefers_electronic_channels() -> Column:
    """Whether they queried channels without staff twice in 30 days, and half their visits of 90 days were to such channels (label 7)."""
    return (F.col("electronic_queries_30d") >= LEAST_VISITS) & (F.coalesce("electronic_share_90d", F.lit(0)) >= HALF)


@CHANNEL_TAGS.windowed("max", of="visits", days=(90,), type="date", is_tag=False)
def last_visit_on() -> Column:
    """Day of the newest visit to a channel."""
    return F.col("day")


@CHANNEL_TAGS.derived("int", unit="days", label="距最近访问天数", checks=(between(0, 89),), null_means=NO_VISIT)
def days_since_visit(on: Column) -> Column:
    """Days since the newest visit to a channel; 0 is D."""
    return F.datediff(on, F.col("last_visit_on_90d"))


@CHANNEL_TAGS.windowed("count", of="visits", days=(90,), per=NAMES_OF_PARTS, is_tag=False)
def part_visits(part: str) -> Column:
    """Visits in the {}; the morning begins at 8, noon at 12, the afternoon at 14, the evening at 18 and the night at 22 o'clock."""
    first, end = PARTS[part]
    hour = F.hour("visited_at")
    return (hour >= first) & (hour < end)


@CHANNEL_TAGS.derived("string", label="最佳联系时段", checks=(one_of(*PARTS),), null_means="fewer than 2 visits by day in the last 90 days")
def best_contact_time() -> Column:
    """The part of the day in which they come most, with at least 2 visits; of equals the earlier one. No part of the night."""
    counts = [F.col(f"{part}_part_visits_90d") for part in PARTS]
    most = F.greatest(*counts)
    return F.when(
        most >= LEAST_VISITS, F.coalesce(*(F.when(count == most, F.lit(part)) for part, count in zip(PARTS, counts, strict=True)))
    )


# Contacts and answers (S12, S16)


@CHANNEL_TAGS.windowed("count", of="feedback", days=(30,), unit="contacts", label="接触次数", checks=COUNT)
def contacts() -> Column:
    """Contacts that a channel made with them, by its receipts."""
    return is_made()


@CHANNEL_TAGS.windowed("count", of="feedback", days=(90,), unit="answers", label="接触答复次数", checks=COUNT)
def answers() -> Column:
    """Decisions about an offer that a channel reported: yes, no or still considering."""
    return F.coalesce(F.col("outcome") != "unreached", F.lit(False))


@CHANNEL_TAGS.windowed("count", of="feedback", days=(90,), unit="answers", label="同意办理次数", checks=COUNT)
def agreements() -> Column:
    """Decisions to take up an offer, paid or for a trial."""
    return F.coalesce(F.col("outcome").isin(*AGREED), F.lit(False))


@CHANNEL_TAGS.windowed("count", of="feedback", days=(90,), unit="answers", label="拒绝次数", checks=COUNT)
def refusals() -> Column:
    """Decisions against an offer."""
    return F.coalesce(F.col("outcome") == "refused", F.lit(False))


@CHANNEL_TAGS.windowed("any", of="feedback", days=(30,), label="是否考虑中")
def is_considering() -> Column:
    """Whether they said that they were still considering an offer: ask again later."""
    return F.coalesce(F.col("outcome") == "considering", F.lit(False))


@CHANNEL_TAGS.windowed("count", of="feedback", days=(90,), unit="replies", label="营销不满意次数", checks=COUNT)
def dissatisfied_contacts() -> Column:
    """Replies after a contact that they were not satisfied."""
    return F.coalesce(F.col("satisfaction") == "dissatisfied", F.lit(False))


@CHANNEL_TAGS.windowed(
    "top", of="feedback", days=(90,), by="channel", k=len(ALL), label="要求免打扰的渠道", null_means="no such wish in the last 90 days"
)
def no_contact_wishes() -> Column:
    """Channels through which they asked not to be disturbed 免打扰, with commas between them."""
    return F.coalesce((F.col("outcome") == "do_not_disturb").cast("int"), F.lit(0))


@CHANNEL_TAGS.windowed("count", of="external_contact", days=(30,), unit="contacts", label="外部接触次数", checks=COUNT)
def external_contacts() -> Column:
    """Contacts that other departments made with them (S16); a draw that left them out is none."""
    return ~F.col("arm").eqNullSafe(F.lit("control"))


@CHANNEL_TAGS.derived("int", unit="contacts", label="近30天全部接触次数", checks=(NOT_NULL, at_least(0)))
def all_contacts_30d() -> Column:
    """Contacts of all channels and other departments, last 30 days."""
    return F.col("contacts_30d") + F.col("external_contacts_30d")


@CHANNEL_TAGS.windowed("max", of="feedback", days=(90,), type="date", is_tag=False)
def last_contact_on() -> Column:
    """Day of the newest contact that a channel made."""
    return F.when(is_made(), F.col("day"))


@CHANNEL_TAGS.windowed("max", of="external_contact", days=(90,), type="date", is_tag=False)
def last_external_contact_on() -> Column:
    """Day of the newest contact of another department."""
    return F.when(~F.col("arm").eqNullSafe(F.lit("control")), F.col("day"))


@CHANNEL_TAGS.derived("int", unit="days", label="距最近接触天数", checks=(between(0, 89),), null_means=NO_CONTACT)
def days_since_contact(on: Column) -> Column:
    """Days since the newest contact by a channel or another department (P2); 0 is D."""
    return F.datediff(on, F.greatest("last_contact_on_90d", "last_external_contact_on_90d"))


@CHANNEL_TAGS.windowed("decayed", of="feedback", days=(90,), half_life=HALF_LIFE_DAYS, is_tag=False)
def recent_contacts() -> Column:
    """Contacts of channels, in which one of 14 days ago counts half."""
    return is_made().cast("bigint")


@CHANNEL_TAGS.windowed("decayed", of="external_contact", days=(90,), half_life=HALF_LIFE_DAYS, is_tag=False)
def recent_external_contacts() -> Column:
    """Contacts of other departments, in which one of 14 days ago counts half."""
    return (~F.col("arm").eqNullSafe(F.lit("control"))).cast("bigint")


@CHANNEL_TAGS.derived("bigint", unit="thousandths", label="营销疲劳度", checks=(NOT_NULL, at_least(0)))
def contact_fatigue() -> Column:
    """Contacts that they still feel: all of the last 90 days, in which one of 14 days ago counts half."""
    return F.col("recent_contacts_90d") + F.col("recent_external_contacts_90d")


# Responses, drawn towards the province's


@CHANNEL_TAGS.aggregated("max", of="responses", per=ALL, type="int", unit="ppm", label="{}响应率", null_means=NO_CONTACT)
def response_ppm(channel: str) -> Column:
    """Share of the contacts through {} that they took up in the last 90 days, drawn towards the province's share when contacts are few."""
    return F.when(F.col("channel") == channel, F.col("response_ppm"))


@CHANNEL_TAGS.aggregated("sum", of="responses", unit="contacts", label="近90天成功接触次数", checks=COUNT)
def contacts_taken_up() -> Column:
    """Contacts of the last 90 days after which they took up the offer."""
    return F.col("taken_up").cast("bigint")


@CHANNEL_TAGS.aggregated("latest", of="responses", type="string", label="响应最佳渠道", null_means="no offer taken up in the last 90 days")
def best_answered_channel() -> Column:
    """The channel with the greatest response_ppm of those through which they took up an offer; of equals the last by name."""
    return F.when(F.col("taken_up") > 0, F.col("channel"))


@CHANNEL_TAGS.derived(
    "string",
    label="偏好渠道",
    checks=(one_of(*ALL),),
    null_means="nothing taken up and no channel with a fifth of the visits in the last 90 days; the default rules apply",
)
def preferred_channel() -> Column:
    """The channel through which they take up most, else the one that they visit most, with a visit_share_90d of a fifth or more (P3).

    Both shares are smoothed: one visit makes no preference, and two do when there are few others.
    """
    most = F.greatest(*(F.col(f"{channel}_visit_share_90d") for channel in VISITED))
    return F.coalesce(F.col("best_answered_channel"), F.when(most >= PREFERRED_FROM, F.col("top_visited_channel_90d")))
