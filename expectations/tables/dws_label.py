"""Recognition labels 识别标签 as rows: what the front line should see about a customer."""

from expectations.checks import NOT_NULL, between
from expectations.columns import SUBSCRIBER_ID
from expectations.contract import LEAST_KEPT_DAYS, Column, Table

DWS_LABEL = Table(
    name="dws.label",
    kept_days=LEAST_KEPT_DAYS,
    owner="customer-service",
    comment="One row per live subscriber and recognition label 识别标签 that they have. Without personal data.",
    key=("subscriber_id", "label_number"),
    may_be_empty=True,  # nobody may have one, or no label could be made
    columns=(
        SUBSCRIBER_ID,
        Column("label_number", "int", "Number in the operator's list.", (NOT_NULL, between(1, 9)), unit="number"),
        Column("label", "string", "Name of the label in the code.", (NOT_NULL,)),
        Column("label_name", "string", "Its Chinese name.", (NOT_NULL,)),
        Column("grade", "string", "Tier, from ordinary to diamond.", null_means="the label has no grades"),
        Column("since_date", "date", "First night of the unbroken run of nights with the label, at any grade.", (NOT_NULL,)),
        Column("evidence", "string", "The tags that the label rests on, with their values.", (NOT_NULL,)),
        Column("advice", "string", "What the front line should do.", (NOT_NULL,)),
    ),
)
