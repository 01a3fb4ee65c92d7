"""Tags as of the dates of labels, by DuckDB or Feast: a worker of benchmarks/point_in_time.py, in an environment without chudian.

All read the Parquet files of our Delta tables; Spark and DuckDB derive business_date from the folders' names. Feast gets each family as a
feature view, and the labels as a pandas frame, as its interface wants them. Each result is written as Parquet.
"""

import json
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

Tags = dict[str, list[str]]


def duckdb_asof(labels: str, tags: Tags, folders: dict[str, str], out: str, **_: Any) -> None:
    """Join every family as of the label's date."""
    import duckdb

    joins, names = "", ["l.*"]
    for family, wanted in tags.items():
        read = f"read_parquet('{_glob(folders[family])}', hive_partitioning=true)"
        rows = f"(SELECT subscriber_id, business_date, {', '.join(wanted)} FROM {read})"
        joins += f" ASOF LEFT JOIN {rows} {family} ON l.subscriber_id = {family}.subscriber_id AND l.on >= {family}.business_date"
        names += [f"{family}.{name}" for name in wanted]
    duckdb.sql(f"COPY (SELECT {', '.join(names)} FROM '{labels}' l {joins}) TO '{out}' (FORMAT parquet)")


def _glob(folder: str) -> str:
    return f"{folder}/*/*/*.parquet"


class FeastStore:
    """A feature repository with one view for each family."""

    def __init__(self, kind: str, root: Path, tags: Tags, folders: dict[str, str]) -> None:
        """`kind` is duckdb or spark, the offline store. Making the repository is not measured."""
        from feast import Entity, FeatureStore, FeatureView, Field, RepoConfig, ValueType
        from feast.types import Int64

        offline: dict[str, Any] = {"type": kind}
        if kind == "spark":
            offline["spark_conf"] = {
                "spark.master": "local[*]",
                "spark.driver.memory": "8g",
                "spark.sql.session.timeZone": "UTC",
                "spark.sql.shuffle.partitions": "2",
                "spark.ui.enabled": "false",
            }
        config = RepoConfig(
            project="bench",
            provider="local",
            registry=f"{root}/registry_{kind}.db",
            offline_store=offline,
            online_store=None,
            entity_key_serialization_version=3,
        )
        self.store = FeatureStore(config=config)
        who = Entity(name="subscriber", join_keys=["subscriber_id"], value_type=ValueType.STRING)
        views = [
            FeatureView(
                name=family,
                entities=[who],
                ttl=timedelta(0),
                schema=[Field(name=name, dtype=Int64) for name in wanted],
                source=self._source(kind, family, folders[family]),
                online=False,
            )
            for family, wanted in tags.items()
        ]
        self.store.apply([who, *views])
        self.refs = [f"{family}:{name}" for family, wanted in tags.items() for name in wanted]

    @staticmethod
    def _source(kind: str, family: str, folder: str) -> Any:
        if kind == "spark":
            from feast.infra.offline_stores.contrib.spark_offline_store.spark_source import SparkSource

            return SparkSource(name=f"{family}_source", path=folder, file_format="parquet", timestamp_field="business_date")
        from feast import FileSource

        return FileSource(name=f"{family}_source", path=_glob(folder), timestamp_field="business_date")

    def frame(self, labels: str, out: str) -> None:
        """Ask for the historical features of all labels."""
        import pandas as pd

        rows = pd.read_parquet(labels)
        rows["event_timestamp"] = pd.to_datetime(rows.pop("on"), utc=True)
        self.store.get_historical_features(entity_df=rows, features=self.refs).to_df().to_parquet(out)


def checked(files: list[str], tags: Tags) -> dict[str, Any]:
    """Return rows and a sum of hashes, which equal answers share whatever their order."""
    import duckdb

    names = ", ".join(f"CAST({name} AS BIGINT)" for wanted in tags.values() for name in wanted)
    query = (
        f"SELECT count(*), CAST(sum(CAST(md5_number_lower(concat_ws('|', subscriber_id, label, {names})) AS HUGEINT)) AS VARCHAR) "
        f"FROM read_parquet({files!r}, hive_partitioning=false)"
    )
    return {"answer": duckdb.sql(query).fetchall()[0]}


def peak_gb() -> float:
    """Peak memory of this process and of a Java that it started."""
    import psutil

    processes = [psutil.Process(), *psutil.Process().children(recursive=True)]
    lines = [line for one in processes for line in Path(f"/proc/{one.pid}/status").read_text("utf-8").splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1e6


def processor() -> float:
    """Processor seconds of this process and of a Java that it started."""
    import psutil

    tree = [psutil.Process(), *psutil.Process().children(recursive=True)]
    return sum(sum(process.cpu_times()[:2]) for process in tree)


def main() -> None:
    """Answer line by line, as benchmarks/worker.py asks."""
    stores: dict[str, FeastStore] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        what = asked.pop("what")
        if what == "check":
            found = checked(**asked)
        else:
            if what != "duckdb" and what not in stores:
                stores[what] = FeastStore(what.removeprefix("feast "), Path(asked["root"]), asked["tags"], asked["folders"])
            began, used = time.monotonic(), processor()
            if what == "duckdb":
                duckdb_asof(**asked)
            else:
                stores[what].frame(asked["labels"], asked["out"])
            found = {"seconds": time.monotonic() - began, "processor": processor() - used, "peak_gb": peak_gb(), "files": [asked["out"]]}
        sys.stdout.write("=> " + json.dumps(found) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
