"""T4: settled bills. A month without a bill says nothing."""

from tests.oracle.person import Person, Row, Rows, add_told, divided, most, per_mille, trend

TABLE = "ods.bill"
AMOUNTS = {
    "bill_fen": ("bill_fen", ("1m", "3m", "6m", "m2", "m3")),
    "plan_fee_fen": ("plan_fee_fen", ("1m",)),
    "data_plan_fee_fen": ("data_plan_fee_fen", ("1m",)),
    "bill_data_fee_outside_fen": ("data_fee_outside_fen", ("1m", "3m")),
    "voice_fee_fen": ("voice_fee_fen", ("1m",)),
    "sms_fee_fen": ("sms_fee_fen", ("1m",)),
    "service_fee_fen": ("service_fee_fen", ("1m",)),
    "allowance_bytes": ("allowance_bytes", ("1m",)),
    "allowance_used_bytes": ("allowance_used_bytes", ("1m",)),
    "owed_fen": ("owed_fen", ("1m",)),
}


def used_share(row: Row) -> float | None:
    return (
        row["allowance_used_bytes"] / row["allowance_bytes"] if row["allowance_bytes"] and row["allowance_used_bytes"] is not None else None
    )


def months(rows: Rows, name: str) -> int:
    if name == "full_months":
        return sum(share >= 0.8 for row in rows if (share := used_share(row)) is not None)
    if name == "unused_months":
        return sum(share < 0.2 for row in rows if (share := used_share(row)) is not None)
    column = {"overflow_months": "data_fee_outside_fen", "debt_months": "owed_fen"}.get(name)
    return sum((row[column] or 0) > 0 for row in rows) if column else len(rows)


COUNTS = {
    "billed_months": ("3m", "6m"),
    "overflow_months": ("3m",),
    "full_months": ("3m",),
    "unused_months": ("3m",),
    "debt_months": ("6m",),
}


def tags(who: Person) -> Row:
    of: Row = {}
    for name, (column, windows) in AMOUNTS.items():
        of |= {f"{name}_{window}": who.known(TABLE, window, lambda rows, column=column: add_told(rows, column)) for window in windows}
    for name, windows in COUNTS.items():
        of |= {f"{name}_{window}": who.known(TABLE, window, lambda rows, name=name: months(rows, name)) for window in windows}
    of["highest_bill_fen_6m"] = who.known(TABLE, "6m", lambda rows: most(row["bill_fen"] for row in rows))
    for window in ("3m", "6m"):
        of[f"mean_bill_fen_{window}"] = (
            divided(of[f"bill_fen_{window}"], of[f"billed_months_{window}"]) if of[f"billed_months_{window}"] else None
        )
    two = None if of["bill_fen_m2"] is None or of["bill_fen_m3"] is None else (of["bill_fen_m2"] + of["bill_fen_m3"]) // 2
    return of | {
        "allowance_use_1m": per_mille(of["allowance_used_bytes_1m"], of["allowance_bytes_1m"]),
        "bill_trend_1m": per_mille(of["bill_fen_1m"], of["mean_bill_fen_3m"]),
        "is_in_debt": (of["owed_fen_1m"] or 0) > 0,
        "bill_peak_6m": per_mille(of["highest_bill_fen_6m"], of["mean_bill_fen_6m"]),
        "bill_trend_3m": trend(of["bill_fen_1m"], two, at_least=500),
        "outside_share_1m": per_mille(of["bill_data_fee_outside_fen_1m"], of["bill_fen_1m"]),
        "outside_share_3m": per_mille(of["bill_data_fee_outside_fen_3m"], of["bill_fen_3m"]),
        "voice_fee_share_1m": per_mille(of["voice_fee_fen_1m"], of["bill_fen_1m"]),
        "service_fee_share_1m": per_mille(of["service_fee_fen_1m"], of["bill_fen_1m"]),
    }
