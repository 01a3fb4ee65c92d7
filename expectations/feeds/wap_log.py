"""S7 WAP网关日志: requests through the gateway, by far the largest feed."""

from expectations.feed import Feed, Field
from expectations.forms import INTEGER, SMALL, TIMESTAMP, token
from expectations.tables import ods_wap_log
from expectations.web_forms import AGENT, HOST
from expectations.web_log import Web

WAP_LOG_FEED = Feed(
    name="wap_log",
    source="S7",
    label="WAP网关日志",
    owner="network",
    table=ods_wap_log.ODS_WAP_LOG,
    cadence="daily",
    content="delta",
    data_class="behaviour",
    delimiter="\x01",
    lateness_days=1,
    web=Web(url="URL", agent="USER_AGENT"),
    volume_band_per_mille=800,
    fields=(
        Field("REQ_TIME", "requested_at", TIMESTAMP, is_event_date=True),
        Field("MSISDN", "number_token", token("number"), personal=True),
        Field("URL", "host", HOST, personal=True),
        Field("USER_AGENT", "user_agent", AGENT),
        Field("RAT", "rat"),
        Field("CELL_ID", "cell"),
        Field("BYTES_UP", "bytes_up", INTEGER),
        Field("BYTES_DOWN", "bytes_down", INTEGER),
        Field("STATUS", "status", SMALL),
    ),
)
