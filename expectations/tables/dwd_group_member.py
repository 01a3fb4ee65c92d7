"""Who is in which company's group, with figures of the group."""

from expectations.checks import NOT_NULL
from expectations.columns import SUBSCRIBER_ID
from expectations.contract import Column, Table
from expectations.tables.ods_group_tie import ODS_GROUP_TIE

DWD_GROUP_MEMBER = Table(
    name="dwd.group_member",
    owner="group-business",
    comment="One row per member of a group 集团, as of the night; of several groups the one joined last.",
    key=("subscriber_id",),
    may_be_empty=True,
    columns=(
        SUBSCRIBER_ID,
        *(ODS_GROUP_TIE.column(name) for name in ("group_id", "group_role", "manager_id")),
        Column("joined_on", "date", "Day on which they joined.", (NOT_NULL,)),
        Column("live_members", "int", "Members whose subscription exists, the subscriber included.", (NOT_NULL,), unit="people"),
        Column("members_with_plan", "int", "Live members who hold a data plan.", (NOT_NULL,), unit="people"),
    ),
)
