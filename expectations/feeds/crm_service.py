"""S6 客服接触: calls to the hotline, complaints, work orders, replies."""

from expectations.feed import Feed, Field
from expectations.forms import FLAG, TEXT, TIMESTAMP, code, token
from expectations.tables import ods_service_event

CRM_SERVICE_FEED = Feed(
    name="crm_service",
    source="S6",
    label="客服接触",
    owner="service",
    table=ods_service_event.ODS_SERVICE_EVENT,
    cadence="daily",
    content="delta",
    data_class="service",
    lateness_days=3,
    at_deadline="run without",
    encoding="gb18030",
    delimiter=",",
    quote='"',
    may_be_empty=True,
    fields=(
        Field("EVENT_ID", "event_id"),
        Field("USER_ID", "subscriber_id", token("user"), personal=True),
        Field("EVENT_TIME", "occurred_at", TIMESTAMP, is_event_date=True),
        Field("EVENT_KIND", "kind", code(ivr="1", consultation="2", complaint="3", work_order="4", reply="5")),
        Field("IVR_PATH", "menu_path"),
        Field("TOPIC_CODE", "topic"),
        Field("CASE_ID", "case_id"),
        Field("ORDER_TYPE", "order_type"),
        Field("SEVERITY", "severity", code(low="1", middle="2", high="3")),
        Field("STATUS", "status", code(open="0", in_progress="1", closed="2")),
        Field("SATISFIED", "is_satisfied", FLAG),
        # The agent's note may name anybody.
        Field("NOTE", None, TEXT, personal=True),
    ),
)
