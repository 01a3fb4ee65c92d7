"""The approvals of scenarios."""

from expectations.checks import NOT_NULL
from expectations.contract import Column, Table

OPS_SCENARIO_APPROVED = Table(
    name="ops.scenario_approved",
    owner="marketing",
    comment="One row each time that the approver of a scenario approved a version of it.",
    key=(),
    log_of=("scenario",),
    columns=(
        Column("scenario", "string", "The scenario's name.", (NOT_NULL,)),
        Column("version", "string", "The approved version: a hash of the declaration.", (NOT_NULL,)),
        Column("from_date", "date", "The first business date that decides with it.", (NOT_NULL,)),
        Column("owner", "string", "The owner whom the scenario named.", null_means="approved before owners were recorded"),
        Column("approver", "string", "The approver whom the scenario named.", (NOT_NULL,)),
        Column("who", "string", "User of the operating system.", (NOT_NULL,)),
        Column(
            "is_proven",
            "boolean",
            "Whether this user is the approver or in the approver's group; false: the user said so with --as.",
            (NOT_NULL,),
        ),
        Column("reason", "string", "Why.", (NOT_NULL,)),
        Column("approved_at", "timestamp", "When.", (NOT_NULL,)),
    ),
)
