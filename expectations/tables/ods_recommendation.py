"""S13 as delivered: who recommended a product to whom."""

from dataclasses import replace

from expectations.checks import IS_TOKEN, NOT_NULL, one_of
from expectations.columns import CODE_TEXT, DAY, LOAD_ID, NUMBER_TOKEN, PRODUCT, SHORT_CODE
from expectations.contract import Column, Table
from expectations.resolved import resolved
from expectations.tables.ods_points_event import EARNERS

ODS_RECOMMENDATION = Table(
    name="ods.recommendation",
    owner="points",
    comment="One row per recommendation by a clerk or a subscriber (S13).",
    key=("recommendation_id", "load_id"),
    event_date="day",
    columns=(
        DAY,
        Column("recommendation_id", "string", "The points platform's id of the recommendation.", (NOT_NULL, CODE_TEXT)),
        Column("recommended_at", "timestamp", "When it was made.", (NOT_NULL,)),
        Column("recommender", "string", "Who recommended: a clerk or a subscriber.", (NOT_NULL, one_of(*EARNERS)), label="推荐人"),
        Column("clerk_id", "string", "Code of the clerk.", (SHORT_CODE,), label="店员编号", null_means="a subscriber recommended"),
        Column(
            "recommender_token", "string", "Token of the recommending subscriber's number.", (IS_TOKEN,), null_means="a clerk recommended"
        ),
        replace(NUMBER_TOKEN, comment="Token of the number to which the product was recommended."),
        PRODUCT,
        LOAD_ID,
    ),
)

DWD_RECOMMENDATION = resolved(ODS_RECOMMENDATION)
