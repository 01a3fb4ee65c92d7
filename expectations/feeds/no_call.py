"""S17 谢绝营销名单: numbers that want no marketing."""

from expectations.computed import Computed
from expectations.feed import Feed, Field
from expectations.forms import DATE, token
from expectations.tables.ods_no_call import ALL_MARKETING, ODS_NO_CALL

NO_CALL_FEED = Feed(
    name="no_call",
    source="S17",
    label="谢绝营销名单",
    owner="compliance",
    table=ODS_NO_CALL,
    cadence="daily",
    content="full",
    data_class="stated demand",
    lateness_days=7,
    may_be_empty=True,
    # A list that lost most of its rows would let everybody be called. Somebody has to look at it first.
    volume_band_per_mille=500,
    fields=(
        Field("MSISDN", "number_token", token("number"), personal=True),
        Field("SCOPE", None),
        Field("LIST_DATE", "listed_on", DATE),
    ),
    # Without a scope the number wants no marketing at all.
    computed=(Computed("scope", f"lower(coalesce({{SCOPE}}, '{ALL_MARKETING}'))"),),
)
