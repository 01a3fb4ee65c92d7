"""Family ties as delivered: which numbers belong to whose family account, daily full."""

from expectations.checks import NOT_NULL, one_of
from expectations.columns import EXTRACT_DAY, LOAD_ID, NUMBER_TOKEN, SUBSCRIBER_ID, VALID_FROM, VALID_TO
from expectations.contract import LEAST_KEPT_DAYS, Column, Table

FAMILY_TIES = ("family_number", "family_home")

ODS_FAMILY_TIE = Table(
    name="ods.family_tie",
    kept_days=LEAST_KEPT_DAYS,
    owner="customer-data",
    comment="One row per main account, member number and kind of family product (亲情号, 移动之家), and extract day.",
    key=("subscriber_id", "number_token", "kind", "load_id"),
    event_date="day",
    columns=(
        EXTRACT_DAY,
        SUBSCRIBER_ID,
        NUMBER_TOKEN,
        Column(
            "kind",
            "string",
            "Family product: family_number 亲情号, family_home 移动之家.",
            (NOT_NULL, one_of(*FAMILY_TIES)),
            label="家庭关系",
        ),
        VALID_FROM,
        VALID_TO,
        LOAD_ID,
    ),
)
