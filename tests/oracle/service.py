"""T8: what they brought to the service."""

from tests.oracle.person import Person, Row, Rows, first_of, most, newest, per_mille, weights

TABLE = "ods.service_event"
NEEDS = ("data_plan", "data_fee", "network", "roaming", "handset")
ACTIVE = ("account_manager", "fetion", "mailbox", "mms", "outbound_call", "sms", "ussd")


def of_kind(rows: Rows, kind: str) -> Rows:
    return [row for row in rows if row["kind"] == kind]


def tags(who: Person) -> Row:
    rows, month = who.within(TABLE, "90d"), who.within(TABLE, "30d")
    found = complaints(who, rows, month) | questions(rows, month) | replies(rows) | wishes(who)
    return found | {f"service_days_not_arrived_{window}": who.lacking(TABLE, window) for window in ("30d", "90d")}


def complaints(who: Person, rows: Rows, month: Rows) -> Row:
    made, recent = of_kind(rows, "complaint"), of_kind(month, "complaint")
    topics = [row["topic"] for row in made if row["topic"] is not None]
    about_data = ("data_plan", "data_fee", "network")
    cases = {row["case_id"] for row in rows if row["case_id"] is not None}
    closed = {row["case_id"] for row in rows if row["case_id"] is not None and row["status"] == "closed"}
    refunds = [row for row in of_kind(rows, "work_order") if row["order_type"] == "refund" and row["status"] == "open"]
    return {
        "complaints_30d": len(recent),
        "complaints_90d": len(made),
        "severe_complaints_90d": sum(row["severity"] == "high" for row in made),
        "data_complaints_30d": sum(row["topic"] in about_data for row in recent),
        "data_complaints_90d": sum(row["topic"] in about_data for row in made),
        "complained_of_unasked_order_90d": "subscribed_unasked" in topics,
        "complained_of_marketing_90d": "spam_message" in topics,
        "days_since_complaint": who.days_since(most(row["day"] for row in made)),
        "repeated_complaints_90d": len(topics) - len(set(topics)),
        "open_cases": len(cases - closed),
        "has_open_complaint": bool(cases - closed),
        "is_habitual_complainer": len(made) >= 3,
        "refund_orders_90d": len(refunds),
    }


def questions(rows: Rows, month: Rows) -> Row:
    asked, recent, calls = of_kind(rows, "consultation"), of_kind(month, "consultation"), len(of_kind(rows, "ivr"))
    return {f"{topic}_questions_30d": sum(row["topic"] == topic for row in recent) for topic in NEEDS} | {
        "ivr_calls_90d": calls,
        "consultations_90d": len(asked),
        "top_consultation_topic_90d": first_of(weights(asked, "topic", lambda _: 1)),
        "last_consultation_topic_30d": newest(recent, lambda row: row["topic"], "occurred_at", "event_id"),
        "agent_share_90d": per_mille(len(asked), len(asked) + calls),
    }


def replies(rows: Rows) -> Row:
    said = [row["is_satisfied"] for row in rows if row["is_satisfied"] is not None]
    return {
        "dissatisfied_replies_90d": said.count(False),
        "satisfaction_replies_90d": len(said),
        "last_reply_is_satisfied_90d": newest(rows, lambda row: row["is_satisfied"], "occurred_at", "event_id"),
        "satisfied_share_90d": per_mille(said.count(True), len(said)),
        "is_often_dissatisfied": said.count(False) >= 2 and said.count(False) >= said.count(True),
    }


def wishes(who: Person) -> Row:
    in_crm, crm = who.spine["is_sensitive"] is not None, who.spine["do_not_disturb_channels"] or []
    answers = (who.tags["no_contact_wishes_90d"] or "").split(",")
    found: Row = {"wants_no_marketing": "all" in crm or (False if in_crm else None)}
    for channel in ACTIVE:
        wished = "all" in crm or channel in crm or channel in answers
        found[f"{channel}_do_not_disturb"] = wished or (False if in_crm else None)
    return found
