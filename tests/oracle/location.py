"""T6: where they are."""

from tests.oracle.entropy import bits, degrees, distance, radius
from tests.oracle.person import Person, Row, add, first_of, most, per_mille, share_of_first, weights

TABLE = "dwd.location"
BANDS = ("minutes_00_07", "minutes_07_09", "minutes_09_18", "minutes_18_24")


def every(row: Row) -> int:
    return sum(row[band] for band in BANDS)


def night(row: Row) -> int:
    return row["minutes_00_07"]


def office(row: Row) -> int:
    return row["minutes_09_18"] if row["day"].weekday() < 5 else 0


def away(row: Row) -> int:
    return every(row) if row["is_away"] else 0


def sure(share: int | None, days: int) -> int | None:
    """A share is sure after 14 days, before that in proportion."""
    return None if share is None else share * min(days, 14) // 14


def tags(who: Person) -> Row:
    rows = who.within(TABLE, "30d")
    homes, works, cells = (weights(rows, "cell", when) for when in (night, office, every))
    home, work = first_of(homes), first_of(works)
    others = [cell for cell in list(cells)[:3] if cell not in (home, work)]
    counties = [first_of(weights(rows, "county", when)) for when in (night, office, away)]
    nights, days_at_work = (len(weights(rows, "day", when)) for when in (night, office))
    places = [first_of(weights(rows, "position", when)) for when in (night, office)]
    regions = [region(who, window) for window in ("1m", "m2", "m3")]
    found = {
        "home_cell_30d": home,
        "home_cell_share_30d": share_of_first(homes),
        "work_cell_30d": work,
        "work_cell_share_30d": share_of_first(works),
        "longest_cells_30d": first_of(cells, 3),
        "main_cell_share_30d": share_of_first(cells),
        "cells_30d": len(cells),
        "cell_entropy_30d": bits(cells),
        "third_cell_30d": others[0] if others else None,
        "home_county_30d": counties[0],
        "work_county_30d": counties[1],
        "counties_30d": len(weights(rows, "county", every)),
        "roaming_county_30d": counties[2],
        "roaming_city_30d": counties[2] and counties[2][:4],
        "days_seen_30d": len(weights(rows, "day", every)),
        "nights_seen_30d": nights,
        "work_days_seen_30d": days_at_work,
        "days_away_30d": len(weights(rows, "day", away)),
        "nights_away_30d": len(weights(rows, "day", lambda row: night(row) if row["is_away"] else 0)),
        "home_confidence": sure(share_of_first(homes), nights),
        "work_confidence": sure(share_of_first(works), days_at_work),
        "commute_30d": commute(home, work, counties[0], counties[1]),
        "commute_m": round(distance(degrees(places[0]), degrees(places[1]))) if places[0] and places[1] else None,
        "activity_radius_m_30d": radius(weights(rows, "position", every)),
        "lives_outside_home_city": counties[0] and counties[0][:4] != who.spine["city"],
        "away_share_30d": per_mille(sum(map(away, rows)), sum(map(every, rows))),
        "days_since_seen": who.days_since(most(row["day"] for row in rows)),
        "switch_ons_30d": add(rows, "switch_ons"),
        "region_1m": regions[0],
        "region_m2": regions[1],
        "region_m3": regions[2],
        "permanent_region": regions[0] if regions[0] == regions[1] == regions[2] else None,
        "has_moved_region": None if None in regions[:2] else regions[0] != regions[1],
    }
    return found | {f"location_days_not_arrived_{window}": who.lacking(TABLE, window) for window in ("30d", "1m", "m2", "m3")}


def commute(home: str | None, work: str | None, home_county: str | None, work_county: str | None) -> str | None:
    if home is None or work is None:
        return None
    if home == work:
        return "none"
    if home_county is None or work_county is None:
        return None
    return "same_county" if home_county == work_county else "other_county"


def region(who: Person, window: str) -> str | None:
    """The county with most minutes in a closed month, of the days that have come."""
    return who.known(TABLE, window, lambda rows: first_of(weights(rows, "county", every)), from_what_came=True)
