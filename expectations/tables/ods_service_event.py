"""S6 as delivered: what customers brought to the operator's service, event by event."""

from expectations.checks import NOT_NULL, matches, one_of
from expectations.columns import CODE_TEXT, DAY, LOAD_ID, SUBSCRIBER_ID
from expectations.contract import Column, Table

# A menu of the voice system, an agent's advice, a complaint, a work order's new status, a reply to the question how satisfied they are.
SERVICE_KINDS = ("ivr", "consultation", "complaint", "work_order", "reply")
SEVERITIES = ("low", "middle", "high")

ODS_SERVICE_EVENT = Table(
    name="ods.service_event",
    owner="service",
    comment="One row per event (S6). The events of one complaint have the same case.",
    key=("event_id", "load_id"),
    event_date="day",
    columns=(
        DAY,
        Column("event_id", "string", "The operator's id of the event.", (NOT_NULL, CODE_TEXT)),
        SUBSCRIBER_ID,
        Column("occurred_at", "timestamp", "When it happened.", (NOT_NULL,)),
        Column("kind", "string", "Kind of event.", (NOT_NULL, one_of(*SERVICE_KINDS)), label="客服接触类型"),
        Column(
            "menu_path", "string", "Keys pressed in the voice menu, with > between them.", (matches("[0-9*#](>[0-9*#])*"),), label="IVR路径"
        ),
        Column("topic", "string", "Topic of the advice or complaint.", (CODE_TEXT,), label="咨询投诉主题", null_means="no topic"),
        Column("case_id", "string", "The complaint that the event belongs to.", (CODE_TEXT,), label="投诉单号", null_means="no complaint"),
        Column("order_type", "string", "Kind of work order.", (CODE_TEXT,), label="工单类型", null_means="no work order"),
        Column("severity", "string", "Severity of the complaint.", (one_of(*SEVERITIES),), label="严重程度", null_means="no complaint"),
        Column(
            "status",
            "string",
            "Status of the case after the event.",
            (one_of("open", "in_progress", "closed"),),
            label="工单状态",
            null_means="no complaint",
        ),
        Column("is_satisfied", "boolean", "The customer's reply 满意 or 不满意.", label="满意度回复", null_means="no reply"),
        LOAD_ID,
    ),
)
