"""T10: bill less the cost to serve and the gifts."""

from typing import Any

from tests.oracle.person import Person, Row, add, divided, trend

SERVICE, COSTS = "ods.service_event", "dwd.contact_cost"
CALL_FEN = {"ivr": 20, "consultation": 400, "complaint": 2000, "work_order": 1000, "reply": 5}
MONTHS = ("1m", "m2", "m3")


def total(*parts: int | None) -> int | None:
    """The sum; None if a part is not known."""
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def network(of: Row, month: str) -> int | None:
    """20 yuan a gigabyte, 3 fen a minute, a fen a message."""
    use = [of[f"{name}_{month}"] for name in ("data_bytes", "voice_s", "sms_count")]
    if None in use:
        return None
    return use[0] * 2000 // 2**30 + use[1] * 3 // 60 + use[2]


def tags(who: Person) -> Row:
    of: Row = {}
    for month in MONTHS:
        of[f"service_cost_fen_{month}"] = who.known(SERVICE, month, lambda rows: sum(CALL_FEN.get(row["kind"], 0) for row in rows))
        for kind in ("contact", "gift"):
            of[f"{kind}_cost_fen_{month}"] = who.known(COSTS, month, lambda rows, kind=kind: add(rows, f"{kind}_cost_fen"))
        of[f"network_cost_fen_{month}"] = network(who.tags, month)
        cost = total(*(of[f"{kind}_cost_fen_{month}"] for kind in ("network", "service", "contact", "gift")))
        bill = who.tags[f"bill_fen_{month}"]
        of[f"contribution_fen_{month}"] = None if cost is None or bill is None else bill - cost
    of["contacts_delivered_30d"] = who.known(COSTS, "30d", lambda rows: add(rows, "contacts"))
    of["gifts_given_3m"] = who.known(COSTS, "3m", lambda rows: add(rows, "gifts"))
    return of | contribution(of, who.tags["bill_fen_1m"], who.spine["customer_class"])


def contribution(of: Row, bill: int | None, boss_class: Any) -> Row:
    last, *before = (of[f"contribution_fen_{month}"] for month in MONTHS)
    known = [one for one in (last, *before) if one is not None]
    earlier = [one for one in before if one is not None]
    mean = divided(sum(known), len(known)) if known else None
    margin = max(divided(last * 1000, bill), -1_000_000) if last is not None and bill is not None and bill > 0 else None
    by_mean = None if mean is None else "high_value" if mean >= 8000 else "middle" if mean >= 3000 else "ordinary"
    return {
        "mean_contribution_fen_3m": mean,
        "negative_months_3m": sum(one < 0 for one in known) if known else None,
        "margin_1m": margin,
        "contribution_trend": trend(last, divided(sum(earlier), len(earlier)) if earlier else None, at_least=500),
        "is_negative_value": None if mean is None else mean < 0,
        "value_class": by_mean or boss_class,
    }
