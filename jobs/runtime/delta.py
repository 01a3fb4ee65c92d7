"""A table's Delta log, through delta-rs: the files that hold its rows now, and the commit that replaces some of them."""

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
from expectations.errors import ChudianError, teach
from jobs.runtime.place import opened, uri_of

if TYPE_CHECKING:
    import pyarrow as pa
    from deltalake import DeltaTable, Schema

# (column, operator, value), joined by AND: the partitions that a commit replaces. Values are written as Delta writes partitions.
Covered = list[tuple[str, str, str]]
_DELTA_TYPES = {"string": "string", "int": "integer", "bigint": "long", "double": "double"}
_DELTA_TYPES |= {"boolean": "boolean", "date": "date", "timestamp": "timestamp"}
# Delta's own writers have the same limit: readers skip files by the first columns, and a log line for a wide table stays short.
_COLUMNS_WITH_STATISTICS = 32
_LONGEST_TEXT = 32
_ATTEMPTS = 20
# The folder in which Spark writes rows whose partition column is null.
NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__"


class CommitError(ChudianError):
    """Other commits came first, too many times."""


class LayoutError(ChudianError):
    """A table of the lake that another version of chudian made."""


@dataclass(frozen=True)
class File:
    """A data file: its path below the table's folder, partition values, rows, bytes; `load_id` if all its rows are of one load."""

    path: str
    partition: Mapping[str, Any]
    rows: int
    size: int
    load_id: str | None = None


@dataclass(frozen=True)
class Written:
    """A Parquet file that Spark wrote and that is in no log yet; `columns` are the column statistics of its footer."""

    path: str
    size: int
    rows: int
    partition: Mapping[str, str]
    columns: Mapping[str, Statistics] = field(default_factory=dict)


def covers(covered: Covered, partition: Mapping[str, Any]) -> bool:
    """Whether a commit with this condition replaces the files of the partition. Days can be compared as text."""
    compare = {"=": operator.eq, ">=": operator.ge, "<=": operator.le}
    return all(compare[sign](f"{partition[column]}", value) for column, sign, value in covered)


def schema_of(table: Table) -> "Schema":
    """Return the contract's columns as a Delta schema, with comments."""
    from deltalake import Field, Schema

    return Schema([Field(c.name, _delta_type(c.type), metadata={"comment": c.comment}) for c in table.columns])


def _delta_type(name: str) -> Any:
    """Return a Spark type as a Delta type: plain, or an array, map or struct of others."""
    from deltalake import Field
    from deltalake.schema import ArrayType, MapType, PrimitiveType, StructType

    outer, _, inner = name.partition("<")
    if not inner:
        return PrimitiveType(_DELTA_TYPES[name])
    inner = inner.removesuffix(">")
    if outer == "array":
        return ArrayType(_delta_type(inner))
    if outer == "map":
        return MapType(*map(_delta_type, _parts(inner)))
    fields = (part.partition(":") for part in _parts(inner))
    return StructType([Field(field, _delta_type(kind)) for field, _, kind in fields])


def _parts(types: str) -> list[str]:
    """Split a list of types at its own commas, not at those inside of a type."""
    found, depth = [""], 0
    for sign in types:
        depth += {"<": 1, ">": -1}.get(sign, 0)
        found = [*found, ""] if sign == "," and not depth else [*found[:-1], found[-1] + sign]
    return found


def footer(place: str, path: str, size: int, table: Table) -> Written:
    """Return the path and the footer statistics of a Parquet file below `place`."""
    import pyarrow.parquet as pq

    store, root = opened(place)
    told = pq.read_metadata(f"{root}/{path}", filesystem=store)
    partition = dict(part.split("=", 1) for part in path.split("/")[:-1])
    columns = {}
    for index, name in enumerate(told.schema.names if told.num_rows else []):
        # A list's leaf has another name, and its count is of elements, not of rows.
        if told.schema.column(index).path == name:
            parts = [told.row_group(group).column(index).statistics for group in range(told.num_row_groups)]
            columns[name] = _merged(told.num_rows, parts)
    of_table = {name: unquote(partition[name]) for name in table.partitions}
    return Written(path, size, told.num_rows, of_table, columns)


def _merged(rows: int, parts: list[Any]) -> Statistics:
    """Merge the statistics of row groups. A figure that one of them lacks is unknown for all."""
    is_counted = all(part is not None and part.has_null_count for part in parts)
    nulls = sum(part.null_count for part in parts) if is_counted else None
    bounded = [part for part in parts if part is not None and part.has_min_max]
    if len(bounded) < len(parts) or not bounded:
        return Statistics(rows, nulls, None, None)
    return Statistics(rows, nulls, min(part.min for part in bounded), max(part.max for part in bounded))


def merged(files: Iterable[Written]) -> dict[str, Statistics]:
    """Merge the footers of several files, by column. A column that some file lacks is left out."""
    found: dict[str, list[Statistics]] = {}
    held = [file for file in files if file.rows]
    for file in held:
        for name, seen in file.columns.items():
            found.setdefault(name, []).append(seen)
    return {name: _together(parts) for name, parts in found.items() if len(parts) == len(held)}


def _together(parts: list[Statistics]) -> Statistics:
    rows = sum(part.rows for part in parts)
    nulls = None if any(part.nulls is None for part in parts) else sum(part.nulls or 0 for part in parts)
    # A file in which the column is always null has no bounds and does not change those of the others.
    bounded = [part for part in parts if part.nulls != part.rows]
    if not bounded or any(part.low is None for part in bounded):
        return Statistics(rows, nulls, None, None)
    return Statistics(rows, nulls, min(part.low for part in bounded), max(part.high for part in bounded))


def _statistics(file: Written) -> str:
    """Return the file's statistics in the form of Delta's log."""
    lows, highs, nulls = {}, {}, {}
    for name, seen in list(file.columns.items())[:_COLUMNS_WITH_STATISTICS]:
        if seen.nulls is not None:
            nulls[name] = seen.nulls
        if _is_plain(seen.low) and _is_plain(seen.high):
            lows[name], highs[name] = (f"{v}" if isinstance(v, date) else v for v in (seen.low, seen.high))
    return json.dumps({"numRecords": file.rows, "minValues": lows, "maxValues": highs, "nullCount": nulls}, ensure_ascii=False)


def _is_plain(value: Any) -> bool:
    """Whether the log can store a bound exactly: whole numbers, days, short text. Times would have to be rounded."""
    if isinstance(value, str):
        return len(value) <= _LONGEST_TEXT
    return type(value) in (int, date)


class DeltaFiles:
    """The files of one table, by its log. Thread-safe. Each question reads the log again, which takes a millisecond."""

    def __init__(self, table: Table, location: str) -> None:
        """Store the contract and the table's folder; nothing is opened yet."""
        self.table = table
        self.location = location
        self._lock = RLock()
        self._handle: DeltaTable | None = None
        self._files: tuple[int, tuple[File, ...]] = (-1, ())

    def opened(self) -> "DeltaTable | None":
        """Return the table as of now, or None if nothing was ever published."""
        from deltalake import DeltaTable

        with self._lock:
            if self._handle is not None:
                self._handle.update_incremental()
            elif DeltaTable.is_deltatable(uri_of(self.location)):
                self._handle = DeltaTable(uri_of(self.location))
            return self._handle

    def present(self) -> tuple[File, ...]:
        """Return the files that hold the table's rows now."""
        with self._lock:
            handle = self.opened()
            if handle is None:
                return ()
            if self._files[0] != handle.version():
                self._files = (handle.version(), tuple(_listed(handle)))
            return self._files[1]

    def with_nulls(self) -> list[tuple[File, dict[str, int]]]:
        """Return the present files, each with its number of nulls by column, for the columns that the log counts."""
        import pyarrow as pa

        with self._lock:
            files, handle = self.present(), self._handle
            if handle is None or not files:
                return []
            actions: pa.Table = pa.table(handle.get_add_actions(flatten=False))
        if "null_count" not in actions.column_names:
            return [(file, {}) for file in files]
        counted = actions.column("null_count").to_pylist()
        return [
            (file, {name: nulls for name, nulls in (found or {}).items() if isinstance(nulls, int)})
            for file, found in zip(files, counted, strict=True)
        ]

    def create(self) -> None:
        """Make the table without rows, unless it is there."""
        from deltalake.transaction import create_table_with_add_actions

        table = self.table
        partitions = list(table.partitions)
        create_table_with_add_actions(uri_of(self.location), schema_of(table), [], "ignore", partitions, table.name, table.comment)

    def commit(self, files: Iterable[Written], covered: Covered, said: Mapping[str, Any]) -> None:
        """Replace the files that `covered` describes, in one commit with the metadata `said`.

        CommitError when other commits always came first.
        """
        if not covered:
            raise ValueError(f"a commit to {self.table.name} that covers everything")
        written = list(files)

        def once() -> None:
            with self._lock:
                self._commit(written, covered, dict(said))

        insistently(self, once)

    def forget(self) -> None:
        """Drop the cached log, so that the next question reads it from its beginning."""
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
            raise CommitError(f"Table {self.table.name} cannot be made.\n  To mend it: check that {self.location} is writable.")
        properties = CommitProperties(custom_metadata=said)
        partitions = list(self.table.partitions)
        came = list(handle.metadata().partition_columns)
        if came != partitions:
            faults = [f"expected partitions {', '.join(partitions)}, came {', '.join(came)}: another version of chudian made it"]
            cure = "load the landing into a new CHUDIAN_HOME, or work on with that version."
            raise LayoutError(teach(f"Table {self.table.name} in {self.location}", faults, cure))
        handle.create_write_transaction(adds, "overwrite", schema_of(self.table), partitions, covered, commit_properties=properties)


def insistently(files: DeltaFiles, commit: Callable[[], None]) -> None:
    """Commit, and try again when another commit came first: several jobs write one log. CommitError when every try fails."""
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
    paths, rows, sizes = (actions.column(name).to_pylist() for name in ("path", "num_records", "size_bytes"))
    lowest, highest = (_bounds(actions, side) for side in ("min", "max"))
    for path, partition, count, size, low, high in zip(paths, partitions, rows, sizes, lowest, highest, strict=True):
        yield File(unquote(path), partition, count, size, low if low == high else None)


def _bounds(actions: "pa.Table", side: str) -> list[str | None]:
    """Return the least or greatest load id of the files; None if the log does not have it."""
    import pyarrow.compute as pc

    if side not in actions.column_names or "load_id" not in [field.name for field in actions.schema.field(side).type]:
        return [None] * len(actions)
    found: list[str | None] = pc.struct_field(actions.column(side), "load_id").to_pylist()
    return found
