"""S15 渠道访问: who came to which channel, and for what."""

from expectations.feed import Feed, Field
from expectations.forms import TIMESTAMP, code, token
from expectations.tables import ods_channel_visit

CHANNEL_VISIT_FEED = Feed(
    name="channel_visit",
    source="S15",
    label="渠道访问",
    owner="channels",
    table=ods_channel_visit.ODS_CHANNEL_VISIT,
    cadence="daily",
    content="delta",
    data_class="behaviour",
    lateness_days=3,
    at_deadline="run without",
    may_be_empty=True,
    fields=(
        Field("VISIT_TIME", "visited_at", TIMESTAMP, is_event_date=True),
        Field("MSISDN", "number_token", token("number"), personal=True),
        Field("CHANNEL_CODE", "channel"),
        Field(
            "MOMENT",
            "moment",
            code(
                login="01",
                fee_query="11",
                bill_query="12",
                data_query="13",
                offer_query="14",
                payment="21",
                service_change="22",
                first_browse="31",
            ),
        ),
    ),
)
