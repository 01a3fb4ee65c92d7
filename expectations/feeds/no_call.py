"""S17 谢绝营销名单: numbers that want no marketing."""

from expectations.computed import Computed
from expectations.feed import Feed, Field
from expectations.forms import Form, whole
from expectations.tables.ods_no_call import ALL_MARKETING, ODS_NO_CALL

# Lists of other offices write the country code. A number that is not read is not excluded, so all of its forms are.
NUMBER = Form(
    "token",
    f"CASE WHEN {{0}} RLIKE {whole('(?:(?:[+]|00)?86)?1[0-9]{10}')} THEN right({{0}}, 11) END",
    "a number of 11 digits that begins with 1, perhaps after +86",
    identity="number",
)

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
    # A longer list has to hold tonight.
    may_grow=True,
    # A row in quarantine excludes nobody. With more than one, the list before stays in force until somebody has looked.
    bad_per_mille=0,
    fields=(
        Field("MSISDN", "number_token", NUMBER, personal=True),
        Field("SCOPE", None),
        Field("LIST_DATE", None),
    ),
    # Without a scope the number wants no marketing at all.
    computed=(
        Computed("scope", f"lower(coalesce({{SCOPE}}, '{ALL_MARKETING}'))"),
        # Offices write dates with or without dashes. One that cannot be read costs nobody their place on the list.
        Computed("listed_on", "coalesce(try_to_date({LIST_DATE}, 'yyyyMMdd'), try_to_date({LIST_DATE}, 'yyyy-MM-dd'))"),
    ),
)
