"""Published tags are compared with what the facts give, and made again on request."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from expectations.tables.ods_terminal import ODS_TERMINAL
from features.terminal import TERMINAL_TAGS
from features.usage import USAGE_TAGS
from jobs.maintain.audit_tags import differences, repairing
from jobs.plan import family_of, form_of, jobs_of, opened
from jobs.register import job_named
from jobs.runtime.job_run import Runner
from tests.jobs.usage_home import UsageHome, tokens

D = date(2026, 3, 10)
SUMS = job_named("advance_usage_sums")
TAGS = job_named("compute_usage_tags")
HANDSETS = job_named("compute_terminal_tags")


@pytest.fixture(scope="module")
def home(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> UsageHome:
    """Usage of ten days on a smartphone, and the nights of the last two."""
    made = UsageHome(spark, tokens(5), tmp_path_factory.mktemp("audit"))
    smartphone = {
        "tac": "35000001",
        "day": D - timedelta(days=1),
        "terminal_model": "A1",
        "network": "4G",
        "is_smartphone": True,
        "price_band": "low",
    }
    made.deliver(ODS_TERMINAL, "terminal", D - timedelta(days=1), pd.DataFrame([smartphone]))
    for back in range(10):
        day = D - timedelta(days=back)
        made.usage(min(day, D - timedelta(days=1)) if back else D, day, f"day{day.day}", np.arange(5) + day.day)
    for night in (D - timedelta(days=1), D):
        made.subscribers(night)
        for job in (SUMS, TAGS, HANDSETS):
            made.runner.run(job, night)
    return made


def test_a_plan_names_the_days_that_moved_and_the_rows_of_each_read(home: UsageHome) -> None:
    family, tag = family_of("data_bytes_30d")
    assert form_of(family, tag).startswith("sum over ods.usage, kept in dws.usage_sums")
    by = {(one.job, one.how): one for one in opened(home.runner.lake, jobs_of(family), D)}
    moved = by["advance_usage_sums", "days that moved"]
    assert (moved.partitions, moved.rows) == ((f"{D - timedelta(days=7)}", f"{D}"), 10)
    assert by["compute_usage_tags", "snapshot"].rows == 5


def spoiled(home: UsageHome, tag: str, value: int) -> None:
    """Publish a wrong sum of one subscriber, and the usage and handset tags that are made of it."""
    held = home.runner.lake.snapshots(SUMS.writes[0], [D])
    wrong = held.withColumn(tag, F.when(F.col("subscriber_id") == tokens(5)[3], value).otherwise(F.col(tag)))
    home.publish(SUMS.writes[0], D, wrong.toPandas())
    for job in (TAGS, HANDSETS):
        home.runner.run(job, D)


def repair(home: UsageHome, families: list[str]) -> None:
    *jobs, _, _ = repairing(families)
    for job in jobs:
        Runner(home.runner.settings, advances=False).run(job, D)


def test_a_difference_is_named_by_table_partition_and_tag_and_a_repair_mends_it(home: UsageHome) -> None:
    lake = home.runner.lake
    assert differences(lake, D, [USAGE_TAGS]) == []
    spoiled(home, "data_bytes_7d", 1)
    found = [str(difference) for difference in differences(lake, D, [USAGE_TAGS])]
    assert f"tag.usage, business_date={D}, tag data_bytes_7d: 1 subscribers differ" in found
    assert not [difference for difference in found if "data_bytes_30d" in difference]
    assert [job.name for job in repairing(["usage"])] == [SUMS.name, TAGS.name, "write_car", "profile_tags"]
    again = Runner(home.runner.settings, advances=False)
    assert len({file.partition["day"] for file in again.lake.files(SUMS.reads["rows"], D)}) == 10, "a repair goes on from nothing"
    repair(home, ["usage"])
    assert differences(lake, D, [USAGE_TAGS]) == []


def test_a_wrong_figure_is_found_in_the_tags_of_another_family_that_are_made_of_it(home: UsageHome) -> None:
    lake, families = home.runner.lake, [TERMINAL_TAGS, USAGE_TAGS]
    assert differences(lake, D, families) == []
    spoiled(home, "data_bytes_30d", 0)
    found = differences(lake, D, families)
    assert {("tag.usage", "data_bytes_30d"), ("tag.terminal", "is_smart_unused_30d")} <= {(one.table, one.tag) for one in found}
    repair(home, ["usage", "terminal"])
    assert differences(lake, D, families) == []
