"""Section 2 of the domain: fields of the customer record, with the brand deciding which apply."""

from calendar import isleap
from datetime import date

from tests.oracle.lifecycle import is_prepaid
from tests.oracle.person import Person, Row

CARDS = ("diamond", "gold", "silver")


def anniversary(entry: date, year: int) -> date:
    return date(year, 2, 28) if (entry.month, entry.day) == (2, 29) and not isleap(year) else entry.replace(year=year)


def age_band(age: int | None) -> str | None:
    bands = ((17, "under_18"), (24, "18_24"), (34, "25_34"), (44, "35_44"), (59, "45_59"))
    return None if age is None else next((band for last, band in bands if age <= last), "60_and_over")


def tags(who: Person) -> Row:
    spine = who.spine
    prepaid, in_crm = is_prepaid(who), spine["is_company"] is not None
    card = None if prepaid else spine["vip_level"]
    points = spine["points"]
    tier = card if card in CARDS else "honoured" if (points or 0) >= 3900 else "ordinary"
    channel, cancels_on, clubs = spine["entry_channel"], None if prepaid else spine["cancel_booked_date"], spine["clubs"] or []
    kinds = {"crm": "shop", "agent_shop": "shop", "account_manager": "manager"}
    entry = spine["entry_date"]
    coming = min(day for year in (who.on.year, who.on.year + 1) if (day := anniversary(entry, year)) >= who.on)
    return {
        "card_level": card,
        "customer_tier": tier,
        "points_to_honoured": 3900 - points if tier == "ordinary" and points is not None else None,
        "is_in_retention": spine["state"] == "retention" if prepaid else None,
        "retention_since": spine["retention_date"] if prepaid else None,
        "frozen_since": spine["freeze_date"] if prepaid else None,
        "cancels_on": cancels_on,
        "days_to_cancellation": (cancels_on - who.on).days
        if spine["state"] == "cancel_booked" and cancels_on is not None and cancels_on >= who.on
        else None,
        "entry_channel_kind": None if channel is None else kinds.get(channel, "electronic"),
        "days_to_anniversary": (coming - who.on).days if entry < who.on else None,
        "age_band": age_band(None if spine["birth_year"] is None else who.on.year - spine["birth_year"]),
        "has_manager": spine["manager_id"] is not None if in_crm else None,
        "is_music_club_senior": "music_senior" in clubs if in_crm else None,
        "is_music_club_member": bool({"music", "music_senior"} & set(clubs)) if in_crm else None,
        "is_gamer_club_member": "gamer" in clubs if in_crm else None,
    }
