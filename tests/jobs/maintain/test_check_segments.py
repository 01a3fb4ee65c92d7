"""Rules that separate and rules that do not are told apart by the check."""

import numpy as np
import pandas as pd
from pyspark.sql import SparkSession

from features.library import CAR
from features.segment import FIGURES
from jobs.maintain.check_segments import checked, stayed
from tests.frames import frame


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
