"""A table's Delta log, through delta-rs: which files hold its rows now, and the commit that replaces some of them."""

import json
import operator
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from threading import RLock
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from expectations.checks import Statistics
from expectations.contract import Table
from expectations.errors import ChudianError
from jobs.runtime.place import opened, uri_of

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import DeltaTable, Schema

# (column, operator, value): what a commit replaces, all of them holding. Values as Delta writes partitions.
Covered = list[tuple[str, str, str]]
_DELTA_TYPES = {"string": "string", "int": "integer", "bigint": "long", "double": "double"}
_DELTA_TYPES |= {"boolean": "boolean", "date": "date", "timestamp": "timestamp"}
# As Delta's own writers do: readers skip files by the first columns, and a log line for a wide table stays short.
_COLUMNS_WITH_STATISTICS = 32
_LONGEST_TEXT = 32
_ATTEMPTS = 20
# The folder that Spark writes rows into whose partition column is null.
NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__"


class CommitError(ChudianError):
    """Other commits came in between again and again."""


@dataclass(frozen=True)
class File:
    """A data file: its path below the table's folder, its partition's values, its rows; `load_id` where all rows are of one load."""

    path: str
    partition: Mapping[str, Any]
    rows: int
    load_id: str | None = None


@dataclass(frozen=True)
class Written:
    """A Parquet file that Spark wrote and no log names yet; `columns` is what its footer says of each column."""

    path: str
    size: int
    rows: int
    partition: Mapping[str, str]
    columns: Mapping[str, Statistics] = field(default_factory=dict)


def covers(covered: Covered, partition: Mapping[str, Any]) -> bool:
    """Whether a commit that covers this replaces the files of the partition. Days compare as their text does."""
    compare = {"=": operator.eq, ">=": operator.ge, "<=": operator.le}
    return all(compare[sign](f"{partition[column]}", value) for column, sign, value in covered)


def schema_of(table: Table) -> "Schema":
    """The contract's columns as Delta's schema, comments included."""
    from deltalake import Field, Schema
    from deltalake.schema import ArrayType, MapType, PrimitiveType

    def delta_type(name: str) -> Any:
        if name.startswith("map<"):
            key, value = name.removeprefix("map<").removesuffix(">").split(",")
            return MapType(delta_type(key), delta_type(value))
        inner = name.removeprefix("array<").removesuffix(">")
        return ArrayType(delta_type(inner)) if inner != name else PrimitiveType(_DELTA_TYPES[name])

    return Schema([Field(c.name, delta_type(c.type), metadata={"comment": c.comment}) for c in table.columns])


def footer(place: str, path: str, size: int, table: Table) -> Written:
    """What the footer of a Parquet file below `place` says."""
    import pyarrow.parquet as pq

    store, root = opened(place)
    told = pq.read_metadata(f"{root}/{path}", filesystem=store)
    partition = dict(part.split("=", 1) for part in path.split("/")[:-1])
    columns = {}
    for index, name in enumerate(told.schema.names if told.num_rows else []):
        # A list's leaf has its own name; what it counts is elements, not rows.
        if told.schema.column(index).path == name:
            parts = [told.row_group(group).column(index).statistics for group in range(told.num_row_groups)]
            columns[name] = _merged(told.num_rows, parts)
    of_table = {name: unquote(partition[name]) for name in table.partitions}
    return Written(path, size, told.num_rows, of_table, columns)


def _merged(rows: int, parts: list[Any]) -> Statistics:
    """Row groups' statistics as one; what one of them does not say is unknown of all."""
    is_counted = all(part is not None and part.has_null_count for part in parts)
    nulls = sum(part.null_count for part in parts) if is_counted else None
    bounded = [part for part in parts if part is not None and part.has_min_max]
    if len(bounded) < len(parts) or not bounded:
        return Statistics(rows, nulls, None, None)
    return Statistics(rows, nulls, min(part.min for part in bounded), max(part.max for part in bounded))


def merged(files: Iterable[Written]) -> dict[str, Statistics]:
    """The footers of several files as one statement per column; a column that some file does not speak of is left out."""
    found: dict[str, list[Statistics]] = {}
    held = [file for file in files if file.rows]
    for file in held:
        for name, seen in file.columns.items():
            found.setdefault(name, []).append(seen)
    return {name: _together(parts) for name, parts in found.items() if len(parts) == len(held)}


def _together(parts: list[Statistics]) -> Statistics:
    rows = sum(part.rows for part in parts)
    nulls = None if any(part.nulls is None for part in parts) else sum(part.nulls or 0 for part in parts)
    # A file in which the column is null throughout has no bounds and takes none away.
    bounded = [part for part in parts if part.nulls != part.rows]
    if not bounded or any(part.low is None for part in bounded):
        return Statistics(rows, nulls, None, None)
    return Statistics(rows, nulls, min(part.low for part in bounded), max(part.high for part in bounded))


def _statistics(file: Written) -> str:
    """The file's statistics as Delta's log has them."""
    lows, highs, nulls = {}, {}, {}
    for name, seen in list(file.columns.items())[:_COLUMNS_WITH_STATISTICS]:
        if seen.nulls is not None:
            nulls[name] = seen.nulls
        if _is_plain(seen.low) and _is_plain(seen.high):
            lows[name], highs[name] = (f"{v}" if isinstance(v, date) else v for v in (seen.low, seen.high))
    return json.dumps({"numRecords": file.rows, "minValues": lows, "maxValues": highs, "nullCount": nulls}, ensure_ascii=False)


def _is_plain(value: Any) -> bool:
    """Whether the log can hold a bound exactly: whole numbers, days, short text. Times would have to be rounded."""
    if isinstance(value, str):
        return len(value) <= _LONGEST_TEXT
    return type(value) in (int, date)


class DeltaFiles:
    """One table's files by its log. Safe for several threads; the log is looked at anew at each question, which takes a millisecond."""

    def __init__(self, table: Table, location: str) -> None:
        """The contract and the table's folder; nothing is opened yet."""
        self.table = table
        self.location = location
        self._lock = RLock()
        self._handle: DeltaTable | None = None
        self._files: tuple[int, tuple[File, ...]] = (-1, ())

    def opened(self) -> "DeltaTable | None":
        """The table as of now; None when nothing was ever published."""
        from deltalake import DeltaTable

        with self._lock:
            if self._handle is not None:
                self._handle.update_incremental()
            elif DeltaTable.is_deltatable(uri_of(self.location)):
                self._handle = DeltaTable(uri_of(self.location))
            return self._handle

    def present(self) -> tuple[File, ...]:
        """The files that hold the table's rows."""
        with self._lock:
            handle = self.opened()
            if handle is None:
                return ()
            if self._files[0] != handle.version():
                self._files = (handle.version(), tuple(_listed(handle)))
            return self._files[1]

    def create(self) -> None:
        """Make the table without rows, unless it is there."""
        from deltalake.transaction import create_table_with_add_actions

        table = self.table
        partitions = list(table.partitions)
        create_table_with_add_actions(uri_of(self.location), schema_of(table), [], "ignore", partitions, table.name, table.comment)

    def commit(self, files: Iterable[Written], covered: Covered, said: Mapping[str, Any]) -> None:
        """Replace what `covered` names by these files, in one commit that carries `said`. CommitError when others never let it through."""
        if not covered:
            raise ValueError(f"a commit to {self.table.name} that covers everything")
        written = list(files)

        def once() -> None:
            with self._lock:
                self._commit(written, covered, dict(said))

        insistently(self, once)

    def forget(self) -> None:
        """Look at the table's log from its beginning at the next question."""
        with self._lock:
            self._handle = None

    def _commit(self, files: list[Written], covered: Covered, said: dict[str, Any]) -> None:
        from deltalake import CommitProperties
        from deltalake.transaction import AddAction

        now = int(time.time() * 1000)
        adds: list[Any] = [AddAction(file.path, file.size, file.partition, now, True, _statistics(file)) for file in files]
        handle = self.opened()
        if handle is None:
            self.create()
            handle = self.opened()
        if handle is None:
            raise CommitError(f"Table {self.table.name} cannot be made.\n  To mend it: look whether {self.location} can be written.")
        properties = CommitProperties(custom_metadata=said)
        partitions = list(self.table.partitions)
        handle.create_write_transaction(adds, "overwrite", schema_of(self.table), partitions, covered, commit_properties=properties)


def insistently(files: DeltaFiles, commit: Callable[[], None]) -> None:
    """Commit, again after another commit came first; several jobs write one log. CommitError when others never let it through."""
    from deltalake.exceptions import CommitFailedError

    for attempt in range(_ATTEMPTS):
        try:
            return commit()
        except CommitFailedError:
            files.forget()
        time.sleep(0.01 * attempt)
    raise CommitError(f"Table {files.table.name}: other commits came first {_ATTEMPTS} times.\n  To mend it: run the job again.")


def _listed(handle: "DeltaTable") -> Iterable[File]:
    import pyarrow as pa

    actions: pa.Table = pa.table(handle.get_add_actions(flatten=False))
    partitions = actions.column("partition").to_pylist() if "partition" in actions.column_names else [{}] * len(actions)
    paths, rows = actions.column("path").to_pylist(), actions.column("num_records").to_pylist()
    lowest, highest = (_bounds(actions, side) for side in ("min", "max"))
    for path, partition, count, low, high in zip(paths, partitions, rows, lowest, highest, strict=True):
        yield File(unquote(path), partition, count, low if low == high else None)


def _bounds(actions: "pa.Table", side: str) -> list[str | None]:
    """The files' least or greatest load id; None where the log does not tell."""
    import pyarrow.compute as pc

    if side not in actions.column_names or "load_id" not in [field.name for field in actions.schema.field(side).type]:
        return [None] * len(actions)
    found: list[str | None] = pc.struct_field(actions.column(side), "load_id").to_pylist()
    return found
