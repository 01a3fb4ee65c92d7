"""T1: where a subscriber stands with us."""

from datetime import date, timedelta

import pytest
from pyspark.sql import DataFrame, SparkSession

from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.lifecycle import LIFECYCLE_TAGS
from tests.frames import by_role, frame

D = date(2026, 3, 31)


def test_the_stage_follows_the_state_first_and_then_the_tenure(spark: SparkSession) -> None:
    subscribers = frame(
        spark,
        DWD_SUBSCRIBER,
        """
        subscriber_id | brand   | vip_level | state       | entry_date | state_date | number_date
        today         | easyown | none      | active      | 2026-03-31 | 2026-03-31 | 2026-03-31
        ninety        | mzone   | none      | active      | 2025-12-31 | 2025-12-31 | 2025-12-31
        ninetyone     | gotone  | silver    | active      | 2025-12-30 | 2025-12-30 | 2025-12-30
        year          | gotone  | gold      | active      | 2025-03-31 | 2025-03-31 | 2026-03-30
        loyal         | gotone  | diamond   | active      | 2025-03-30 | 2025-03-30 | 2025-03-30
        frozen        | easyown | none      | frozen      | 2020-01-01 | 2026-03-01 | 2020-01-01
        gone          | gotone  | gold      | transferred | 2026-01-01 | 2026-03-01 | 2026-01-01
        """,
    )
    found = LIFECYCLE_TAGS.table.conform(LIFECYCLE_TAGS.compute(D, subscribers, yesterday=None))
    assert by_role(
        found, "lifecycle_stage", "tenure_days", "is_live", "is_prepaid", "is_high_value", "days_in_state", "days_with_number"
    ) == {
        "today": ("new", 0, True, True, False, 0, 0),
        "ninety": ("new", 90, True, True, False, 90, 90),
        "ninetyone": ("growing", 91, True, False, True, 91, 91),
        "year": ("growing", 365, True, False, True, 365, 1),
        "loyal": ("mature", 366, True, False, True, 366, 366),
        "frozen": ("declining", 2281, True, True, False, 30, 2281),
        "gone": ("left", 59, False, False, True, 30, 89),
    }


def test_age_and_bundle_are_null_where_nothing_is_stated_and_a_bundle_counts_on_its_last_day(spark: SparkSession) -> None:
    subscribers = frame(
        spark,
        DWD_SUBSCRIBER,
        """
        subscriber_id | birth_year | bundle_end_date
        bound         | 1986       | 2026-04-30
        lastday       | 2026       | 2026-03-31
        ended         | 1900       | 2026-03-30
        silent        |            |
        """,
    )
    found = by_role(LIFECYCLE_TAGS.compute(D, subscribers, yesterday=None), "age_years", "bundle_days_left")
    assert found == {"bound": (40, 30), "lastday": (0, 0), "ended": (126, None), "silent": (None, None)}


def night(spark: SparkSession, on: date, states: str, before: DataFrame | None) -> DataFrame:
    """Lifecycle tags of a night in which subscribers of long standing have these states; `states` is `role state` a line."""
    lines = "\n".join(line.replace(" ", " | ") + " | 2020-01-01" for line in states.split("; "))
    subscribers = frame(spark, DWD_SUBSCRIBER, f"subscriber_id | state | entry_date\n{lines}")
    found = LIFECYCLE_TAGS.compute(on, subscribers, yesterday=before)
    chosen = by_role(found, "lifecycle_stage", "lifecycle_stage_since", "steady_stage")
    # Rows as they lie in the table, so that thirty nights are not one plan.
    text = "\n".join(f"{who} | {stage} | {since} | {steady}" for who, (stage, since, steady) in chosen.items())
    return frame(spark, LIFECYCLE_TAGS.table, f"subscriber_id | lifecycle_stage | lifecycle_stage_since | steady_stage\n{text}")


def steady(tags: DataFrame) -> dict[str, str]:
    return by_role(tags, "steady_stage")


def test_the_steady_stage_moves_after_seven_nights_back_after_thirty_and_flips_with_nobody(spark: SparkSession) -> None:
    first = date(2026, 1, 1)
    tags = night(spark, first, "flips active; stops active; leaves active; comes cancelled; starts stopped", None)
    assert steady(tags) == {"flips": "mature", "stops": "mature", "leaves": "mature", "comes": "left", "starts": "declining"}
    told: dict[str, list[str]] = {who: [] for who in ("flips", "stops", "leaves", "comes", "starts", "joined")}
    for number in range(1, 9):
        flips = "stopped" if number % 2 else "active"
        states = f"flips {flips}; stops stopped; leaves cancelled; comes active; starts stopped; joined stopped"
        tags = night(spark, first + timedelta(days=number), states, tags)
        for who, stage in steady(tags).items():
            told[who].append(stage)
    assert told == {
        "flips": ["mature"] * 8,
        "stops": ["mature"] * 6 + ["declining"] * 2,
        "leaves": ["left"] * 8,
        "comes": ["mature"] * 8,
        "starts": ["declining"] * 8,
        "joined": ["declining"] * 8,
    }


@pytest.mark.parametrize(("nights", "stage"), [(29, "declining"), (30, "mature")])
def test_who_was_declining_is_so_until_the_thirtieth_night_of_another_stage(spark: SparkSession, nights: int, stage: str) -> None:
    since = D - timedelta(days=nights - 1)
    before = frame(
        spark,
        LIFECYCLE_TAGS.table,
        f"subscriber_id | lifecycle_stage | lifecycle_stage_since | steady_stage\nback | mature | {since} | declining",
    )
    assert steady(night(spark, D, "back active", before)) == {"back": stage}


def test_a_night_made_again_is_the_same_and_a_hole_of_nights_is_taken_for_the_stage_around_it(spark: SparkSession) -> None:
    before = night(spark, D - timedelta(days=6), "stops stopped; other active", None)
    moved = night(spark, D - timedelta(days=5), "stops stopped; other stopped", before)
    again = night(spark, D - timedelta(days=5), "stops stopped; other stopped", before)
    named = ("lifecycle_stage", "lifecycle_stage_since", "steady_stage")
    assert by_role(again, *named) == by_role(moved, *named)
    # The nights in between were never walked: what was so then and is so now has lasted.
    assert steady(night(spark, D, "stops stopped; other stopped", moved)) == {"stops": "declining", "other": "mature"}
    assert steady(night(spark, D + timedelta(days=1), "stops stopped; other stopped", moved))["other"] == "declining"
