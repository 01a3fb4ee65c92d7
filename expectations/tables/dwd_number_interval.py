"""Who held which number when: feeds that carry only numbers are resolved through it."""

from expectations.columns import NUMBER_TOKEN, SUBSCRIBER_ID, VALID_FROM, VALID_TO
from expectations.contract import Table

NUMBER_INTERVAL = Table(
    name="dwd.number_interval",
    owner="customer-data",
    comment="One row per number and holder, for numbers seen in the extracts of the last 45 days.",
    key=("number_token", "valid_from"),
    columns=(NUMBER_TOKEN, SUBSCRIBER_ID, VALID_FROM, VALID_TO),
)
