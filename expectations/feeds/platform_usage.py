"""S10 业务平台: use of the operator's own services, and trials of the 体验平台."""

from expectations.feed import Feed, Field
from expectations.forms import DATE, SET, SMALL, token
from expectations.tables import ods_platform_usage

PLATFORM_USAGE_FEED = Feed(
    name="platform_usage",
    source="S10",
    label="业务平台",
    owner="services",
    table=ods_platform_usage.ODS_PLATFORM_USAGE,
    cadence="daily",
    content="delta",
    data_class="orders and usage",
    lateness_days=3,
    at_deadline="run without",
    delimiter=",",
    header=True,
    may_be_empty=True,
    fields=(
        Field("STAT_DATE", None, DATE, is_event_date=True),
        Field("USER_ID", "subscriber_id", token("user"), personal=True),
        Field("PRODUCT_CODE", "product"),
        Field("ACTIONS", "actions", SMALL),
        Field("CONTENT_IDS", "content_ids", SET),
        Field("TRIAL_START", "trial_start", DATE),
        Field("TRIAL_END", "trial_end", DATE),
    ),
)
