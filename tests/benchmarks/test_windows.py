"""The benchmark of windows at a tiny size: what ours makes is what the files give, and engines that differ end it."""

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from pyspark.sql import SparkSession

from benchmarks.made import Made
from benchmarks.windows import Spent, refuse_other_answers
from benchmarks.windows_ours import family, lengths
from benchmarks.windows_peers import tags
from expectations.tables.ods_usage import ODS_USAGE
from jobs.runtime.job_run import Runner
from jobs.tag.compute_tags import sums_job, tags_job

FIRST, DAYS = date(2026, 1, 22), 21


def test_advanced_windows_are_those_of_the_files_by_hand(spark: SparkSession, tmp_path: Path) -> None:
    made = Made(tmp_path, 20)
    days = [FIRST + timedelta(days=back) for back in range(-DAYS, 2)]
    made.usage(days)
    made.subscribers(days[-2:])
    of, runner = family(DAYS), Runner(made.lake.settings)
    for on in days[-2:]:
        for job in (sums_job(of.sums["usage"]), tags_job(of)):
            runner.run(job, on)
    rows = pd.concat(pd.read_parquet(made.files(ODS_USAGE, day=day)[0], partitioning=None).assign(day=day) for day in days)
    rows["voice_s"] = rows["voice_local_s"] + rows["voice_roaming_s"] + rows["voice_long_s"]
    rows["data_days"], rows["active_days"] = (rows["data_bytes"] > 0).astype(int), 1
    found = runner.lake.snapshots(of.table, [days[-1]]).toPandas().set_index("subscriber_id").sort_index()
    for tag, _, length in tags(list(lengths(DAYS))):
        within = rows[rows["day"] > days[-1] - timedelta(days=length)]
        expected = within.groupby("subscriber_id")[tag.rsplit("_", 1)[0]].sum().reindex(found.index, fill_value=0)
        assert found[tag].tolist() == expected.tolist(), tag


def test_engines_that_differ_about_a_night_end_the_benchmark() -> None:
    def took(*answers: str) -> list[Spent]:
        return [{"answer": [20, answer]} for answer in answers]

    refuse_other_answers({("ours", 30): took("1", "2"), ("theirs", 30): took("1", "2"), ("ours", 90): took("3", "4")})
    with pytest.raises(SystemExit, match="windows up to 30 days: the answers differ"):
        refuse_other_answers({("ours", 30): took("1", "2"), ("theirs", 30): took("1", "5")})
