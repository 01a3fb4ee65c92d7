"""T3: the handset."""

from datetime import date, timedelta
from typing import Any

from tests.oracle.person import Person, Row, whole_months

CATALOGUE = (
    *("terminal_brand", "terminal_model", "terminal_os", "is_smartphone", "network"),
    *("has_gprs", "has_mms", "has_java", "has_fetion", "price_band"),
)


def tags(who: Person) -> Row:
    of: Row = {name: who.terminal.get(name) for name in CATALOGUE}
    before, tac = who.before.get("terminal", {}), who.spine["tac"]
    changed = tac is not None and before.get("tac") is not None and tac != before["tac"]
    changed_on = who.on if changed else before.get("handset_changed_on")
    previous = before.get("network") if changed else before.get("previous_network")
    previous = previous if changed_on else None
    imeis = [who.spine[name] for name in ("imei_token", "entry_imei_token")]
    is_entry = None if None in imeis else imeis[0] == imeis[1]
    since = handset_since(who, tac, changed, is_entry, before)
    generation, smart = of["network"] and int(of["network"][0]), of["is_smartphone"]
    is_4g = None if generation is None else generation >= 4
    data, held = who.tags["data_bytes_30d"], who.tags["held_data_plan_bytes"] + who.tags["base_plan_allowance_bytes"]
    has_plan, base = who.tags["holds_data_plan"], who.tags["base_plan_allowance_bytes"]
    return of | {
        "tac": tac,
        "is_terminal_known": of["terminal_model"] is not None,
        "network_generation": generation,
        "price_band_rank": {"low": 1, "middle": 2, "high": 3}.get(of["price_band"]),
        "is_entry_handset": is_entry,
        "handset_changed_on": changed_on,
        "is_handset_changed_30d": None if tac is None else changed_on is not None and changed_on > who.on - timedelta(days=30),
        "previous_network": previous,
        "is_network_upgraded": of["network"] > previous if of["network"] and previous else None,
        "handset_since": since,
        "handset_months": whole_months(since, who.on),
        "is_4g_unused_30d": of_kind(is_4g, who.tags["bytes_4g_30d"] == 0 if data else None),
        "is_4g_plan_small": of_kind(is_4g, held < 500 * 1024 * 1024),
        "is_smart_without_plan": of_kind(smart, not has_plan and base == 0),
        "is_plan_without_gprs": of_kind(None if of["has_gprs"] is None else not of["has_gprs"], has_plan),
        "is_smart_unused_30d": of_kind(smart, None if data is None else data == 0),
    }


def of_kind(handset: bool | None, value: Any) -> Any:
    """The value for handsets of a kind; false for others, None for unknown ones."""
    return value if handset else handset


def handset_since(who: Person, tac: str | None, changed: bool, is_entry: bool | None, before: Row) -> date | None:
    """First night with the type, or the entry with the handset of the entry month."""
    if tac is None:
        return None
    if is_entry and who.spine["entry_date"]:
        return who.spine["entry_date"]
    is_same = before.get("tac") is not None and not changed
    return (before.get("handset_since") if is_same else None) or who.on
