"""T2: who they are, by points for and against."""

from typing import Any

from tests.oracle.person import Person, Row

STATED = {
    "student": ("student",),
    "office_worker": ("office", "official", "teacher"),
    "farmer": ("farmer",),
    "traveller": (),
    "trader": ("trader",),
}


def points(*evidence: tuple[int, Any]) -> int:
    return max(0, min(1000, sum(value for value, holds in evidence if holds)))


def at_least(value: int | None, border: int) -> bool:
    return value is not None and value >= border


def below(value: int | None, border: int) -> bool:
    return value is not None and value < border


def confidences(who: Person) -> dict[str, int]:
    of, spine = who.tags, who.spine
    age, job, brand = of["age_years"], spine["occupation"], spine["brand"]
    smart, band, grouped = of["is_smartphone"], of["price_band_rank"], spine["group_id"] is not None
    play = None if None in (of["games_preference"], of["social_preference"]) else of["games_preference"] + of["social_preference"]
    return {
        "student": points(
            (600, job == "student"),
            (250, at_least(age, 15) and age <= 24),
            (-500, at_least(age, 30)),
            (150, brand == "mzone"),
            (150, at_least(play, 400)),
            (100, at_least(of["idle_share_30d"], 300)),
            (100, below(of["mean_bill_fen_3m"], 5000)),
        ),
        "office_worker": points(
            (600, job in STATED["office_worker"]),
            (300, grouped),
            (150, at_least(age, 23) and age <= 55),
            (-400, below(age, 20)),
            (150, smart and at_least(band, 2)),
            (150, of["commute_30d"] in ("same_county", "other_county") and at_least(of["work_confidence"], 500)),
            (100, at_least(of["news_preference"], 200)),
            (100, brand == "gotone"),
        ),
        "farmer": points(
            (600, job == "farmer"),
            (150, at_least(of["local_share_3m"], 900)),
            (150, smart is False and band == 1),
            (100, brand == "easyown"),
            (100, below(of["mean_bill_fen_3m"], 3000)),
            (100, at_least(age, 40)),
            (-300, grouped),
            (-300, at_least(of["roaming_share_3m"], 200)),
        ),
        "traveller": points(
            (400, at_least(of["roaming_share_3m"], 150)),
            (200, at_least(of["nights_away_30d"], 4)),
            (150, at_least(of["roaming_share_30d"], 150)),
            (150, at_least(of["long_share_3m"], 200)),
            (150, brand == "gotone"),
            (100, of["card_level"] in ("diamond", "gold", "silver")),
            (100, band == 3),
            (-200, job in ("student", "farmer")),
        ),
        "trader": points(
            (600, job == "trader"),
            (250, at_least(of["mean_voice_s_3m"], 36_000)),
            (200, spine["is_company"]),
            (150, at_least(of["off_net_share_3m"], 500)),
            (100, at_least(of["shopping_preference"], 200)),
            (100, at_least(age, 25) and age <= 60),
            (-300, below(age, 18)),
        ),
    }


def tags(who: Person) -> Row:
    found, before = confidences(who), who.before.get("identity", {})
    ordered = sorted(found.values(), reverse=True)
    identity = max(found, key=lambda one: found[one]) if ordered[0] >= 500 else None
    since = None if identity is None else (before.get("identity_since") if before.get("identity") == identity else None) or who.on
    return {f"{one}_confidence": value for one, value in found.items()} | {
        "identity_confidence": ordered[0],
        "identity": identity,
        "identity_lead": ordered[0] - ordered[1],
        "is_identity_stated": None if identity is None else who.spine["occupation"] in STATED[identity],
        "identity_since": since,
        "identity_days": who.days_since(since),
    }
