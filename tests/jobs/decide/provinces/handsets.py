"""Terminal matching: what a handset is known not to do closes channels and products, and nothing else does (decision 35)."""

from typing import Any

from tests.jobs.decide.provinces.reader import Found, Reader

# Read by hand from scenarios/matching/terminal.csv.
NEEDS = {
    **{"mms": "has_mms", "fetion": "has_fetion", "wap_hall": "has_gprs", "community": "has_gprs"},
    **dict.fromkeys(("app_hall", "toolbar", "video", "contacts", "mm"), "is_smartphone"),
    **dict.fromkeys(("reading", "games", "surf"), "has_java"),
}


def can(person: dict[str, Any], code: str) -> bool:
    """Whether the handset may be able to use a channel or a product: an unknown one may."""
    return code not in NEEDS or person[NEEDS[code]] is not False


def handsets(reader: Reader) -> Found:
    """Nobody is listed with what the handset cannot do; who is left out for it has such a product, or no channel that it can use."""
    found = Found()
    for night, row in reader.rows:
        person = night.person[row["subscriber_id"]]
        if row["stage"] == "listed":
            able = can(person, row["channel"]) and can(person, row["offer"])
            found.expect(able, f"{night.on} {row['scenario']} sells {row['offer']} by {row['channel']}")
        if "handset_cannot" in row["reasons"]:
            scenario, step = reader.scenarios[row["scenario"]], reader.step(row)
            asked = {*scenario.channels.allowed, step.channel, *scenario.offer_of(step).products}
            unable = sorted(code for code in asked if not can(person, code))
            found.expect(bool(unable), f"{night.on} {row['scenario']} {row['step']}: the handset can do all of {sorted(asked)}")
    return found
