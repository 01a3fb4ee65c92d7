"""What notebooks read."""

from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from features.library import CAR
from jobs.runtime.job import Job
from jobs.runtime.job_run import Runner
from jobs.runtime.settings import settings
from jobs.store import Store, StoreError
from tests.frames import frame, rows, token


def test_the_record_of_the_newest_night_is_given_unless_one_is_named(spark: SparkSession, tmp_path: Path) -> None:
    store = Store(settings({"CHUDIAN_HOME": str(tmp_path)}))
    with pytest.raises(StoreError, match="no night of any date; there are none"):
        store.car()
    for day, points in ((3, 10), (4, 20)):
        night = date(2026, 3, day)
        people = f"subscriber_id | points | business_date\none | {points} | {night}\ntwo | {points + 1} | {night}"
        rows_of = frame(spark, CAR, people)
        publish = Job(name="write_car", stage="tag", kind="table", call=lambda on, rows_of=rows_of: rows_of, writes=(CAR,))
        Runner(settings({"CHUDIAN_HOME": str(tmp_path)})).run(publish, night)
    assert store.nights() == [date(2026, 3, 3), date(2026, 3, 4)]
    assert rows(store.car(["points"])) == [("one", 20), ("two", 21)]
    assert rows(store.car(["points"], date(2026, 3, 3))) == [("one", 10), ("two", 11)]
    assert rows(store.latest(["points"])) == [("one", 20), ("two", 21)]
    assert rows(store.latest(["points"], [token("two"), token("stranger")])) == [("two", 21)]
    assert rows(store.latest(["points"], [])) == []
    with pytest.raises(StoreError, match="no night of 2026-03-05; there are 2026-03-03, 2026-03-04"):
        store.car(on=date(2026, 3, 5))
    with pytest.raises(StoreError, match=r"No column is called data_byte_30d\. Did you mean"):
        store.car(["data_byte_30d"])
    with pytest.raises(StoreError, match=r"No column is called point\. Did you mean"):
        store.latest(["point"])


def test_the_dictionary_has_every_column_of_the_record_with_its_meaning() -> None:
    tags = Store(settings({"CHUDIAN_HOME": "/nowhere"})).dictionary()
    assert sorted(tags.index) == sorted(column.name for column in CAR.columns if column.name != "business_date")
    assert tags.loc["data_bytes_30d", "label"] == "近30天上网流量"
    assert tuple(tags.loc["stop_type", ["label", "family", "source", "null_means"]]) == (
        "停机类型",
        "record",
        "dwd.subscriber",
        "not stopped",
    )
