"""Loads a feed's deliveries by their plain lines: Arrow makes the table's files, and Spark reads only the lines that were set apart."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from expectations.feed import Feed
from jobs.receive.contents import blocks, inflated
from jobs.receive.deliveries import Delivery
from jobs.receive.parse import parsed
from jobs.receive.plain import Plain, Told
from jobs.receive.weighing import FORGOTTEN, REASONS_APART, Counted, counted_in
from jobs.runtime.forgotten import Forgotten
from jobs.runtime.lake import Lake
from jobs.runtime.place import files_below
from jobs.runtime.ready import Ready, file_schema

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession

# A Spark task for each part costs more than reading this many rows here.
ROWS_READ_HERE = 100_000
# Keys are compared by numbers of 8 bytes.
MOST_KEYS = 50_000_000
_TOKEN_LENGTH = 32
_ODD_NUMBERS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], np.uint64)
_PLAIN, _APART, _READ = "plain", "apart", "read"


@dataclass(frozen=True)
class Good:
    """A staged file of good rows of one load."""

    path: str
    known_on: date
    load_id: str
    event_date: date
    rows: int


@dataclass(frozen=True)
class Plainly:
    """Deliveries that were read: files of good rows, and the counts of all rows. Rows that cannot be loaded are in `broken_in`."""

    feed: Feed
    good: tuple[Good, ...]
    counts: list[Counted]
    broken_in: str | None

    def ready(self, loads: Iterable[tuple[date, str]]) -> list[Ready]:
        """Return the files of these loads, as the table's."""
        wanted = set(loads)
        return [
            Ready(one.path, {str(self.feed.table.event_date): one.event_date, "known_on": one.known_on, "feed": self.feed.name})
            for one in self.good
            if (one.known_on, one.load_id) in wanted
        ]

    def broken(self, loads: Iterable[tuple[date, str]]) -> "pa.Table | None":
        """Return the rows of these loads that cannot be loaded, with `line`; None if there are none."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if self.broken_in is None:
            return None
        wanted = set(loads)
        found = []
        for rows in _tables(self.broken_in):
            of_load = zip(rows.column("known_on").to_pylist(), rows.column("load_id").to_pylist(), strict=True)
            chosen = pc.and_(pa.array([one in wanted for one in of_load], pa.bool_()), _has_reason(rows))
            found.append(rows.filter(chosen))
        rows = pa.concat_tables(found)
        return rows.append_column("line", rows.column("at")) if len(rows) else None


@dataclass(frozen=True)
class _Task:
    """A part file to read."""

    file: Path
    known_on: date
    told: Told


def read_plainly(
    lake: Lake, feed: Feed, accepted: Sequence[Delivery], key: Path, forgotten: Forgotten | None, stage: str
) -> Plainly | None:
    """Read the deliveries. None if rows repeat a key: Spark then finds the one that stays.

    Of a few rows the parts are read here, otherwise each in a task of Spark.
    """
    plain = Plain(feed, str(key), forgotten)
    tasks = [
        _Task(part.file, of.known_on, Told(of.load_id, of.data_date, *((part.header.columns, part.header.text) if part.header else ())))
        for of in accepted
        for part in of.parts
    ]
    rows = sum(of.rows or 0 for of in accepted)
    done = (
        [_read(plain, tasks, at, stage) for at in range(len(tasks))]
        if rows <= ROWS_READ_HERE
        else _by_spark(lake.spark, plain, tasks, stage)
    )
    days = {(of.known_on, of.load_id): of.data_date for of in accepted}
    good = [Good(one["path"], *place, days[place], one["rows"]) for one in done if one["rows"] for place in [_load_of(tasks, one)]]
    counts = [Counted((one.known_on, one.load_id), "", None, one.rows) for one in good]
    broken_in = None
    if any(one["apart"] for one in done):
        broken_in = f"{stage}/{_READ}"
        known = parsed(lake.spark, feed, list(accepted), key, None, forgotten, f"{stage}/{_APART}")
        known.write.mode("overwrite").parquet(broken_in)
        counts += counted_in(feed, broken_in)
        good += _good_among(feed, broken_in, stage, days)
    if feed.table.key and (sum(one.rows for one in good) > MOST_KEYS or _repeat_a_key(feed, good)):
        return None
    return Plainly(feed, tuple(good), counts, broken_in)


def _load_of(tasks: Sequence[_Task], done: dict[str, Any]) -> tuple[date, str]:
    task = tasks[done["task"]]
    return task.known_on, task.told.load_id


def _by_spark(spark: "SparkSession", plain: Plain, tasks: Sequence[_Task], stage: str) -> list[dict[str, Any]]:
    import pyarrow as pa

    schema = pa.schema([("task", pa.int64()), ("path", pa.string()), ("rows", pa.int64()), ("apart", pa.int64())])

    def of_batches(batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
        for batch in batches:
            numbers = batch.column(0).to_pylist()
            yield pa.RecordBatch.from_pylist([_read(plain, tasks, number, stage) for number in numbers], schema)

    each = spark.range(0, len(tasks), 1, len(tasks)).mapInArrow(of_batches, "task long, path string, rows long, apart long")
    return each.toArrow().to_pylist()


def _read(plain: Plain, tasks: Sequence[_Task], number: int, stage: str) -> dict[str, Any]:
    """Read one of the parts: write its good rows to one file and the other lines to another.

    A task that Spark repeats writes other files.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pyspark import TaskContext

    running = TaskContext.get()
    task, schema = tasks[number], plain.schema
    name = f"{number:05}-{running.taskAttemptId() if running else 0}.parquet"
    others = pa.schema([("file", pa.string()), ("known_on", pa.date32()), ("at", pa.int64()), ("value", pa.binary())])
    places = {folder: Path(stage) / folder / name for folder in (_PLAIN, _APART)}
    rows = apart = 0
    writers: dict[str, pq.ParquetWriter] = {}
    content = inflated(task.file) if plain.feed.gzip else blocks(task.file)

    def write(folder: str, table: pa.Table) -> None:
        if folder not in writers:
            places[folder].parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            writers[folder] = pq.ParquetWriter(places[folder], table.schema)
        writers[folder].write_table(table)

    try:
        for lines in plain.read(content, task.told):
            if len(lines.rows):
                write(_PLAIN, lines.rows.cast(schema))
            if lines.others:
                named = {"file": task.file.name, "known_on": task.known_on}
                write(_APART, pa.Table.from_pylist([{**named, "at": at, "value": line} for at, line in lines.others], others))
            rows += len(lines.rows)
            apart += len(lines.others)
    finally:
        for writer in writers.values():
            writer.close()
    return {"task": number, "path": str(places[_PLAIN]), "rows": rows, "apart": apart}


def _tables(place: str) -> "Iterator[pa.Table]":
    """Yield the rows of each Parquet file below a place."""
    import pyarrow.parquet as pq

    for path, _ in files_below(place):
        if path.endswith(".parquet"):
            yield pq.read_table(f"{place}/{path}", partitioning=None)


def _has_reason(rows: "pa.Table") -> "pa.ChunkedArray":
    """Return which rows are quarantined: those with a reason, but for somebody who was forgotten."""
    import pyarrow.compute as pc

    why = pc.binary_join(rows.column("reasons"), REASONS_APART)
    return pc.fill_null(pc.and_(pc.not_equal(why, ""), pc.not_equal(why, FORGOTTEN)), False)


def _good_among(feed: Feed, place: str, stage: str, days: dict[tuple[date, str], date]) -> list[Good]:
    """Write the good rows of the lines that Spark has read as files of the table, one for each load."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    good: list[Good] = []
    schema = file_schema(feed.table)
    for number, rows in enumerate(_tables(place)):
        fine = rows.filter(pc.fill_null(pc.equal(pc.list_value_length(rows.column("reasons")), 0), False))
        for load in sorted({*zip(fine.column("known_on").to_pylist(), fine.column("load_id").to_pylist(), strict=True)}):
            known_on, load_id = load
            is_its = pc.and_(pc.equal(fine.column("known_on"), pa.scalar(known_on)), pc.equal(fine.column("load_id"), load_id))
            of_load = fine.filter(is_its)
            path = Path(stage) / _PLAIN / f"read-{number:05}-{len(good)}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            pq.write_table(of_load.select(schema.names).cast(schema), path)
            good.append(Good(str(path), known_on, load_id, days[load], len(of_load)))
    return good


def _repeat_a_key(feed: Feed, good: Iterable[Good]) -> bool:
    """Whether rows of a load may have the same key. Keys are compared by numbers of 64 bits, so that a yes may rarely be wrong."""
    import pyarrow.parquet as pq

    by_load: dict[tuple[date, str], list[np.ndarray]] = {}
    columns = [name for name in feed.table.grain if name not in feed.table.partitions]
    for one in good:
        rows = pq.ParquetFile(one.path)
        for batch in rows.iter_batches(columns=columns):
            numbers = np.zeros(batch.num_rows, np.uint64)
            for column in batch.columns:
                numbers = _mixed(numbers, column)
            by_load.setdefault((one.known_on, one.load_id), []).append(numbers)
    return any((np.diff(np.sort(np.concatenate(numbers))) == 0).any() for numbers in by_load.values())


def _mixed(numbers: np.ndarray, column: "pa.Array") -> np.ndarray:
    """Return the numbers with those of a column's values mixed in."""
    import pyarrow as pa
    from pandas.util import hash_array

    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        column = column.cast(pa.int64() if pa.types.is_timestamp(column.type) else pa.int32())
    words = words_of(column)
    hashed = hash_array(column.to_numpy(zero_copy_only=False), categorize=False) if words is None else words
    return (numbers ^ hashed) * _ODD_NUMBERS[0] + (hashed >> np.uint64(17))


def words_of(column: "pa.Array") -> "np.ndarray | None":
    """Return a number for each token of a column, which is as good as a hash; None if it has other texts."""
    import pyarrow as pa

    if not pa.types.is_string(column.type) or column.null_count or not len(column):
        return None
    offsets = np.frombuffer(column.buffers()[1], np.int32)[column.offset : column.offset + len(column) + 1]
    if not (np.diff(offsets) == _TOKEN_LENGTH).all():
        return None
    count = len(column) * _TOKEN_LENGTH // 8
    each = np.frombuffer(column.buffers()[2], np.uint64, offset=int(offsets[0]), count=count).reshape(len(column), -1)
    words = each * _ODD_NUMBERS
    mixed: np.ndarray = np.bitwise_xor.reduce(words ^ (words >> np.uint64(29)), axis=1)
    return mixed
