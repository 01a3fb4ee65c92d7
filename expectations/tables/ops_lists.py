"""The lists that were held before publish, and those that somebody approved."""

from expectations.checks import NOT_NULL
from expectations.contract import YEAR_KEPT_DAYS, Column, Table

_LIST = (
    Column("business_date", "date", "The night.", (NOT_NULL,)),
    Column("channel", "string", "The list's channel.", (NOT_NULL,)),
    Column("scenario", "string", "Its scenario.", (NOT_NULL,)),
    Column("step", "string", "Its step.", (NOT_NULL,)),
    Column("version", "string", "The list as it was held: a hash of its files and of the reasons.", (NOT_NULL,)),
)

OPS_LIST_HELD = Table(
    name="ops.list_held",
    kept_days=YEAR_KEPT_DAYS,
    owner="marketing",
    comment="One row each time that a run held a list back for a reason that a person has to look at.",
    key=(),
    log_of=("business_date",),
    columns=(
        *_LIST,
        Column("rows", "bigint", "Contacts decided for it.", (NOT_NULL,)),
        Column("reasons", "array<string>", "Every reason.", (NOT_NULL,)),
        Column("run_id", "string", "The run.", (NOT_NULL,)),
        Column("held_at", "timestamp", "When.", (NOT_NULL,)),
    ),
)

OPS_LIST_APPROVED = Table(
    name="ops.list_approved",
    kept_days=YEAR_KEPT_DAYS,
    owner="marketing",
    comment="One row per held list that somebody approved: as long as it is this version, it is published.",
    key=(),
    log_of=("business_date",),
    columns=(
        *_LIST,
        Column("reason", "string", "Why it is right.", (NOT_NULL,)),
        Column("who", "string", "User of the operating system, or of Airflow.", (NOT_NULL,)),
        Column("approved_at", "timestamp", "When.", (NOT_NULL,)),
    ),
)
