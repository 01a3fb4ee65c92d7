"""SS1..SS9: the first rule that holds, once a month from the 6th."""

from datetime import date, timedelta

from tests.oracle.person import Person, Row, whole_months

VERSION = 1


def assigned(of: Row) -> str:
    worth, off_net = of["value_class"], of["off_net_share_3m"]
    at_risk = of["steady_stage"] == "declining" or of["contribution_trend"] == "falling" or of["has_open_complaint"]
    at_risk = at_risk or (of["days_since_use"] is not None and of["days_since_use"] > 5)
    if worth == "high_value":
        if at_risk:
            return "ss6_high_at_risk"
        if off_net is not None and off_net >= 400:
            return "ss7_high_outflow"
        is_business = (of["roaming_share_3m"] or 0) + (of["long_share_3m"] or 0) >= 200
        return "ss1_high_business" if is_business else "ss2_high_fashion"
    if of["active_days_30d"] is not None and of["active_days_30d"] <= 5:
        return "ss5_low_dormant"
    if worth == "middle":
        return "ss3_middle_practical"
    if of["data_days_90d"] == 0:
        return "ss9_thrifty"
    return "ss8_local_comfortable" if (of["mean_bill_fen_3m"] or 0) >= 2000 else "ss4_local_basic"


def tags(who: Person) -> Row:
    before = who.before.get("segment", {})
    month: date | None = (who.on - timedelta(days=5)).replace(day=1) if who.tags["is_live"] else None
    rules, earlier = (VERSION if month else None), before.get("segment_month")
    is_kept = month is not None and earlier == month and before.get("segment_rules") == VERSION
    now = None if month is None else (before.get("segment") if is_kept else None) or assigned(who.tags)
    is_new = month is not None and earlier is not None and earlier != month
    is_new = is_new or (before.get("segment_rules") is not None and before["segment_rules"] != VERSION)
    since = None if now is None else (before.get("segment_since") if before.get("segment") == now else None) or month
    return {
        "segment_month": month,
        "segment_rules": rules,
        "segment": now,
        "previous_segment": before.get("segment") if is_new else before.get("previous_segment"),
        "segment_since": since,
        "months_in_segment": None if since is None or month is None else whole_months(since, month),
    }
