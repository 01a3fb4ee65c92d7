"""Published tags are compared with what the facts give, and made again on request."""

from datetime import date, timedelta

import numpy as np
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from features.usage import USAGE_TAGS
from jobs.maintain.audit_tags import differences, repairing
from jobs.plan import family_of, form_of, jobs_of, opened
from jobs.register import job_named
from jobs.runtime.job_run import Runner
from tests.jobs.usage_home import UsageHome, tokens

D = date(2026, 3, 10)
SUMS = job_named("advance_usage_sums")
TAGS = job_named("compute_usage_tags")


@pytest.fixture(scope="module")
def home(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> UsageHome:
    """Usage of ten days, and the nights of the last two."""
    made = UsageHome(spark, tokens(5), tmp_path_factory.mktemp("audit"))
    for back in range(10):
        day = D - timedelta(days=back)
        made.usage(min(day, D - timedelta(days=1)) if back else D, day, f"day{day.day}", np.arange(5) + day.day)
    for night in (D - timedelta(days=1), D):
        made.subscribers(night)
        for job in (SUMS, TAGS):
            made.runner.run(job, night)
    return made


def test_a_plan_names_the_days_that_moved_and_the_rows_of_each_read(home: UsageHome) -> None:
    family, tag = family_of("data_bytes_30d")
    assert form_of(family, tag).startswith("sum over ods.usage, kept in dws.usage_sums")
    by = {(one.job, one.how): one for one in opened(home.runner.lake, jobs_of(family), D)}
    moved = by["advance_usage_sums", "days that moved"]
    assert (moved.partitions, moved.rows) == ((f"{D - timedelta(days=7)}", f"{D}"), 10)
    assert by["compute_usage_tags", "snapshot"].rows == 5


def test_a_difference_is_named_by_table_partition_and_tag_and_a_repair_mends_it(home: UsageHome) -> None:
    lake = home.runner.lake
    assert differences(lake, D, [USAGE_TAGS]) == []
    held = lake.snapshots(SUMS.writes[0], [D])
    wrong = held.withColumn("data_bytes_7d", F.when(F.col("subscriber_id") == tokens(5)[3], 1).otherwise(F.col("data_bytes_7d")))
    home.publish(SUMS.writes[0], D, wrong.toPandas())
    home.runner.run(TAGS, D)
    found = [str(difference) for difference in differences(lake, D, [USAGE_TAGS])]
    assert f"tag.usage, business_date={D}, tag data_bytes_7d: 1 subscribers differ" in found
    assert not [difference for difference in found if "data_bytes_30d" in difference]
    again = Runner(home.runner.settings, advances=False)
    *jobs, car, gate = repairing(["usage"])
    assert [job.name for job in (*jobs, car, gate)] == [SUMS.name, TAGS.name, "write_car", "profile_tags"]
    assert len({file.partition["day"] for file in again.lake.files(SUMS.reads["rows"], D)}) == 10, "a repair goes on from nothing"
    for job in jobs:
        again.run(job, D)
    assert differences(lake, D, [USAGE_TAGS]) == []
