"""T9: the operator's own apps."""

from datetime import date, timedelta

from tests.oracle.person import Person, Row, Rows, add, first_of, most, newest, span, whole_months
from tests.oracle.product import ORDER, began, held

USE, ORDERS = "ods.platform_usage", "dwd.subscription_interval"
APPS = ("games", "mail139", "mm", "music", "payment", "reading", "video")


def status(who: Person, line: Row) -> str:
    if held(who, line):
        return line["order_source"]
    return "tried" if line["order_source"] == "trial" else "cancelled"


def used_on(who: Person, app: str, window: str) -> list[date]:
    return [row["day"] for row in who.within(USE, window) if row["product"] == app and row["actions"] > 0]


def tags(who: Person) -> Row:
    found: Row = {"app_actions_30d": add(who.within(USE, "30d"), "actions")}
    days, converted, tried = {}, 0, 0
    for app in APPS:
        lines = [line for line in who.all(ORDERS) if line["product"] == app and began(who, line)]
        now = newest(lines, lambda line: status(who, line), *ORDER)
        since, last = newest(lines, lambda line: line["valid_from"], *ORDER), most(used_on(who, app, "180d"))
        days[app] = len(used_on(who, app, "30d"))
        is_old = since is not None and since <= who.on - timedelta(days=30)
        silent = now == "paid" and is_old and (last is None or last < since)
        found |= {
            f"{app}_app_days_30d": days[app],
            f"{app}_app_status": now,
            f"{app}_app_idle_months": whole_months(last, who.on),
            f"{app}_app_silent": None if now is None else silent,
        }
        converted += now == "paid" and any(line["order_source"] == "trial" for line in lines)
        tried += now == "tried"
    ordered = dict(sorted(days.items(), key=lambda one: (-one[1], one[0])))
    found |= {f"use_days_not_arrived_{window}": who.lacking(USE, window) for window in ("30d", "90d", "180d")}
    return (
        found
        | services(who)
        | {
            "apps_used_30d": sum(count > 0 for count in days.values()),
            "silent_apps": sum(bool(found[f"{app}_app_silent"]) for app in APPS),
            "trials_converted": converted,
            "trials_not_converted": tried,
            "top_app_30d": first_of({app: count for app, count in ordered.items() if count}),
        }
    )


def services(who: Person) -> Row:
    lines: Rows = [line for line in who.all(ORDERS) if line["product_kind"] == "app" and began(who, line)]
    first, _ = span(who.on, "90d")
    trials = [line for line in lines if line["order_source"] == "trial" and held(who, line)]
    line_end = most(line["valid_to"] for line in trials)
    reported = most(row["trial_end"] for row in who.within(USE, "90d"))
    last = line_end - timedelta(days=1) if line_end else reported if trials else None
    return {
        "paid_apps_fee_fen": add([line for line in lines if line["order_source"] == "paid" and held(who, line)], "monthly_fee_fen"),
        "new_services_90d": sum(line["valid_from"] >= first for line in lines),
        "services_cancelled_90d": sum(
            line["order_source"] != "trial" and line["valid_to"] is not None and first <= line["valid_to"] <= who.on for line in lines
        ),
        "is_in_trial": bool(trials),
        "trial_days_left": (last - who.on).days if last is not None and last >= who.on else None,
    }
