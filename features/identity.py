"""T2 客户身份: student, office worker, farmer, traveller or trader, by evidence that adds up to a confidence.

Each identity has lines of evidence with points in thousandths. Points speak for it or, below zero, against it; what is unknown gives none.
The confidence is their sum between 0 and 1000. What customers stated as their occupation (S5) is enough by itself, unless something speaks
against it; without it, several lines have to agree.
"""

from collections.abc import Iterator

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.checks import at_least, between, one_of
from features.billing import BILLING_TAGS
from features.content import CONTENT_TAGS
from features.family import Family
from features.location import LOCATION_TAGS
from features.profile import PROFILE_TAGS
from features.reads import TagsOf, Yesterday
from features.tag import Tags
from features.terminal import TERMINAL_TAGS
from features.usage import USAGE_TAGS

IDENTITY_TAGS = Family(
    name="identity",
    owner="customer-value",
    label="客户身份",
    reads={
        "usage": TagsOf(USAGE_TAGS),
        "billing": TagsOf(BILLING_TAGS),
        "content": TagsOf(CONTENT_TAGS),
        "location": TagsOf(LOCATION_TAGS),
        "terminal": TagsOf(TERMINAL_TAGS),
        "profile": TagsOf(PROFILE_TAGS),
        "yesterday": Yesterday(),
    },
)

# Of equal confidence the first counts.
IDENTITIES = {"student": "学生", "office_worker": "白领", "farmer": "农民", "traveller": "商旅人士", "trader": "个体商户"}
STATED = 600
ENOUGH = 500
NOT_MADE = "a family that it needs was not made tonight"
NOT_ENOUGH = f"no identity has a confidence of {ENOUGH}, or {NOT_MADE}"

Evidence = Iterator[tuple[int, Column]]


def _occupation(*codes: str) -> Column:
    return F.col("occupation").isin(*codes)


def _student(age: Column, usage: Tags, billing: Tags, content: Tags) -> Evidence:
    yield STATED, _occupation("student")
    yield 250, age.between(15, 24)
    yield -500, age >= 30
    yield 150, F.col("brand") == "mzone"
    yield 150, content.games_preference + content.social_preference >= 400
    yield 100, usage.idle_share_30d >= 300
    yield 100, billing.mean_bill_fen_3m < 5_000


def _office_worker(age: Column, content: Tags, location: Tags, terminal: Tags) -> Evidence:
    yield STATED, _occupation("office", "official", "teacher")
    yield 300, F.col("group_id").isNotNull()
    yield 150, age.between(23, 55)
    yield -400, age < 20
    yield 150, terminal.is_smartphone & (terminal.price_band_rank >= 2)
    yield 150, location.commute_30d.isin("same_county", "other_county") & (location.work_confidence >= 500)
    yield 100, content.news_preference >= 200
    yield 100, F.col("brand") == "gotone"


def _farmer(age: Column, usage: Tags, billing: Tags, terminal: Tags) -> Evidence:
    yield STATED, _occupation("farmer")
    yield 150, usage.local_share_3m >= 900
    yield 150, ~terminal.is_smartphone & (terminal.price_band_rank == 1)
    yield 100, F.col("brand") == "easyown"
    yield 100, billing.mean_bill_fen_3m < 3_000
    yield 100, age >= 40
    yield -300, F.col("group_id").isNotNull()
    yield -300, usage.roaming_share_3m >= 200


def _traveller(usage: Tags, location: Tags, terminal: Tags, profile: Tags) -> Evidence:
    yield 400, usage.roaming_share_3m >= 150
    yield 200, location.nights_away_30d >= 4
    yield 150, usage.roaming_share_30d >= 150
    yield 150, usage.long_share_3m >= 200
    yield 150, F.col("brand") == "gotone"
    yield 100, profile.card_level.isin("diamond", "gold", "silver")
    yield 100, terminal.price_band_rank == 3
    yield -200, _occupation("student", "farmer")


def _trader(age: Column, usage: Tags, content: Tags) -> Evidence:
    yield STATED, _occupation("trader")
    yield 250, usage.mean_voice_s_3m >= 600 * 60
    yield 200, F.col("is_company")
    yield 150, usage.off_net_share_3m >= 500
    yield 100, content.shopping_preference >= 200
    yield 100, age.between(25, 60)
    yield -300, age < 18


def _confidence(evidence: Evidence) -> Column:
    points = [F.when(condition, F.lit(value)).otherwise(F.lit(0)) for value, condition in evidence]
    total = points[0]
    for more in points[1:]:
        total = total + more
    return F.greatest(F.lit(0), F.least(total, F.lit(1000)))


@IDENTITY_TAGS.derived("int", per=IDENTITIES, unit="per mille", label="{}置信度", checks=(between(0, 1000),), null_means=NOT_MADE)
def confidence(
    identity: str, on: Column, usage: Tags, billing: Tags, content: Tags, location: Tags, terminal: Tags, profile: Tags
) -> Column:
    """How much speaks for the identity {}; the evidence is in features/identity.py."""
    age = F.year(on) - F.col("birth_year")
    evidence = {
        "student": _student(age, usage, billing, content),
        "office_worker": _office_worker(age, content, location, terminal),
        "farmer": _farmer(age, usage, billing, terminal),
        "traveller": _traveller(usage, location, terminal, profile),
        "trader": _trader(age, usage, content),
    }
    return _confidence(evidence[identity])


def _columns() -> list[Column]:
    return [F.col(f"{identity}_confidence") for identity in IDENTITIES]


@IDENTITY_TAGS.derived("int", unit="per mille", label="客户身份置信度", checks=(between(0, 1000),), null_means=NOT_MADE)
def identity_confidence() -> Column:
    """The greatest of the confidences."""
    return F.greatest(*_columns())


@IDENTITY_TAGS.derived("string", label="客户身份", checks=(one_of(*IDENTITIES),), null_means=NOT_ENOUGH)
def identity() -> Column:
    """The identity with the greatest confidence, if it is at least 500; of equals the first of student, office worker and so on."""
    strongest = [F.when(F.col(f"{one}_confidence") == F.col("identity_confidence"), F.lit(one)) for one in IDENTITIES]
    return F.when(F.col("identity_confidence") >= ENOUGH, F.coalesce(*strongest))


@IDENTITY_TAGS.derived("int", unit="per mille", label="客户身份领先度", checks=(between(0, 1000),), null_means=NOT_MADE)
def identity_lead() -> Column:
    """Confidence of the strongest identity less that of the second: a small lead is a doubtful identity."""
    ordered = F.sort_array(F.array(*_columns()), asc=False)
    return F.get(ordered, F.lit(0)) - F.get(ordered, F.lit(1))


@IDENTITY_TAGS.derived("boolean", label="客户身份是否客户自述", null_means=NOT_ENOUGH)
def is_identity_stated() -> Column:
    """Whether the customer stated an occupation of this identity."""
    stated = {"student": ("student",), "office_worker": ("office", "official", "teacher"), "farmer": ("farmer",), "trader": ("trader",)}
    found = F.coalesce(*(F.when(F.col("identity") == one, _occupation(*codes)) for one, codes in stated.items()), F.lit(False))
    return F.when(F.col("identity").isNotNull(), found)


@IDENTITY_TAGS.derived("date", label="客户身份起始日", null_means=NOT_ENOUGH)
def identity_since(on: Column, yesterday: Tags) -> Column:
    """First night of the present identity. A gap of up to six nights that were not run does not restart it."""
    since = F.when(yesterday.identity == F.col("identity"), yesterday.identity_since)
    return F.when(F.col("identity").isNotNull(), F.coalesce(since, on))


@IDENTITY_TAGS.derived("int", unit="days", label="客户身份持续天数", checks=(at_least(0),), null_means=NOT_ENOUGH)
def identity_days(on: Column) -> Column:
    """Days since identity_since: a new identity is a moment to offer something else."""
    return F.datediff(on, F.col("identity_since"))
