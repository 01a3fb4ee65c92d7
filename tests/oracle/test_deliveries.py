"""The tags of usage are the oracle's on nights on which days were missing, came late or were corrected."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
from pyspark.sql import SparkSession

from features.usage import USAGE_TAGS
from jobs.register import job_named
from tests.jobs.usage_home import UsageHome, tokens
from tests.oracle import house
from tests.oracle.home import people_of, rows_of
from tests.oracle.person import Row

# February 2028 has 29 days, and is closed on both nights.
FIRST, SECOND = date(2028, 3, 1), date(2028, 3, 2)
JOBS = ("advance_usage_sums", "compute_usage_tags")


def tags_of_night(home: UsageHome, folder: Path, on: date) -> tuple[dict[str, Row], dict[str, Row]]:
    """The tags that came, and those of the oracle."""
    home.subscribers(on)
    for name in JOBS:
        home.runner.run(job_named(name), on)
    came = {row["subscriber_id"]: row for row in rows_of(folder, "tag.usage") if row["business_date"] == on}
    return came, {who: house.tags_of(person, ["usage"]) for who, person in people_of(folder, on).items()}


def test_a_night_knows_the_newest_delivery_of_each_day_that_has_come(spark: SparkSession, tmp_path: Path) -> None:
    home, tags = UsageHome(spark, tokens(4), tmp_path), [tag.column.name for tag in USAGE_TAGS.tags]
    days = [FIRST - timedelta(days=back) for back in range(95)]
    late, leap_day = date(2028, 2, 10), date(2028, 2, 29)
    # The last of the four has no row on any day, and one day is not delivered at all.
    home.usages(FIRST, {f"load{day:%m%d}": (day, np.array([day.day, day.day % 3, 0]) * 1000) for day in days if day != late})
    came, expected = tags_of_night(home, tmp_path, FIRST)
    wrong = house.differences(tags, expected, came)
    assert not wrong, house.page(wrong)
    first = came[tokens(1)[0]]
    assert (first["data_bytes_1m"], first["usage_days_not_arrived_30d"]) == (None, 1)

    corrected = {"mend": (leap_day, np.array([500_000, 0, 7])), "late": (late, np.array([10_000, 5, 0, 9]))}
    home.usages(SECOND, {**corrected, "new": (SECOND, np.array([1, 2, 3]))})
    came, expected = tags_of_night(home, tmp_path, SECOND)
    wrong = house.differences(tags, expected, came)
    assert not wrong, house.page(wrong)
    # All days of February in thousands, the 29th as corrected; the fourth person used data on the late day alone.
    second = came[tokens(1)[0]]
    assert (second["data_bytes_1m"], second["usage_days_not_arrived_30d"]) == (sum(range(1, 29)) * 1000 + 500_000, 0)
    assert came[tokens(4)[3]]["data_bytes_1m"] == 9
