"""S11 as delivered: marketing resources with cost and stock."""

from expectations.checks import NOT_NULL, between
from expectations.columns import EXTRACT_DAY, LOAD_ID, MOST_COUNTED, VALID_FROM, VALID_TO, amount
from expectations.contract import Column, Table

ODS_RESOURCE = Table(
    name="ods.resource",
    owner="marketing",
    comment="One row per marketing resource and validity (S11).",
    key=("resource", "valid_from", "load_id"),
    event_date="day",
    columns=(
        EXTRACT_DAY,
        Column("resource", "string", "Resource code.", (NOT_NULL,)),
        Column("resource_name", "string", "Name that customers see (Chinese).", (NOT_NULL,)),
        amount("unit_cost_fen", "Cost of giving it once."),
        Column(
            "stock", "bigint", "How many can be given after the day of the extract.", (between(0, MOST_COUNTED),), null_means="unlimited"
        ),
        VALID_FROM,
        VALID_TO,
        LOAD_ID,
    ),
)
