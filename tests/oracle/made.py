"""Nights made by hand: people, and for each of them a few rows at the borders of all windows."""

from datetime import date, timedelta

from tests.oracle.made_rows import FACTS, SNAPSHOTS, Chance
from tests.oracle.person import Person, Row, month

PEOPLE = 14
LONG_AGO = date(2019, 2, 28)


def borders(on: date) -> list[date]:
    """D, and the first and last day in and out of every window, newest first."""
    back = (0, 1, 6, 7, 29, 30, 41, 42, 89, 90, 179, 180)
    days = {on - timedelta(days=days) for days in back}
    for number in (1, 2, 3, 4):
        days |= set(month(on, number))
    days |= {month(on, 1)[0] + timedelta(days=10), month(on, 2)[0] + timedelta(days=12), on - timedelta(days=3)}
    return sorted(days, reverse=True)


def person_of(on: date, number: int, absent: dict[str, frozenset[date]]) -> Person:
    """One person of a night, all rows by chance; some people are of a kind that matters at its border."""
    chance, who = Chance(on, number), f"{number:032x}"
    spine = spine_of(chance, on, number) | {"subscriber_id": who}
    days = [] if number == 13 else borders(on)
    rows = {table: make(chance, days) for table, make in FACTS.items()}
    for table, missing in absent.items():
        rows[table] = [row for row in rows[table] if row["day"] not in missing]
    rows |= {table: [] if number == 13 else make(chance, on) for table, make in SNAPSHOTS.items()}
    for of in rows.values():
        for row in of:
            row["subscriber_id"] = who
    terminal = TERMINALS.get(spine["tac"], {})
    return Person(on, spine, rows, absent, before_of(chance, on) if number % 3 else {}, terminal)


def spine_of(chance: Chance, on: date, number: int) -> Row:
    state = chance.one(
        "active", "active", "active", "stopped", "cancel_booked", "retention", "frozen", "cancelled", "recycled", "transferred"
    )
    entry = chance.one(LONG_AGO, date(2020, 2, 29), on - timedelta(days=90), on - timedelta(days=91), on - timedelta(days=365))
    # Entry on D, on the last day of a closed month, and on the first of the next.
    entry = {1: on, 2: month(on, 1)[1], 3: month(on, 2)[1], 4: month(on, 1)[0], 5: date(2020, 2, 29)}.get(number, entry)
    since = on if entry == on else chance.one(on, on - timedelta(days=5))
    # A number that came back after retention, and one that changed brand and number.
    state, brand = {6: ("recycled", "easyown"), 7: ("active", "mzone")}.get(number, (state, chance.one("gotone", "mzone", "easyown")))
    lapsed = chance.one(None, since, since - timedelta(days=200), since - timedelta(days=201))
    in_crm = chance.one(True, True, False)
    crm = {
        "birth_year": chance.one(None, on.year - 17, on.year - 18, on.year - 24, on.year - 40, on.year - 60),
        "gender": chance.one("f", "m", None),
        "is_company": chance.one(True, False),
        "occupation": chance.one(None, "student", "office", "teacher", "farmer", "trader", "other"),
        "group_id": chance.one(None, "G1"),
        "manager_id": chance.one(None, "M1"),
        "clubs": chance.one(None, ["music"], ["music_senior", "gamer"]),
        "is_sensitive": chance.one(True, False),
        "do_not_disturb_channels": chance.one(None, ["all"], ["sms", "mms"]),
    }
    return {
        "brand": brand,
        "state": state,
        "vip_level": chance.one("none", "silver", "gold", "diamond") if brand == "gotone" else "none",
        "city": chance.one("9901", "9902"),
        "county": chance.one("990101", None),
        "phone_type": chance.one("ordinary", "official", None),
        "credit_class": chance.one(None, 1, 5),
        "points": chance.one(None, 0, 3899, 3900),
        "customer_class": chance.one(None, "high_value", "ordinary"),
        "entry_date": entry,
        "entry_channel": chance.one(None, "crm", "agent_shop", "account_manager", "web_hall"),
        "number_date": on - timedelta(days=3) if number == 7 else entry,
        "state_date": since,
        "cancel_booked_date": chance.one(None, on, on + timedelta(days=3), on - timedelta(days=1)),
        "bundle_end_date": chance.one(None, on, on - timedelta(days=1), on + timedelta(days=40)),
        "retention_date": lapsed,
        "freeze_date": chance.one(None, since),
        "tac": chance.one(None, "11111111", "22222222", "33333333", "99999999"),
        "imei_token": chance.one(None, "a" * 32),
        "entry_imei_token": chance.one(None, "a" * 32, "b" * 32),
        "previous_subscriber_id": chance.one(None, "c" * 32),
        "previous_brand": chance.one(None, "mzone") if number == 7 else None,
        **(crm if in_crm else dict.fromkeys(crm)),
    }


TERMINALS = {
    "11111111": dict(
        *[
            zip(
                ("terminal_brand", "terminal_model", "terminal_os", "network", "price_band"),
                ("A", "A1", "android", "4G", "high"),
                strict=True,
            )
        ],
        is_smartphone=True,
        **dict.fromkeys(("has_gprs", "has_mms", "has_java", "has_fetion"), True),
    ),
    "22222222": dict(
        *[zip(("terminal_brand", "terminal_model", "terminal_os", "network", "price_band"), ("B", "B2", None, "2G", "low"), strict=True)],
        is_smartphone=False,
        **dict.fromkeys(("has_gprs", "has_mms", "has_java", "has_fetion"), False),
    ),
    "33333333": dict(
        *[zip(("terminal_brand", "terminal_model", "terminal_os", "network", "price_band"), ("C", "C3", None, "3G", None), strict=True)],
        is_smartphone=True,
        **dict.fromkeys(("has_gprs", "has_mms", "has_java", "has_fetion"), True),
    ),
}


def before_of(chance: Chance, on: date) -> dict[str, Row]:
    """What the families that look back said of a person the night before."""
    days = [on - timedelta(days=back) for back in (1, 5, 6, 7, 29, 30)]
    labels = ("vip", "key_person", "sensitive", "adviser", "new_service", "family", "electronic", "negative_value", "standing")
    levels = {"adviser": "often_dissatisfied", "new_service": "new_services", "family": "family_home", "electronic": "electronic"}
    recognition: Row = {}
    for label in labels:
        level = chance.one(None, levels.get(label, "ordinary"))
        recognition |= {f"{label}_label": level, f"{label}_label_since": None if level is None else chance.one(*days)}
    stage = chance.one("new", "mature", "declining")
    this_month = (on - timedelta(days=5)).replace(day=1)
    segments = ("ss5_low_dormant", "ss2_high_fashion", "ss4_local_basic")
    return {
        "lifecycle": {
            **{
                "lifecycle_stage": stage,
                "lifecycle_stage_since": chance.one(*days),
                "steady_stage": chance.one(stage, "declining", "left"),
            },
            **{"lost_on": chance.one(None, on - timedelta(days=9)), "churn_type": chance.one(None, "debt")},
        },
        "terminal": {
            **{"tac": chance.one(None, "11111111", "22222222"), "handset_changed_on": chance.one(None, *days)},
            **{
                "network": chance.one(None, "2G", "4G"),
                "previous_network": chance.one(None, "2G", "3G"),
                "handset_since": chance.one(None, *days),
            },
        },
        "identity": {"identity": chance.one(None, "student", "office_worker", "traveller"), "identity_since": chance.one(*days)},
        "segment": {
            **{"segment_month": chance.one(this_month, month(this_month, 1)[0]), "segment_rules": chance.one(1, 1, 1, 0)},
            **{"segment": chance.one(*segments), "previous_segment": chance.one(None, *segments), "segment_since": month(this_month, 2)[0]},
        },
        "recognition": recognition,
    }
