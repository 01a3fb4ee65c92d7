"""Which subscription held which number, and when. Feeds that have only numbers are resolved through it."""

from expectations.checks import NOT_NULL
from expectations.columns import NUMBER_TOKEN, SUBSCRIBER_ID, VALID_FROM, VALID_TO
from expectations.contract import LEAST_KEPT_DAYS, Column, Table

DWD_NUMBER_INTERVAL = Table(
    name="dwd.number_interval",
    kept_days=LEAST_KEPT_DAYS,
    owner="customer-data",
    comment=(
        "One row per number and holder, for numbers seen in the extracts of the last 45 days. A row whose valid_to is not after its "
        "valid_from is an empty interval, which the next night needs to continue."
    ),
    key=("number_token", "subscriber_id"),
    columns=(
        NUMBER_TOKEN,
        SUBSCRIBER_ID,
        VALID_FROM,
        VALID_TO,
        Column("over_on", "date", "Day of the terminal state.", null_means="the subscription goes on"),
        Column("seen_on", "date", "Data date of the newest extract that has the pair.", (NOT_NULL,)),
    ),
)
