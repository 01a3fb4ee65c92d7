"""Tables of a home made directly with numpy and Arrow, without files of the simulator and without Spark."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from expectations.contract import Table
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from expectations.tables.ods_usage import ODS_USAGE
from expectations.tables.ops import OPS_LOAD
from jobs.runtime.delta import Written, footer
from jobs.runtime.lake import Lake
from jobs.runtime.ready import file_schema
from jobs.runtime.settings import settings

FEED = "boss_usage"
# So many subscribers of a thousand use something on a day.
ACTIVE_PER_MILLE = 800
_EMPTY = {"bigint": 0, "int": 0, "double": 0.0, "boolean": False, "string": "0" * 32, "date": date(2020, 1, 1), "array<string>": []}


class Made:
    """A home whose tables are filled directly. Equal arguments give equal rows."""

    def __init__(self, home: Path, subscribers: int, seed: int = 20261128) -> None:
        """Nothing is written yet."""
        self.lake, self._seed = Lake(settings({"CHUDIAN_HOME": f"{home}"})), seed
        self.tokens = pa.array(np.char.mod("%032x", np.arange(subscribers) * 2_654_435_761))

    def usage(self, days: Iterable[date]) -> None:
        """Publish a delivery of usage for each day, known on that day: of most subscribers, with the columns that the benchmarks use."""
        written, listed = [], []
        for day in days:
            chance = np.random.default_rng((self._seed, day.toordinal()))
            who = self.tokens.filter(pa.array(chance.integers(0, 1000, len(self.tokens)) < ACTIVE_PER_MILLE))
            # A fifth of those who use something have no data on the day.
            data = chance.integers(0, 1 << 28, len(who)) * (chance.integers(0, 5, len(who)) > 0)
            given = {"subscriber_id": who, "data_bytes": data, "bytes_4g": data, "load_id": [f"of{day}"] * len(who)}
            given |= {name: chance.integers(0, 3600, len(who)) for name in ("voice_local_s", "voice_roaming_s", "voice_long_s")}
            written.append(self.written(ODS_USAGE, given, {"day": day, "known_on": day, "feed": FEED}))
            told = {"feed": FEED, "scope": "", "known_on": day, "sequence": 1, "state": "loaded", "files": 1, "load_id": f"of{day}"}
            listed.append(told | {"event_date": day, "data_date": day, "rows_loaded": len(who), "rows_quarantined": 0})
        self.lake.at(ODS_USAGE).commit(written, [("feed", "=", FEED)], {})
        self.lake.records.append(OPS_LOAD, listed)

    def subscribers(self, nights: Iterable[date]) -> None:
        """Publish the subscribers of these nights, all of them alike."""
        for on in nights:
            self.snapshot(DWD_SUBSCRIBER, on, {"subscriber_id": self.tokens})

    def snapshot(self, table: Table, on: date, given: Mapping[str, Any]) -> None:
        """Publish a night's partition of a snapshot. Columns that are not given are null, or empty where null is not allowed."""
        file = self.written(table, given, {"business_date": on})
        self.lake.at(table).commit([file], [("business_date", "=", f"{on}")], {})
        told = {"business_date": on, "job": "benchmark", "run_id": f"{on}", "rows": file.rows, "lacks": []}
        self.lake.publications.record(table, [told])

    def written(self, table: Table, given: Mapping[str, Any], partition: Mapping[str, Any]) -> Written:
        """Write one file of the table, which no log names yet."""
        schema, place = file_schema(table), self.lake.location(table)
        rows = len(given["subscriber_id"])
        columns = [given.get(name, self._empty(table, name, rows)) for name in schema.names]
        # The folders of a partition are below one of a run, as those that a night writes.
        folder = "/".join(("run=benchmark", *(f"{name}={partition[name]}" for name in table.partitions)))
        path = Path(place) / folder / "part-00000.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        cells = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
        pq.write_table(pa.table(cells, schema=schema), path, compression="snappy")
        return footer(place, f"{folder}/{path.name}", path.stat().st_size, table)

    @staticmethod
    def _empty(table: Table, name: str, rows: int) -> pa.Array:
        column = table.column(name)
        kind = next(field.type for field in file_schema(table) if field.name == name)
        return pa.nulls(rows, kind) if column.nullable else pa.repeat(pa.scalar(_EMPTY[column.type], kind), rows)

    def files(self, table: Table, **partition: Any) -> list[str]:
        """Return the paths of the table's files, or of those in a partition."""
        place = self.lake.location(table)
        present = self.lake.at(table).present()
        return [f"{place}/{file.path}" for file in present if all(file.partition[name] == value for name, value in partition.items())]
