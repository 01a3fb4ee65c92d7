"""S16: contacts made by other departments, as delivered and by subscriber."""

from expectations.checks import NOT_NULL, between, one_of
from expectations.columns import DAY, LOAD_ID, NUMBER_TOKEN
from expectations.contract import Column, Table
from expectations.resolved import resolved

ODS_EXTERNAL_CONTACT = Table(
    name="ods.external_contact",
    owner="marketing",
    comment="One row per number, campaign and time of another department's contact, or of a draw that left the number out (S16).",
    key=("number_token", "campaign", "contacted_at", "load_id"),
    event_date="day",
    columns=(
        DAY,
        Column("contacted_at", "timestamp", "When the contact was made; for the arm control, when it would have been.", (NOT_NULL,)),
        NUMBER_TOKEN,
        Column("campaign", "string", "The other department's campaign.", (NOT_NULL,)),
        Column("product", "string", "Product code of the catalogue (S11).", null_means="the contact offered no product"),
        Column("channel", "string", "The channel used.", (NOT_NULL,), label="渠道"),
        Column(
            "arm",
            "string",
            "treated or control, if the campaign drew them.",
            (one_of("treated", "control"),),
            null_means="not drawn: contacted",
        ),
        Column(
            "propensity_ppm",
            "int",
            "The probability with which a subscriber was drawn into the treated arm.",
            (between(0, 1_000_000),),
            unit="ppm",
            null_means="not drawn, or not known",
        ),
        LOAD_ID,
    ),
)
DWD_EXTERNAL_CONTACT = resolved(ODS_EXTERNAL_CONTACT)
