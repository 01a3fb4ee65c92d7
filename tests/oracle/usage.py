"""T4: use by day."""

from tests.oracle.person import Person, Row, Rows, add, divided, most, per_mille, span, trend

TABLE = "ods.usage"
VOICE = ("voice_local_s", "voice_roaming_s", "voice_long_s")
SUMS = {
    "data_bytes": ("7d", "30d", "90d", "1m", "3m", "6m", "m0", "m2", "m3"),
    "idle_bytes": ("30d", "1m", "3m", "m2", "m3"),
    "data_fee_outside_fen": ("7d", "30d"),
    "bytes_4g": ("30d",),
    "voice_roaming_s": ("30d", "3m"),
    "voice_long_s": ("30d", "3m"),
    "voice_off_net_s": ("30d", "3m"),
    "sms_count": ("30d", "1m", "m2", "m3"),
}


def voice(rows: Rows) -> int:
    return sum(add(rows, column) for column in VOICE)


def tags(who: Person) -> Row:
    found: Row = {}
    for name, windows in SUMS.items():
        found |= {f"{name}_{window}": who.known(TABLE, window, lambda rows, name=name: add(rows, name)) for window in windows}
    for window in ("30d", "3m"):
        found[f"wlan_bytes_{window}"] = who.known(TABLE, window, lambda rows: add(rows, "bytes_wlan"))
    for window in ("7d", "30d", "90d", "1m", "3m", "6m", "m2", "m3"):
        found[f"voice_s_{window}"] = who.known(TABLE, window, voice)
    for window in ("7d", "30d", "90d"):
        found[f"data_days_{window}"] = who.known(TABLE, window, lambda rows: sum((row["data_bytes"] or 0) > 0 for row in rows))
        found[f"usage_days_not_arrived_{window}"] = who.lacking(TABLE, window)
    found["usage_days_not_arrived_m0"] = who.lacking(TABLE, "m0")
    for window in ("30d", "90d"):
        found[f"active_days_{window}"] = who.known(TABLE, window, len)
    found["idle_days_30d"] = who.known(TABLE, "30d", lambda rows: sum((row["idle_bytes"] or 0) > 0 for row in rows))
    found["peak_day_bytes_30d"] = who.known(TABLE, "30d", lambda rows: most(row["data_bytes"] for row in rows))
    return found | shares(who, found) | trends(who, found)


def shares(who: Person, of: Row) -> Row:
    month = who.within(TABLE, "30d") if who.known(TABLE, "30d", len) is not None else []
    weekend = sum(row["data_bytes"] or 0 for row in month if row["day"].weekday() in (5, 6))
    days = [row["day"] for row in month]
    with_data = [row["day"] for row in month if (row["data_bytes"] or 0) > 0]
    found = {
        "idle_share_30d": per_mille(of["idle_bytes_30d"], of["data_bytes_30d"]),
        "idle_share_1m": per_mille(of["idle_bytes_1m"], of["data_bytes_1m"]),
        "share_4g_30d": per_mille(of["bytes_4g_30d"], of["data_bytes_30d"]),
        "weekend_share_30d": per_mille(weekend, of["data_bytes_30d"]),
        "peak_day_share_30d": per_mille(of["peak_day_bytes_30d"], of["data_bytes_30d"]),
        "offload_3g_30d": per_mille(add(month, "bytes_3g"), less(of["data_bytes_30d"], of["bytes_4g_30d"])),
        "days_since_data": who.days_since(most(with_data)),
        "days_since_use": who.days_since(most(days)),
    }
    for window in ("30d", "3m"):
        calls, data, wlan = of[f"voice_s_{window}"], of[f"data_bytes_{window}"], of[f"wlan_bytes_{window}"]
        found[f"wlan_offload_{window}"] = None if wlan is None else per_mille(wlan, wlan + data)
        for share, part in (("off_net", "voice_off_net_s"), ("roaming", "voice_roaming_s"), ("long", "voice_long_s")):
            found[f"{share}_share_{window}"] = per_mille(of[f"{part}_{window}"], calls)
    calls = of["voice_s_3m"]
    local = None if calls is None else calls - of["voice_roaming_s_3m"] - of["voice_long_s_3m"]
    return found | {"local_share_3m": per_mille(local, calls)}


def less(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one - other


def trends(who: Person, of: Row) -> Row:
    week, month = of["data_bytes_7d"], of["data_bytes_30d"]
    found: Row = {"data_trend_7d": None if week is None else per_mille(week * 30, month * 7)}
    for name, quantity in (("data", "data_bytes"), ("voice", "voice_s")):
        months = [of[f"{quantity}_{window}"] for window in ("1m", "m2", "m3")]
        with_some = [total for total in months if total]
        mean = divided(sum(with_some), len(with_some)) if with_some else None
        found[f"mean_{quantity}_3m"] = mean
        half_year, lived = of[f"{quantity}_6m"], months_lived(who)
        found[f"mean_{quantity}_6m"] = None if half_year is None else half_year // lived
        found[f"{name}_trend_3m"] = None
        if None not in months:
            last, before = length(who, "1m"), length(who, "m2") + length(who, "m3")
            found[f"{name}_trend_3m"] = trend(months[0] * 1000 // last, (months[1] + months[2]) * 1000 // before)
    return found


def months_lived(who: Person) -> int:
    """The closed months, at most six, that end on the day of entry or later."""
    entry = who.spine["entry_date"]
    return sum(entry is None or entry <= span(who.on, f"m{back}")[1] for back in range(1, 7))


def length(who: Person, window: str) -> int:
    first, last = span(who.on, window)
    return (last - first).days + 1
