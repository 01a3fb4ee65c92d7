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
from features.tag import Tags, parameters
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
class Recognition:
    """A label: its number in the operator's list, Chinese name, what the front line should do, and how it is recognised.

    `level` is null for those who do not have it; `evidence` is the figure or code that it rests on. Each takes the families that it needs,
    by their names, and is null when one of them was not made. `shows` are the columns of the customer record that say more. A label that
    is graded has a tier as its level, any other has one level only.
    """

    number: int
    label: str
    advice: str
    level: Callable[..., Column]
    evidence: Callable[..., Column]
    shows: tuple[str, ...]
    is_graded: bool = False

    @property
    def needs(self) -> frozenset[str]:
        """Names of the families without which nobody has the label."""
        return frozenset(parameters(self.level))


def _tier(profile: Tags, holds: Column) -> Column:
    return F.when(holds, profile.customer_tier)


def _standing(profile: Tags, social: Tags) -> Column:
    has_few_points = F.coalesce(F.col("points"), F.lit(0)) < HONOURED_POINTS
    stands_high = F.coalesce(social.company_role == "leader", F.lit(False)) | F.coalesce(F.col("phone_type") == "official", F.lit(False))
    return F.when(has_few_points & ~profile.customer_tier.isin(*CARDS) & stands_high, F.lit("high_standing"))


def _sensitive(profile: Tags, service: Tags) -> Column:
    return _tier(profile, service.is_habitual_complainer | F.coalesce(F.col("is_sensitive"), F.lit(False)))


def _complaints(service: Tags) -> Column:
    return F.when(service.is_habitual_complainer, service.complaints_90d.cast("string")).otherwise("CRM")


def _family(social: Tags) -> Column:
    return F.when(social.family_home_member, F.lit("family_home")).when(social.family_number_member, F.lit("family_number"))


def _why_high(social: Tags) -> Column:
    return F.coalesce(F.when(social.company_role == "leader", F.lit("leader")), F.lit("official_phone"))


LABELS = {
    "vip": Recognition(
        1,
        "钻/金/银卡客户",
        "Best service: no queue, the account manager by name.",
        lambda profile: F.when(profile.card_level.isin(*CARDS), profile.card_level),
        lambda profile: profile.card_level,
        shows=("card_level",),
        is_graded=True,
    ),
    "key_person": Recognition(
        2,
        "集团关键人",
        "Offer group products, and pass wishes to the group's account manager.",
        lambda profile, social: _tier(profile, social.is_group_key_person),
        lambda social: social.company_role,
        shows=("company_role",),
        is_graded=True,
    ),
    "sensitive": Recognition(
        3,
        "敏感客户",
        "Be careful with any promotion: answer what was asked and offer nothing.",
        _sensitive,
        _complaints,
        shows=("complaints_90d", "is_sensitive"),
        is_graded=True,
    ),
    "adviser": Recognition(
        4,
        "建议型客户",
        "Care: ask what was not good, and report it.",
        lambda service: F.when(service.is_often_dissatisfied, F.lit("often_dissatisfied")),
        lambda service: service.dissatisfied_replies_90d.cast("string"),
        shows=("dissatisfied_replies_90d",),
    ),
    "new_service": Recognition(
        5,
        "新业务客户",
        "Show new services first.",
        lambda platform: F.when(platform.new_services_90d > 0, F.lit("new_services")),
        lambda platform: platform.new_services_90d.cast("string"),
        shows=("new_services_90d",),
    ),
    "family": Recognition(
        6,
        "家庭业务客户",
        "Offer family products.",
        _family,
        lambda social: social.family_size.cast("string"),
        shows=("family_home_member", "family_number_member", "family_size"),
    ),
    "electronic": Recognition(
        7,
        "电子渠道偏好客户",
        "Point to the web hall, the app or the kiosk for what was asked.",
        lambda channel: F.when(channel.prefers_electronic_channels, F.lit("electronic")),
        lambda channel: channel.electronic_queries_30d.cast("string"),
        shows=("electronic_queries_30d",),
    ),
    "negative_value": Recognition(
        8,
        "负价值客户",
        "Keep off promotions that are not for them.",
        lambda value: F.when(value.is_negative_value, F.lit("negative")),
        lambda value: value.mean_contribution_fen_3m.cast("string"),
        shows=("mean_contribution_fen_3m",),
    ),
    "standing": Recognition(
        9,
        "身份客户",
        "Treat like 贵宾: a leader of a company or an official, though with fewer than 3,900 points.",
        _standing,
        _why_high,
        shows=("company_role", "phone_type", "points"),
    ),
}
NAMES = {key: one.label for key, one in LABELS.items()}
HAS_NOT = "the subscriber does not have the label, or a family that it needs was not made"


@RECOGNITION_TAGS.derived(
    "string", per=NAMES, takes={key: parameters(one.level) for key, one in LABELS.items()}, label="{}", null_means=HAS_NOT
)
def label(key: str, **of: Tags) -> Column:
    """Level of the recognition label {}: a tier, or a word for the only level it has."""
    return LABELS[key].level(**of)


@RECOGNITION_TAGS.derived(
    "string", per=NAMES, takes={key: parameters(one.evidence) for key, one in LABELS.items()}, label="{}依据", null_means=HAS_NOT
)
def label_evidence(key: str, **of: Tags) -> Column:
    """Figure or code that the recognition label {} rests on."""
    return F.when(F.col(f"{key}_label").isNotNull(), LABELS[key].evidence(**of))


@RECOGNITION_TAGS.derived("date", per=NAMES, label="{}起始日", null_means=HAS_NOT)
def label_since(key: str, on: Column, yesterday: Tags) -> Column:
    """First night of the recognition label {} at its present level. A gap of up to six nights that were not run does not restart it."""
    present = F.col(f"{key}_label")
    since = F.when(getattr(yesterday, f"{key}_label") == present, getattr(yesterday, f"{key}_label_since"))
    return F.when(present.isNotNull(), F.coalesce(since, on))
