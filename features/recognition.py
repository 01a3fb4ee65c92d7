"""Recognition labels 识别标签: what the front line should see at once about a customer, why, since when, and what to do.

There are nine, and a subscriber may have several. A label has a level, or is null if the subscriber does not have it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import Column
from pyspark.sql import functions as F

from features.channel import CHANNEL_TAGS
from features.family import Family
from features.platform import PLATFORM_TAGS
from features.profile import CARDS, HONOURED_POINTS, PROFILE_TAGS
from features.reads import TagsOf, Yesterday
from features.service import SERVICE_TAGS
from features.social import SOCIAL_TAGS
from features.tag import Tags
from features.value import VALUE_TAGS

RECOGNITION_TAGS = Family(
    name="recognition",
    owner="customer-service",
    label="识别标签",
    reads={
        "profile": TagsOf(PROFILE_TAGS),
        "social": TagsOf(SOCIAL_TAGS),
        "service": TagsOf(SERVICE_TAGS),
        "channel": TagsOf(CHANNEL_TAGS),
        "platform": TagsOf(PLATFORM_TAGS),
        "value": TagsOf(VALUE_TAGS),
        "yesterday": Yesterday(),
    },
)


@dataclass(frozen=True)
class Facts:
    """The families that labels are made of."""

    profile: Tags
    social: Tags
    service: Tags
    channel: Tags
    platform: Tags
    value: Tags


@dataclass(frozen=True)
class Recognition:
    """A label: its number in the operator's list, Chinese name, what the front line should do, and how it is recognised.

    `level` is null for those who do not have it; `evidence` is the figure or code that it rests on.
    """

    number: int
    label: str
    advice: str
    level: Callable[[Facts], Column]
    evidence: Callable[[Facts], Column]


def _tier(of: Facts, holds: Column) -> Column:
    return F.when(holds, of.profile.customer_tier)


def _standing(of: Facts) -> Column:
    has_few_points = F.coalesce(F.col("points"), F.lit(0)) < HONOURED_POINTS
    stands_high = F.coalesce(of.social.company_role == "leader", F.lit(False)) | F.coalesce(F.col("phone_type") == "official", F.lit(False))
    return has_few_points & ~of.profile.customer_tier.isin(*CARDS) & stands_high


LABELS = {
    "vip": Recognition(
        1,
        "钻/金/银卡客户",
        "Best service: no queue, the account manager by name.",
        lambda of: F.when(of.profile.card_level.isin(*CARDS), of.profile.card_level),
        lambda of: of.profile.card_level,
    ),
    "key_person": Recognition(
        2,
        "集团关键人",
        "Offer group products, and pass wishes to the group's account manager.",
        lambda of: _tier(of, of.social.is_group_key_person),
        lambda of: of.social.company_role,
    ),
    "sensitive": Recognition(
        3,
        "敏感客户",
        "Be careful with any promotion: answer what was asked and offer nothing.",
        lambda of: _tier(of, of.service.is_habitual_complainer | F.coalesce(F.col("is_sensitive"), F.lit(False))),
        lambda of: F.when(of.service.is_habitual_complainer, of.service.complaints_90d.cast("string")).otherwise("CRM"),
    ),
    "adviser": Recognition(
        4,
        "建议型客户",
        "Care: ask what was not good, and report it.",
        lambda of: F.when(of.service.is_often_dissatisfied, F.lit("often_dissatisfied")),
        lambda of: of.service.dissatisfied_replies_90d.cast("string"),
    ),
    "new_service": Recognition(
        5,
        "新业务客户",
        "Show new services first.",
        lambda of: F.when(of.platform.new_services_90d > 0, F.lit("new_services")),
        lambda of: of.platform.new_services_90d.cast("string"),
    ),
    "family": Recognition(
        6,
        "家庭业务客户",
        "Offer family products.",
        lambda of: F.when(of.social.family_home_member, F.lit("family_home")).when(of.social.family_number_member, F.lit("family_number")),
        lambda of: of.social.family_size.cast("string"),
    ),
    "electronic": Recognition(
        7,
        "电子渠道偏好客户",
        "Point to the web hall, the app or the kiosk for what was asked.",
        lambda of: F.when(of.channel.prefers_electronic_channels, F.lit("electronic")),
        lambda of: of.channel.electronic_queries_30d.cast("string"),
    ),
    "negative_value": Recognition(
        8,
        "负价值客户",
        "Keep off promotions that are not for them.",
        lambda of: F.when(of.value.is_negative_value, F.lit("negative")),
        lambda of: of.value.mean_contribution_fen_3m.cast("string"),
    ),
    "standing": Recognition(
        9,
        "身份客户",
        "Treat like 贵宾: a leader of a company or an official, though with fewer than 3,900 points.",
        lambda of: F.when(_standing(of), F.lit("high_standing")),
        lambda of: F.coalesce(F.when(of.social.company_role == "leader", F.lit("leader")), F.lit("official_phone")),
    ),
}
NAMES = {key: one.label for key, one in LABELS.items()}
HAS_NOT = "the subscriber does not have the label, or a family that it needs was not made"


@RECOGNITION_TAGS.derived("string", per=NAMES, label="{}", null_means=HAS_NOT)
def label(key: str, profile: Tags, social: Tags, service: Tags, channel: Tags, platform: Tags, value: Tags) -> Column:
    """Level of the recognition label {}: a tier, or a word for the only level it has."""
    return LABELS[key].level(Facts(profile, social, service, channel, platform, value))


@RECOGNITION_TAGS.derived("string", per=NAMES, label="{}依据", null_means=HAS_NOT)
def label_evidence(key: str, profile: Tags, social: Tags, service: Tags, channel: Tags, platform: Tags, value: Tags) -> Column:
    """Figure or code that the recognition label {} rests on."""
    facts = Facts(profile, social, service, channel, platform, value)
    return F.when(F.col(f"{key}_label").isNotNull(), LABELS[key].evidence(facts))


@RECOGNITION_TAGS.derived("date", per=NAMES, label="{}起始日", null_means=HAS_NOT)
def label_since(key: str, on: Column, yesterday: Tags) -> Column:
    """First night of the recognition label {} at its present level. A gap of up to six nights that were not run does not restart it."""
    present = F.col(f"{key}_label")
    since = F.when(getattr(yesterday, f"{key}_label") == present, getattr(yesterday, f"{key}_label_since"))
    return F.when(present.isNotNull(), F.coalesce(since, on))
