"""集团: the members of companies' groups."""

from expectations.feed import Feed, Field
from expectations.forms import DATE, TEXT, code, token
from expectations.tables import ods_group_tie

GROUP_TIE_FEED = Feed(
    name="group_tie",
    source="S5",
    label="集团关系",
    owner="group-business",
    table=ods_group_tie.ODS_GROUP_TIE,
    cadence="daily",
    content="full",
    data_class="basic",
    lateness_days=7,
    at_deadline="run without",
    encoding="gb18030",
    delimiter=",",
    quote='"',
    header=True,
    may_be_empty=True,
    newest_by=("valid_from",),
    fields=(
        Field("GROUP_ID", "group_id"),
        Field("GROUP_NAME", None, TEXT, personal=True),
        Field("USER_ID", "subscriber_id", token("user"), personal=True),
        Field("ROLE", "group_role", code(member="0", key_person="1", leader="2")),
        Field("MANAGER_ID", "manager_id"),
        Field("JOIN_DATE", "valid_from", DATE),
    ),
)
