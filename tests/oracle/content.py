"""T5: what is read and watched."""

from tests.oracle.entropy import bits
from tests.oracle.person import Person, Row, add, first_of, halved, per_mille, share_of_first, weights

TABLE, TERMS = "dwd.content_daily", "dwd.term_daily"
TELLING = ("games", "life", "music", "news", "reading", "shopping", "social", "video")
GENRES = ("reading", "music", "video", "games")


def greatest(of: dict[str, int]) -> str | None:
    """The category with the greatest figure, of equals the first by name."""
    return min((name for name in of if of[name] == max(of.values()) > 0), default=None)


def tags(who: Person) -> Row:
    month, six_weeks = who.within(TABLE, "30d"), who.within(TABLE, "42d")
    asked = {name: add([row for row in month if row["category"] == name], "requests") for name in TELLING}
    interest = {
        name: sum(row["visits"] * halved((who.on - row["day"]).days, 14) for row in six_weeks if row["category"] == name)
        for name in TELLING
    }
    every = add(month, "requests")
    found: Row = {
        "content_requests_30d": every,
        "content_bytes_30d": add(month, "content_bytes"),
        "content_visits_30d": add(month, "visits"),
        "top_category_30d": greatest(asked),
        "preferred_category": greatest(interest),
        "content_days_30d": len({row["day"] for row in month if row["requests"] > 0}),
    }
    found |= {f"{name}_share_30d": per_mille(asked[name], every) for name in TELLING}
    found |= {f"{name}_preference": per_mille(interest[name], sum(interest.values())) for name in TELLING}
    sites = weights([row for row in month if row["site"] != "unknown"], "site", lambda row: row["requests"])
    visits = weights([row for row in month if row["category"] in TELLING], "category", lambda row: row["visits"])
    found |= {
        "top_apps_30d": first_of({site: asked for site, asked in sites.items() if "." not in site}, 3),
        "top_sites_30d": first_of({site: asked for site, asked in sites.items() if "." in site}, 3),
        "sites_seen_30d": len(sites),
        "top_site_share_30d": share_of_first(sites),
        "content_variety_30d": bits(visits),
    }
    searched = who.within(TERMS, "90d")
    found |= {
        "content_searches_30d": add(who.within(TERMS, "30d"), "searches"),
        "top_terms_90d": first_of(weights(searched, "term", lambda row: row["searches"]), 3),
    }
    for name in GENRES:
        found[f"{name}_genre_90d"] = first_of(
            weights([row for row in searched if row["category"] == name], "term", lambda row: row["searches"])
        )
    found |= {f"content_days_not_arrived_{window}": who.lacking(TABLE, window) for window in ("30d", "42d")}
    return found | {f"terms_days_not_arrived_{window}": who.lacking(TERMS, window) for window in ("30d", "90d")}
