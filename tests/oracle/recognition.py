"""The nine recognition labels, their evidence and since when."""

from typing import Any

from tests.oracle.person import Person, Row

CARDS = ("diamond", "gold", "silver")


def levels(who: Person) -> dict[str, tuple[Any, Any]]:
    """Level and evidence of each label."""
    of, spine = who.tags, who.spine
    tier, card, role = of["customer_tier"], of["card_level"], of["company_role"]
    complains = of["is_habitual_complainer"]
    family = "family_home" if of["family_home_member"] else "family_number" if of["family_number_member"] else None
    leads, official = role == "leader", spine["phone_type"] == "official"
    stands = (spine["points"] or 0) < 3900 and tier not in CARDS and (leads or official)
    return {
        "vip": (card if card in CARDS else None, card),
        "key_person": (tier if of["is_group_key_person"] else None, role),
        "sensitive": (tier if complains or spine["is_sensitive"] else None, str(of["complaints_90d"]) if complains else "CRM"),
        "adviser": ("often_dissatisfied" if of["is_often_dissatisfied"] else None, str(of["dissatisfied_replies_90d"])),
        "new_service": ("new_services" if of["new_services_90d"] else None, str(of["new_services_90d"])),
        "family": (family, str(of["family_size"])),
        "electronic": ("electronic" if of["prefers_electronic_channels"] else None, str(of["electronic_queries_30d"])),
        "negative_value": ("negative" if of["is_negative_value"] else None, str(of["mean_contribution_fen_3m"])),
        "standing": ("high_standing" if stands else None, "leader" if leads else "official_phone"),
    }


def tags(who: Person) -> Row:
    found: Row = {}
    before = who.before.get("recognition", {})
    for name, (level, evidence) in levels(who).items():
        kept = before.get(f"{name}_label_since") if before.get(f"{name}_label") == level else None
        found[f"{name}_label"] = level
        found[f"{name}_label_evidence"] = None if level is None else evidence
        found[f"{name}_label_since"] = None if level is None else kept or who.on
    return found
