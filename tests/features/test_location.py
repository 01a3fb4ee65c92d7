"""T6: home, work and other places; some figures agree with the hand-computed answers of bandicoot."""

import csv
import json
from collections import Counter, defaultdict
from datetime import date, datetime
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from expectations.tables.dwd_location import DWD_LOCATION
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.location import LOCATION_TAGS
from tests.frames import by_role, frame

# A Tuesday; 28 March is a Saturday.
D = date(2026, 3, 31)
COLUMNS = (
    "subscriber_id | day | cell | county | minutes_00_07 | minutes_07_09 | minutes_09_18 | minutes_18_24 | is_away | switch_ons | position"
)
PLACES = """
    worker    | 2026-03-31 | h1 | 990101 | 400 | 60  | 0   | 200 | false | 1 | 110000000:30000000
    worker    | 2026-03-31 | o1 | 990102 | 0   | 60  | 540 | 0   | false | 0 | 110100000:30200000
    worker    | 2026-03-31 | p1 | 990101 | 20  | 0   | 0   | 160 | false | 0 |
    worker    | 2026-03-28 | m1 | 990103 | 0   | 0   | 540 | 0   | false | 0 |
    worker    | 2026-03-02 | h1 | 990101 | 420 | 120 | 60  | 360 | false | 2 | 110000000:30000000
    worker    | 2026-03-02 | o1 | 990102 | 0   | 0   | 480 | 0   | false | 0 | 110100000:30200000
    traveller | 2026-03-30 | t1 | 990201 | 420 | 0   | 540 | 0   | true  | 0 | 110000000:60000000
    traveller | 2026-03-31 | h2 | 990101 | 0   | 0   | 60  | 0   | false | 0 | 111000000:60000000
    traveller | 2026-03-31 | t2 | 990301 | 0   | 0   | 0   | 60  | true  | 0 |
    traveller | 2026-03-01 | h2 | 990101 | 420 | 0   | 540 | 0   | false | 5 | 111000000:60000000
    blank     | 2026-03-30 | x1 |        | 60  | 0   | 0   | 0   |       | 0 |
    steady    | 2026-02-28 | s1 | 990101 | 0   | 0   | 0   | 10  | false | 0 |
    steady    | 2026-01-01 | s1 | 990101 | 0   | 0   | 0   | 10  | false | 0 |
    steady    | 2025-12-31 | s1 | 990101 | 0   | 0   | 0   | 10  | false | 0 |
    moved     | 2026-02-01 | s1 | 990101 | 0   | 0   | 0   | 10  | false | 0 |
    moved     | 2026-02-02 | s2 | 990102 | 0   | 0   | 0   | 10  | false | 0 |
    moved     | 2026-01-31 | s2 | 990102 | 0   | 0   | 0   | 10  | false | 0 |
    moved     | 2025-11-30 | s2 | 990102 | 0   | 0   | 0   | 10  | false | 0 |
    settled   | 2026-02-01 | s1 | 990101 | 0   | 0   | 0   | 10  | false | 0 |
    settled   | 2026-01-31 | s1 | 990101 | 0   | 0   | 0   | 10  | false | 0 |
    settled   | 2025-12-31 | s2 | 990102 | 0   | 0   | 0   | 10  | false | 0 |
"""
BANDICOOT = Path(__file__).parents[3] / "shared" / "data" / "cdr_samples" / "manual"


def test_home_work_and_third_place_are_where_they_are_longest_at_their_hours(spark: SparkSession) -> None:
    who = ("worker", "traveller", "blank", "steady", "moved", "settled", "nobody")
    subscribers = frame(
        spark, DWD_SUBSCRIBER, "\n".join(["subscriber_id | entry_date | city", *(f"{one} | 2020-01-01 | 9901" for one in who)])
    )
    found = LOCATION_TAGS.compute(D, subscribers, location=frame(spark, DWD_LOCATION, COLUMNS + PLACES))
    found = LOCATION_TAGS.table.conform(found).cache()
    unseen = ("steady", "moved", "settled", "nobody")

    home = ("home_cell_30d", "home_cell_share_30d", "nights_seen_30d", "home_confidence", "home_county_30d", "lives_outside_home_city")
    assert by_role(found, *home) == {
        "worker": ("h1", 976, 2, 139, "990101", False),
        "traveller": ("t1", 1000, 1, 71, "990201", True),
        "blank": ("x1", 1000, 1, 71, None, None),
        **dict.fromkeys(unseen, (None, None, 0, None, None, None)),
    }
    work = ("work_cell_30d", "work_cell_share_30d", "work_days_seen_30d", "work_confidence", "work_county_30d", "commute_30d")
    assert by_role(found, *work) == {
        "worker": ("o1", 944, 2, 134, "990102", "other_county"),
        "traveller": ("t1", 900, 2, 128, "990201", "none"),
        "blank": (None, None, 0, None, None, None),
        **dict.fromkeys(unseen, (None, None, 0, None, None, None)),
    }
    circle = ("longest_cells_30d", "third_cell_30d", "main_cell_share_30d", "cells_30d", "cell_entropy_30d", "counties_30d")
    assert by_role(found, *circle) == {
        "worker": ("h1,o1,m1", "m1", 473, 4, 1680, 3),
        "traveller": ("t1,h2,t2", "h2", 888, 3, 614, 3),
        "blank": ("x1", None, 1000, 1, 0, 0),
        **dict.fromkeys(unseen, (None, None, None, 0, None, 0)),
    }
    away = ("roaming_county_30d", "roaming_city_30d", "days_away_30d", "nights_away_30d", "away_share_30d")
    assert by_role(found, *away) == {
        "worker": (None, None, 0, 0, 0),
        "traveller": ("990201", "9902", 2, 1, 944),
        "blank": (None, None, 0, 0, 0),
        **dict.fromkeys(unseen, (None, None, 0, 0, None)),
    }
    assert by_role(found, "days_seen_30d", "days_since_seen", "switch_ons_30d") == {
        "worker": (3, 0, 3),
        "traveller": (2, 0, 0),
        "blank": (1, 1, 0),
        **dict.fromkeys(unseen, (0, None, 0)),
    }
    # 0.2 degrees north are 22,239 m, and 0.1 east at 30.1 degrees north 9,620 m. At 60 degrees north a degree east is half as long.
    distances = by_role(found, "commute_m", "activity_radius_m_30d")
    assert distances["worker"] == (24231, 11871)
    assert distances["traveller"] == (0, 13082)
    assert distances["blank"] == (None, None)
    region = by_role(found, "region_1m", "region_m2", "region_m3", "permanent_region", "has_moved_region")
    assert region["steady"] == ("990101", "990101", "990101", "990101", False)
    assert region["moved"] == ("990101", "990102", None, None, True)
    assert region["settled"] == ("990101", "990101", "990102", None, False)
    assert region["nobody"] == (None, None, None, None, None)


def half_hours(person: str) -> Counter[tuple[date, str, str]]:
    """Minutes by day, antenna and band, as bandicoot places a person: for each half hour at the antenna with most records in it.

    Its night is from 19 to 7 o'clock; here that is the band of the night. The last day is D.
    """
    with (BANDICOOT / f"{person}.csv").open(encoding="utf-8") as file:
        records = [(datetime.fromisoformat(row["datetime"]), row["antenna_id"]) for row in csv.DictReader(file)]
    last = max(at.date() for at, _ in records)
    halves: dict[datetime, Counter[str]] = defaultdict(Counter)
    for at, antenna in records:
        halves[at.replace(minute=at.minute // 30 * 30, second=0)][antenna] += 1
    minutes: Counter[tuple[date, str, str]] = Counter()
    for half, antennas in halves.items():
        minutes[D - (last - half.date()), antennas.most_common(1)[0][0], "day" if 7 <= half.hour < 19 else "night"] += 30
    return minutes


def test_cells_their_variety_and_the_time_at_home_agree_with_bandicoot(spark: SparkSession) -> None:
    if not BANDICOOT.exists():
        pytest.skip(f"bandicoot's samples are not at {BANDICOOT}")
    people = ("A", "B")
    lines = [
        f"{person} | {day} | {cell} | | {count if band == 'night' else 0} | 0 | {count if band == 'day' else 0} | 0 | | 0 |"
        for person in people
        for (day, cell, band), count in half_hours(person).items()
    ]
    found = LOCATION_TAGS.compute(
        D,
        frame(spark, DWD_SUBSCRIBER, "subscriber_id | entry_date\nA | 2020-01-01\nB | 2020-01-01"),
        location=frame(spark, DWD_LOCATION, "\n".join([COLUMNS, *lines])),
    )
    tags = by_role(found, "cells_30d", "cell_entropy_30d", "main_cell_share_30d", "home_cell_30d")
    for person, home in zip(people, ("13086", "1000"), strict=True):
        answers = {name: of["allweek"]["allday"] for name, of in json.loads((BANDICOOT / f"{person}.json").read_text("utf-8")).items()}
        # Entropy is in thousandths of bits here, and in nats there.
        variety = pytest.approx(1000 * answers["entropy_of_antennas"] / 0.693147, abs=1)
        share = int(1000 * answers["percent_at_home"])
        assert tags[person] == (answers["number_of_antennas"], variety, share, home)
