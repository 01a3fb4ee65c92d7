"""The system's own tables (`ops.*`), read and written through delta-rs and Arrow, without a Spark job."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from expectations.contract import Table
from expectations.errors import ChudianError
from jobs.runtime.delta import DeltaFiles, insistently
from jobs.runtime.place import opened, uri_of

if TYPE_CHECKING:
    import pyarrow as pa


class RecordError(ChudianError):
    """A file of the system's own tables is broken or missing."""


def arrow_schema(table: Table) -> "pa.Schema":
    """Return the contract's columns as an Arrow schema; times are UTC."""
    import pyarrow as pa

    types = {"string": pa.string(), "int": pa.int32(), "bigint": pa.int64(), "double": pa.float64(), "boolean": pa.bool_()}
    types |= {"date": pa.date32(), "timestamp": pa.timestamp("us", "UTC"), "array<string>": pa.list_(pa.string())}
    return pa.schema([pa.field(column.name, types[column.type]) for column in table.columns])


class Records:
    """The ops tables of one lake. Data files never change, so each file is read once per process."""

    def __init__(self, at: Callable[[Table], DeltaFiles]) -> None:
        """`at` returns a table's files."""
        self._at = at
        self._read: dict[tuple[str, str], pa.Table] = {}
        self._lock = Lock()

    def rows(self, table: Table, keep: "Callable[[Mapping[str, Any]], bool] | None" = None) -> "list[dict[str, Any]]":
        """Return the table's rows as dictionaries, from the partitions that `keep` accepts; a column newer than a file is null."""
        return self.read(table, keep).to_pylist()

    def read(self, table: Table, keep: "Callable[[Mapping[str, Any]], bool] | None" = None) -> "pa.Table":
        """Return the same as an Arrow table."""
        import pyarrow as pa

        files = self._at(table)
        schema = arrow_schema(table)
        parts = [
            self._file(table, files.location, file.path, file.partition) for file in files.present() if not keep or keep(file.partition)
        ]
        return pa.concat_tables(parts) if parts else schema.empty_table()

    def _file(self, table: Table, location: str, path: str, partition: Mapping[str, Any]) -> "pa.Table":
        key = (table.name, path)
        with self._lock:
            if key in self._read:
                return self._read[key]
        import pyarrow as pa
        import pyarrow.parquet as pq

        store, root = opened(location)
        try:
            held = pq.ParquetFile(f"{root}/{path}", filesystem=store).read()
        except (pa.ArrowInvalid, OSError) as error:
            cure = "bring the file back from a backup; it cannot be made again."
            raise RecordError(
                f"Table {table.name}: {location}/{path} cannot be read ({type(error).__name__}).\n  To mend it: {cure}"
            ) from None
        columns = []
        for field in arrow_schema(table):
            if field.name in held.column_names:
                columns.append(held.column(field.name).cast(field.type))
            else:
                columns.append(pa.array([partition.get(field.name)] * held.num_rows, field.type))
        rows = pa.table(columns, schema=arrow_schema(table))
        with self._lock:
            self._read[key] = rows
        return rows

    def append(self, table: Table, rows: "Iterable[Mapping[str, Any]] | pa.Table") -> None:
        """Add rows in one commit."""
        self._write(table, rows, mode="append")

    def replace(self, table: Table, rows: "Iterable[Mapping[str, Any]] | pa.Table", where: str) -> None:
        """Replace the rows that match this condition (Delta SQL) in one commit; the new rows must match it too."""
        # There is nothing to replace in an empty table, and delta-rs would look for columns although there is no file.
        self._write(table, rows, **({"mode": "overwrite", "predicate": where} if self._at(table).present() else {"mode": "append"}))

    def _write(self, table: Table, rows: "Iterable[Mapping[str, Any]] | pa.Table", **how: Any) -> None:
        import pyarrow as pa
        from deltalake import write_deltalake

        files = self._at(table)
        schema = arrow_schema(table)
        data = rows.cast(schema) if isinstance(rows, pa.Table) else pa.Table.from_pylist([dict(row) for row in rows], schema=schema)

        def once() -> None:
            if files.opened() is None:
                files.create()
            write_deltalake(uri_of(files.location), data, partition_by=list(table.partitions) or None, schema_mode="merge", **how)

        insistently(files, once)


def now() -> datetime:
    """Return the present time, for records of when something happened. Business data never depends on it."""
    return datetime.now(UTC)
