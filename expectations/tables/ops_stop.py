"""The scenarios and channels that somebody stopped or resumed."""

from expectations.checks import NOT_NULL, one_of
from expectations.contract import Column, Table

STOPPABLE = ("scenario", "channel")

OPS_STOP = Table(
    name="ops.stop",
    owner="marketing",
    comment="One row each time that somebody stopped a scenario or a channel, or resumed it. The newest row counts.",
    key=(),
    log_of=("kind",),
    columns=(
        Column("kind", "string", "What it is.", (NOT_NULL, one_of(*STOPPABLE))),
        Column("name", "string", "Its name.", (NOT_NULL,)),
        Column("is_stopped", "boolean", "Whether it was stopped; false: resumed.", (NOT_NULL,)),
        Column("from_date", "date", "The first business date whose lists it concerns; those of earlier ones are recalled.", (NOT_NULL,)),
        Column("reason", "string", "Why.", (NOT_NULL,)),
        Column("who", "string", "User of the operating system.", (NOT_NULL,)),
        Column("at", "timestamp", "When.", (NOT_NULL,)),
    ),
)
