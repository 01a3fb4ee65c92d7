"""Frames as known on a date: what came later is not seen, though its events are earlier."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import DataFrame, SparkSession
from sklearn.metrics import roc_auc_score

from expectations.tables.ods_usage import ODS_USAGE
from jobs.store import StoreError
from tests.jobs.usage_home import UsageHome, tokens

SUBSCRIBERS, SEED = 4_000, 20261128
TOKENS = tokens(SUBSCRIBERS)
ONE, TWO, LATER = date(2026, 3, 10), date(2026, 3, 20), date(2026, 3, 25)


@pytest.fixture(scope="module")
def labels() -> pd.DataFrame:
    """Half of the subscribers have a label on the first date, half on the second."""
    chance = np.random.default_rng(SEED)
    dates = [ONE if number % 2 else TWO for number in range(SUBSCRIBERS)]
    return pd.DataFrame({"subscriber_id": TOKENS, "date": dates, "label": chance.integers(0, 2, SUBSCRIBERS), "note": "kept"})


@pytest.fixture(scope="module")
def home(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory, labels: pd.DataFrame) -> UsageHome:
    """On each date noise is known of the day; a later correction has the label itself."""
    made, chance = UsageHome(spark, TOKENS, tmp_path_factory.mktemp("past")), np.random.default_rng(SEED + 1)
    for on in (ONE, TWO):
        made.subscribers(on)
        made.usage(on, on, f"noise{on.day}", chance.integers(0, 1000, SUBSCRIBERS))
    for number, on in enumerate((ONE, TWO)):
        made.usage(LATER + timedelta(days=number), on, f"label{on.day}", labels["label"].to_numpy() * 1000)
    return made


def auc(frame: DataFrame | pd.DataFrame, tag: str) -> float:
    rows = frame if isinstance(frame, pd.DataFrame) else frame.toPandas()
    return float(roc_auc_score(rows["label"], rows[tag]))


def test_a_tag_that_came_after_the_label_says_nothing_and_a_naive_join_would_say_all(home: UsageHome, labels: pd.DataFrame) -> None:
    known = home.store.training_frame(labels, ["data_bytes_7d"])
    assert abs(auc(known, "data_bytes_7d") - 0.5) <= 0.02
    assert known.columns == ["subscriber_id", "date", "label", "note", "data_bytes_7d"]
    assert known.count() == SUBSCRIBERS
    # The naive join takes the newest load of the label's day, as a table without known-on would have it.
    corrected = home.runner.lake.as_known(ODS_USAGE, LATER + timedelta(days=1), lambda _: [ONE, TWO]).toPandas()
    naive = labels.merge(corrected, left_on=["subscriber_id", "date"], right_on=["subscriber_id", "day"])
    assert auc(naive, "data_bytes") == 1.0


def test_once_the_correction_is_known_it_is_seen_and_figures_of_each_date_are_its_own(home: UsageHome) -> None:
    home.subscribers(LATER)
    who = TOKENS[:2]
    asked = pd.DataFrame({"subscriber_id": who * 3, "at": [ONE, ONE, TWO, TWO, LATER, LATER]})
    found = home.store.training_frame(asked, ["data_bytes_7d", "data_bytes_30d"], date="at").toPandas()
    by = {(row.at, row.subscriber_id): (row.data_bytes_7d, row.data_bytes_30d) for row in found.itertuples()}
    chance = np.random.default_rng(SEED + 1)
    first, second = (chance.integers(0, 1000, SUBSCRIBERS) for _ in range(2))
    labelled = np.random.default_rng(SEED).integers(0, 2, SUBSCRIBERS)
    for number, token in enumerate(who):
        assert by[ONE, token] == (first[number], first[number])
        assert by[TWO, token] == (second[number], first[number] + second[number])
        # On the later date the correction of the first day is known, that of the second is not yet.
        assert by[LATER, token] == (second[number], labelled[number] * 1000 + second[number])


def test_a_subscriber_whom_the_date_did_not_know_keeps_the_row_with_nulls(home: UsageHome) -> None:
    asked = pd.DataFrame({"subscriber_id": ["f" * 32, TOKENS[0], TOKENS[1], TOKENS[1]], "date": [ONE, None, ONE, ONE]})
    found = home.store.training_frame(asked, ["data_bytes_7d", "brand"]).toPandas().set_index("subscriber_id")
    assert found.loc[["f" * 32, TOKENS[0]]][["data_bytes_7d", "brand"]].isna().all(axis=None)
    assert list(found.loc[TOKENS[1]]["brand"]) == ["gotone", "gotone"], "a label that is there twice stays twice"


@pytest.mark.parametrize(
    ("columns", "tags", "fault"),
    [
        ({"subscriber_id": ["a"]}, ["brand"], "no column date; the labels have subscriber_id"),
        ({"subscriber_id": ["a"], "date": [ONE], "brand": ["x"]}, ["brand"], "a column has the name of the tag brand"),
        ({"subscriber_id": ["a"], "date": [ONE]}, [], "no tag is asked for"),
        ({"subscriber_id": ["a"], "date": [ONE]}, ["brandt"], "No column is called brandt"),
        ({"subscriber_id": ["a"], "date": [date(2027, 1, 1)]}, ["brand"], "labels go up to 2027-01-01, and deliveries are known up to"),
        ({"subscriber_id": ["a"], "date": [date(2026, 1, 1)]}, ["brand"], "no load of feed boss_subscriber is known on 2026-01-01"),
    ],
)
def test_labels_that_cannot_be_answered_are_refused(home: UsageHome, columns: dict[str, list], tags: list[str], fault: str) -> None:
    with pytest.raises(StoreError) as refused:
        home.store.training_frame(pd.DataFrame(columns), tags)
    assert fault in str(refused.value)
