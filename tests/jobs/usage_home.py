"""A home with subscribers and deliveries of usage, published as receive publishes them."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from pyspark.sql import Column, SparkSession
from pyspark.sql import functions as F

from expectations.contract import Table
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.ods_usage import ODS_USAGE
from expectations.tables.ops import OPS_LOAD
from jobs.runtime.job import Job
from jobs.runtime.job_run import JobRun, Runner
from jobs.runtime.loads import Load
from jobs.runtime.settings import settings
from jobs.store import Store


def tokens(count: int) -> list[str]:
    """Tokens of so many subscribers."""
    return [f"{number:032x}" for number in range(count)]


class UsageHome:
    """A home with subscribers and deliveries of facts."""

    def __init__(self, spark: SparkSession, who: list[str], folder: Path) -> None:
        self.spark, self.who, self.runner = spark, who, Runner(settings({"CHUDIAN_HOME": str(folder)}))
        self.listed: dict[date, list[dict[str, object]]] = {}

    def publish(self, table: Table, on: date, rows: pd.DataFrame, loads: list[Load] | None = None) -> None:
        """Publish rows; columns that they lack are null, and zero or empty where they must not be."""
        given = self.spark.createDataFrame(rows)
        filled = {"boolean": F.lit(False), "string": F.lit("0" * 32), "date": F.lit(date(2020, 1, 1))}
        filled["array<string>"] = F.array()

        def column(name: str, kind: str, may_be_null: bool) -> Column:
            value = F.col(name) if name in given.columns else F.lit(None) if may_be_null else filled.get(kind, F.lit(0))
            return value.cast(kind).alias(name)

        made = given.select(*(column(c.name, c.type, c.nullable) for c in table.columns))

        def call(run: JobRun) -> None:
            run.publish(table, made, loads=loads)

        self.runner.run(Job(name="publish", stage="receive", kind="effect", call=call, writes=(table,)), on)

    def subscribers(self, on: date) -> None:
        rows = pd.DataFrame({"subscriber_id": self.who, "business_date": on, "brand": "gotone", "state": "active", "vip_level": "none"})
        self.publish(DWD_SUBSCRIBER, on, rows.assign(city="0571", entry_date=date(2020, 1, 1), birth_year=1980, tac="35000001"))

    def usage(self, known_on: date, day: date, name: str, figures: np.ndarray) -> None:
        """A delivery of a day, first seen by the night of `known_on`."""
        self.usages(known_on, {name: (day, figures)})

    def usages(self, known_on: date, deliveries: Mapping[str, tuple[date, np.ndarray]]) -> None:
        """Deliveries of usage by name, each of a day, first seen by the night of `known_on`."""
        frames = [
            pd.DataFrame({"subscriber_id": self.who[: len(figures)], "day": day, "data_bytes": figures, "load_id": name})
            for name, (day, figures) in deliveries.items()
        ]
        self._deliver(ODS_USAGE, "boss_usage", known_on, pd.concat(frames))

    def deliver(self, fact: Table, feed: str, known_on: date, rows: pd.DataFrame, name: str = "load") -> None:
        """A delivery of each day that the rows have, all first seen by the night of `known_on`."""
        numbers = {day: number for number, day in enumerate(sorted(rows["day"].unique()))}
        self._deliver(fact, feed, known_on, rows.assign(load_id=rows["day"].map(numbers).map(lambda number: f"{name}{number}")))

    def _deliver(self, fact: Table, feed: str, known_on: date, rows: pd.DataFrame) -> None:
        counts = rows.groupby(["load_id", "day"]).size()
        loads = [Load(day, known_on, day, 1, load_id, feed, rows=int(count)) for (load_id, day), count in counts.items()]
        self.publish(fact, known_on, rows.assign(known_on=known_on, feed=feed), loads)
        told = {"feed": feed, "scope": "", "known_on": known_on, "sequence": 1, "state": "loaded", "files": 1, "rows_quarantined": 0}
        listed = self.listed.setdefault(known_on, [])
        listed += [
            told | {"load_id": load.load_id, "event_date": load.event_date, "data_date": load.event_date, "rows_loaded": load.rows}
            for load in loads
        ]
        self.runner.lake.records.replace(OPS_LOAD, listed, f"known_on = DATE '{known_on}'")

    @property
    def store(self) -> Store:
        return Store(self.runner.settings)
