"""Rules that separate and rules that do not are told apart by the check."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from pyspark.sql import SparkSession

from expectations.tables.rpt_segment import RPT_SEGMENT_CHECK
from features.library import CAR
from features.segment import FIGURES
from jobs.maintain.check_segments import check_segments, checked, stayed
from jobs.runtime.job_run import Runner
from jobs.runtime.settings import settings
from tests.frames import frame, token
from tests.jobs.people.stored import store

ON = date(2026, 3, 4)


def sample(chance: np.random.Generator, size: int) -> pd.DataFrame:
    """Three groups of subscribers that are far from each other, with segments by group; one figure is unknown to all."""
    group = np.arange(size) % 3
    figures = {name: group * 100 + chance.normal(0, 1, size) for name in FIGURES}
    rows = pd.DataFrame(figures).assign(segment=[f"ss{number}" for number in group])
    rows.loc[::7, FIGURES[1]] = np.nan
    return rows.assign(**{FIGURES[0]: np.nan})


def test_segments_that_are_clusters_agree_with_them_and_chance_segments_do_not() -> None:
    chance = np.random.default_rng(7)
    rows = sample(chance, 300)
    apart = checked(rows)
    assert apart["agreement"] == 1000
    assert apart["separation"] > 800
    mixed = checked(rows.assign(segment=chance.permutation(rows["segment"])))
    assert abs(mixed["agreement"]) < 50
    assert mixed["separation"] < 50 < mixed["separation_of_clusters"]


def test_stability_is_the_share_that_stayed_among_those_with_a_segment_of_the_month_before(spark: SparkSession) -> None:
    moves = """
        subscriber_id | segment | previous_segment
        stayed        | ss1     | ss1
        also          | ss2     | ss2
        moved         | ss2     | ss1
        new           | ss1     |
        left          |         | ss1
    """
    assert stayed(frame(spark, CAR, moves)) == 666
    assert stayed(frame(spark, CAR, "subscriber_id | segment\nnew | ss1")) is None


def test_the_weekly_job_compares_the_newest_night_and_stores_what_it_found(spark: SparkSession, tmp_path: Path) -> None:
    runner = Runner(settings({"CHUDIAN_HOME": f"{tmp_path}"}))
    rows = [{"subscriber_id": token(f"s{n}"), "business_date": ON, "segment": f"ss{n % 2}", "previous_segment": "ss1"} for n in range(60)]
    store(runner.lake, CAR, [row | {FIGURES[0]: int(row["segment"][2]) * 100 + n} for n, row in enumerate(rows)])
    runner.lake.publications.record(CAR, [{"business_date": ON, "job": "write_car", "run_id": "r", "rows": len(rows), "lacks": []}])
    run = runner.run(check_segments, ON)
    (stored,) = runner.lake.log(RPT_SEGMENT_CHECK)
    assert (stored["business_date"], stored["subscribers"], stored["stayed"]) == (ON, 60, 500)
    assert run.told is not None
    assert run.told.startswith("60 subscribers of 2026-03-04: agreement 1000, separation ")
