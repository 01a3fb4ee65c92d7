"""The alarms that somebody was told of."""

from expectations.checks import NOT_NULL, one_of
from expectations.contract import YEAR_KEPT_DAYS, Column, Table

ALARMS = {"late": "a list is not there when its channel needs it", "unacknowledged": "a channel does not acknowledge a list"}

OPS_ALARM = Table(
    name="ops.alarm",
    kept_days=YEAR_KEPT_DAYS,
    owner="data-engineering",
    comment="One row per alarm that the notifiers have told; the same one is not raised again.",
    key=(),
    log_of=("business_date",),
    columns=(
        Column("business_date", "date", "The night.", (NOT_NULL,)),
        Column("kind", "string", "What it is about.", (NOT_NULL, one_of(*ALARMS))),
        Column("text", "string", "What is wrong; channels, scenarios and numbers of contacts.", (NOT_NULL,)),
        Column("raised_at", "timestamp", "When.", (NOT_NULL,)),
    ),
)
