"""T8 客户服务: what a subscriber brought to the service: complaints, questions, calls to the hotline, replies."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.channels import CHANNELS
from expectations.checks import NOT_NULL, at_least, between
from expectations.tables.ods_service_event import ODS_SERVICE_EVENT
from features.channel import CHANNEL_TAGS
from features.family import Family
from features.reads import Rows, TagsOf
from features.shares import per_mille
from features.tag import Tags

SERVICE_TAGS = Family(
    name="service",
    owner="service",
    label="客户服务",
    reads={"service": Rows(ODS_SERVICE_EVENT, newest_by=("occurred_at", "event_id")), "answers": TagsOf(CHANNEL_TAGS)},
)

# Questions of these topics state a need that a data service answers 现实需求.
NEEDS = {
    "data_plan": "流量套餐",
    "data_fee": "流量资费",
    "network": "网络质量",
    "roaming": "漫游",
    "handset": "终端",
}
# Complaints of these topics are about data (C20).
DATA_TOPICS = ("data_plan", "data_fee", "network")
# So many complaints in 90 days are a habit 投诉专业户 (label 3).
HABIT = 3
# Channels by which we contact somebody without being asked.
ACTIVE = {name: channel.label for name, channel in CHANNELS.items() if "active" in channel.modes}
# In the CRM's set it stands for every channel.
EVERY = "all"
# So many dissatisfied replies in 90 days, and at least half of all replies, are often (label 4 建议型客户).
OFTEN = 2
NO_COMPLAINT = "no complaint in the last 90 days"
NOT_IN_CRM = "the CRM has no row for them"
NO_REPLY = "no reply in the last 90 days"


def _is(kind: str) -> Column:
    return F.col("kind") == kind


def _is_about(*topics: str) -> Column:
    # Many events have no topic, and a null must not reach an aggregate as a value of its own.
    return F.coalesce(F.col("topic").isin(*topics), F.lit(False))


@SERVICE_TAGS.windowed("count", days=(30, 90), unit="complaints", label="投诉次数", checks=(at_least(0),))
def complaints() -> Column:
    """Complaints made."""
    return _is("complaint")


@SERVICE_TAGS.windowed("count", days=(90,), unit="complaints", label="严重投诉次数", checks=(at_least(0),))
def severe_complaints() -> Column:
    """Complaints of high severity."""
    return _is("complaint") & F.col("severity").eqNullSafe(F.lit("high"))


@SERVICE_TAGS.windowed("count", days=(30, 90), unit="complaints", label="流量投诉次数", checks=(at_least(0),))
def data_complaints() -> Column:
    """Complaints about data plans, data fees or the network (C20)."""
    return _is("complaint") & _is_about(*DATA_TOPICS)


@SERVICE_TAGS.windowed("any", days=(90,), label="是否投诉未经同意订购")
def complained_of_unasked_order() -> Column:
    """Whether they complained of a subscription that they had not asked for: confirm each order twice."""
    return _is("complaint") & _is_about("subscribed_unasked")


@SERVICE_TAGS.windowed("any", days=(90,), label="是否投诉营销打扰")
def complained_of_marketing() -> Column:
    """Whether they complained of messages that they did not want: marketing itself disturbs them."""
    return _is("complaint") & _is_about("spam_message")


@SERVICE_TAGS.windowed("max", days=(90,), type="date", is_tag=False)
def last_complaint_on() -> Column:
    """Day of the newest complaint."""
    return F.when(_is("complaint"), F.col("day"))


@SERVICE_TAGS.derived("int", unit="days", label="距最近投诉天数", checks=(between(0, 89),), null_means=NO_COMPLAINT)
def days_since_complaint(on: Column) -> Column:
    """Days since the newest complaint; 0 is D."""
    return F.datediff(on, F.col("last_complaint_on_90d"))


@SERVICE_TAGS.windowed("distinct", days=(90,), by="topic", is_tag=False)
def complaint_topics() -> Column:
    """Topics that they complained about."""
    return _is("complaint").cast("int")


@SERVICE_TAGS.windowed("count", days=(90,), is_tag=False)
def complaints_with_topic() -> Column:
    """Complaints that have a topic."""
    return _is("complaint") & F.col("topic").isNotNull()


@SERVICE_TAGS.derived("int", unit="complaints", label="近90天重复投诉次数", checks=(NOT_NULL, at_least(0)))
def repeated_complaints_90d() -> Column:
    """Complaints about a topic that they had complained about before, last 90 days: it was not solved."""
    return F.col("complaints_with_topic_90d") - F.col("complaint_topics_90d")


@SERVICE_TAGS.windowed("distinct", days=(90,), by="case_id", is_tag=False)
def complaint_cases() -> Column:
    """Cases of complaints in which something happened."""
    return F.lit(1)


@SERVICE_TAGS.windowed("distinct", days=(90,), by="case_id", is_tag=False)
def closed_cases() -> Column:
    """Cases of complaints that were closed."""
    return F.when(F.col("status") == "closed", 1)


@SERVICE_TAGS.derived("int", unit="cases", label="未结投诉单数", checks=(NOT_NULL, at_least(0)))
def open_cases() -> Column:
    """Cases of complaints in which something happened in the last 90 days, and that were never closed in this time."""
    return F.col("complaint_cases_90d") - F.col("closed_cases_90d")


@SERVICE_TAGS.derived("boolean", label="是否有未结投诉", checks=(NOT_NULL,))
def has_open_complaint() -> Column:
    """Whether a complaint is open: solve it before any promotion (P6)."""
    return F.col("open_cases") > 0


@SERVICE_TAGS.derived("boolean", label="是否投诉专业户", checks=(NOT_NULL,))
def is_habitual_complainer() -> Column:
    """Whether they complained at least 3 times in the last 90 days 投诉专业户: be careful with any promotion (label 3)."""
    return F.col("complaints_90d") >= HABIT


@SERVICE_TAGS.windowed("count", days=(90,), unit="work orders", label="退费工单数", checks=(at_least(0),))
def refund_orders() -> Column:
    """Work orders opened to refund money."""
    is_refund = F.col("order_type").eqNullSafe(F.lit("refund")) & F.col("status").eqNullSafe(F.lit("open"))
    return _is("work_order") & is_refund


@SERVICE_TAGS.windowed("count", days=(90,), unit="calls", label="语音自助次数", checks=(at_least(0),))
def ivr_calls() -> Column:
    """Calls to the voice menu of the hotline."""
    return _is("ivr")


@SERVICE_TAGS.windowed("count", days=(90,), unit="consultations", label="人工咨询次数", checks=(at_least(0),))
def consultations() -> Column:
    """Questions asked of an agent."""
    return _is("consultation")


@SERVICE_TAGS.windowed("count", days=(30,), per=NEEDS, unit="questions", label="咨询{}次数", checks=(at_least(0),))
def questions(topic: str) -> Column:
    """Questions about {} asked of an agent, a need that the customer stated 现实需求."""
    return _is("consultation") & _is_about(topic)


@SERVICE_TAGS.windowed("top", days=(90,), by="topic", label="首要咨询主题", null_means="no question with a topic in the last 90 days")
def top_consultation_topic() -> Column:
    """Topic that they asked agents about most; of equals the first by name. A need that the customer stated 现实需求."""
    return _is("consultation").cast("int")


@SERVICE_TAGS.windowed("latest", days=(30,), type="string", label="最近咨询主题", null_means="no question with a topic in the last 30 days")
def last_consultation_topic() -> Column:
    """Topic of the newest question asked of an agent, a need that the customer stated 现实需求."""
    return F.when(_is("consultation"), F.col("topic"))


@SERVICE_TAGS.derived(
    "int", unit="per mille", label="近90天人工服务占比", checks=(between(0, 1000),), null_means="no call to the hotline in the last 90 days"
)
def agent_share_90d() -> Column:
    """Share of questions to an agent in all calls to the hotline, last 90 days."""
    return per_mille("consultations_90d", "consultations_90d + ivr_calls_90d")


@SERVICE_TAGS.windowed("count", days=(90,), unit="replies", label="不满意回复次数", checks=(at_least(0),))
def dissatisfied_replies() -> Column:
    """Replies 不满意 to the question how satisfied they are."""
    return F.col("is_satisfied").eqNullSafe(F.lit(False))


@SERVICE_TAGS.windowed("count", days=(90,), unit="replies", label="满意度回复次数", checks=(at_least(0),))
def satisfaction_replies() -> Column:
    """Replies to the question how satisfied they are, 满意 and 不满意."""
    return F.col("is_satisfied").isNotNull()


@SERVICE_TAGS.windowed("latest", days=(90,), type="boolean", label="最近回复是否满意", null_means=NO_REPLY)
def last_reply_is_satisfied() -> Column:
    """Whether the newest reply was 满意."""
    return F.col("is_satisfied")


@SERVICE_TAGS.derived("int", unit="per mille", label="近90天满意回复占比", checks=(between(0, 1000),), null_means=NO_REPLY)
def satisfied_share_90d() -> Column:
    """Share of the replies 满意 in all replies, last 90 days."""
    return per_mille("satisfaction_replies_90d - dissatisfied_replies_90d", "satisfaction_replies_90d")


@SERVICE_TAGS.derived("boolean", label="是否经常不满意", checks=(NOT_NULL,))
def is_often_dissatisfied() -> Column:
    """Whether they replied 不满意 at least twice in the last 90 days, and at least as often as 满意 (label 4 建议型客户)."""
    dissatisfied = F.col("dissatisfied_replies_90d")
    return (dissatisfied >= OFTEN) & (2 * dissatisfied >= F.col("satisfaction_replies_90d"))


@SERVICE_TAGS.derived("boolean", label="是否全渠道免打扰", null_means=NOT_IN_CRM)
def wants_no_marketing() -> Column:
    """Whether they want no marketing by any channel 免打扰, by the CRM (S5)."""
    return _if_in_crm(_crm_has(EVERY))


@SERVICE_TAGS.derived("boolean", per=ACTIVE, label="{}免打扰", null_means=f"{NOT_IN_CRM}, or no channel tags tonight")
def do_not_disturb(channel: str, answers: Tags) -> Column:
    """Whether they want no marketing by {} 免打扰: by the CRM (S5), or because they said so there in the last 90 days (S12)."""
    wished = F.coalesce(F.find_in_set(F.lit(channel), answers.no_contact_wishes_90d) > 0, F.lit(False))
    return _if_in_crm(_crm_has(EVERY) | _crm_has(channel) | wished)


def _crm_has(channel: str) -> Column:
    return F.coalesce(F.array_contains("do_not_disturb_channels", channel), F.lit(False))


def _if_in_crm(wish: Column) -> Column:
    # An empty set in the CRM means no wish; without a row nothing is known.
    return F.when(wish, F.lit(True)).when(F.col("is_sensitive").isNotNull(), F.lit(False))
