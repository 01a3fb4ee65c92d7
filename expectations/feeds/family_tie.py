"""亲情号 and 移动之家: the members of family accounts."""

from expectations.feed import Feed, Field
from expectations.forms import DATE, TEXT, code, token
from expectations.tables import ods_family_tie

FAMILY_TIE_FEED = Feed(
    name="family_tie",
    source="S5",
    label="家庭关系",
    owner="crm",
    table=ods_family_tie.ODS_FAMILY_TIE,
    cadence="daily",
    content="full",
    data_class="basic",
    lateness_days=7,
    at_deadline="run without",
    delimiter="\t",
    header=True,
    may_be_empty=True,
    # A member who left and came back has several rows.
    newest_by=("valid_from",),
    fields=(
        Field("MAIN_USER_ID", "subscriber_id", token("user"), personal=True),
        Field("MEMBER_MSISDN", "number_token", token("number"), personal=True),
        Field("TIE_KIND", "kind", code(family_number="1", family_home="2")),
        Field("SHORT_NUMBER", None, TEXT),
        Field("START_DATE", "valid_from", DATE),
        Field("END_DATE", "valid_to", DATE),
    ),
)
