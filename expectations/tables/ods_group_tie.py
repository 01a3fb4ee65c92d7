"""Group ties as delivered: who is in which company's group, in which role, daily full."""

from expectations.checks import NOT_NULL, one_of
from expectations.columns import CODE_TEXT, EXTRACT_DAY, LOAD_ID, SHORT_CODE, SUBSCRIBER_ID, VALID_FROM
from expectations.contract import LEAST_KEPT_DAYS, Column, Table

GROUP_ROLES = ("member", "key_person", "leader")

ODS_GROUP_TIE = Table(
    name="ods.group_tie",
    kept_days=LEAST_KEPT_DAYS,
    owner="group-business",
    comment="One row per group 集团 and member, and extract day.",
    key=("group_id", "subscriber_id", "load_id"),
    event_date="day",
    columns=(
        EXTRACT_DAY,
        Column("group_id", "string", "The company's group.", (NOT_NULL, CODE_TEXT), label="集团编号"),
        SUBSCRIBER_ID,
        Column("group_role", "string", "Role in the group.", (NOT_NULL, one_of(*GROUP_ROLES)), label="集团角色"),
        Column("manager_id", "string", "Code of the group's account manager.", (SHORT_CODE,), label="客户经理", null_means="no manager"),
        VALID_FROM,
        LOAD_ID,
    ),
)
