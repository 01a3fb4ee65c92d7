"""T1: the life cycle, and the one definition of churn."""

from datetime import date, timedelta

from tests.oracle.person import Person, Row

TERMINAL = ("cancelled", "cancelled_debt", "cancelled_forced", "transferred", "recycled")
LEAVING = ("stopped", "cancel_booked", "retention", "frozen")
CARRIED = ("brand", "state", "vip_level", "city", "county", "phone_type", "gender", "credit_class", "points", "previous_brand")
REASONS = {"transferred": "transferred", "cancelled_debt": "debt", "cancelled_forced": "forced"}


def is_prepaid(who: Person) -> bool:
    return who.spine["brand"] in ("mzone", "easyown")


def lapsed_on(who: Person) -> date | None:
    """When a prepaid number went into retention, or was frozen without one, in the 200 days before its state."""
    since, entered = who.spine["state_date"], [who.spine[name] for name in ("retention_date", "freeze_date") if who.spine[name]]
    if not is_prepaid(who) or who.spine["state"] not in ("retention", "frozen", "recycled", "cancelled") or not entered:
        return None
    return min(entered) if since - timedelta(days=200) <= min(entered) <= since else None


def is_lost(who: Person) -> bool:
    return who.spine["state"] in TERMINAL or (is_prepaid(who) and who.spine["state"] in ("retention", "frozen"))


def churn(who: Person) -> tuple[date | None, str | None]:
    """Since when and why the subscription is lost, by tonight's row."""
    state = who.spine["state"]
    if not is_lost(who):
        return None, None
    reason = REASONS.get(state)
    if reason is None and (lapsed_on(who) or (is_prepaid(who) and state in ("retention", "frozen", "recycled"))):
        reason = "prepaid_lapse"
    if reason is None and state == "cancelled":
        reason = "booked"
    return lapsed_on(who) or who.spine["state_date"], reason


def stage(who: Person, tenure: int) -> str:
    if who.spine["state"] in TERMINAL:
        return "left"
    if who.spine["state"] in LEAVING:
        return "declining"
    return "new" if tenure <= 90 else "growing" if tenure <= 365 else "mature"


def tags(who: Person) -> Row:
    spine, before = who.spine, who.before.get("lifecycle", {})
    over = spine["state"] in TERMINAL
    tenure = ((min(spine["state_date"], who.on) if over else who.on) - spine["entry_date"]).days
    now = stage(who, tenure)
    since = before["lifecycle_stage_since"] if before.get("lifecycle_stage") == now else who.on
    lost_on, reason = churn(who)
    if spine["state"] == "recycled":
        # BOSS says no longer what it was before.
        lost_on, reason = before.get("lost_on") or lost_on, before.get("churn_type") or reason
    bundle = spine["bundle_end_date"]
    return {name: spine[name] for name in CARRIED} | {
        "is_re_entry": spine["previous_subscriber_id"] is not None,
        "is_live": not over,
        "is_prepaid": is_prepaid(who),
        "is_high_value": spine["vip_level"] != "none",
        "tenure_days": tenure,
        "lifecycle_stage": now,
        "lifecycle_stage_since": since,
        "steady_stage": steady(before.get("steady_stage"), now, (who.on - since).days + 1),
        "days_in_state": (who.on - spine["state_date"]).days,
        "days_with_number": (who.on - spine["number_date"]).days,
        "bundle_days_left": (bundle - who.on).days if bundle is not None and bundle >= who.on else None,
        "age_years": None if spine["birth_year"] is None else who.on.year - spine["birth_year"],
        "is_lost": is_lost(who),
        "lost_on": lost_on,
        "churn_month": lost_on and lost_on.replace(day=1),
        "churn_type": reason,
    }


def steady(before: str | None, now: str, nights: int) -> str:
    """Another stage counts after 7 nights, after declining 30; to and from left at once."""
    if before is None or "left" in (now, before):
        return now
    return now if nights >= (30 if before == "declining" else 7) else before
