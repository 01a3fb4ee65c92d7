"""Files that a job made itself, outside Spark, and that become a table's files as they are."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expectations.contract import Table
from expectations.errors import ContractError, teach
from expectations.suites import looked_at, observed_in
from jobs.runtime.lake import Lake
from jobs.runtime.place import opened
from jobs.runtime.records import arrow_schema
from jobs.runtime.writing import Draft, footers

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Ready:
    """A Parquet file with a table's columns, except those of its partition, whose values are beside it."""

    path: str
    partition: Mapping[str, Any]


def file_schema(table: Table) -> "pa.Schema":
    """Return the Arrow schema of the table's data files."""
    import pyarrow as pa

    return pa.schema([field for field in arrow_schema(table) if field.name not in table.partitions])


def place(lake: Lake, table: Table, files: Iterable[Ready], folder: str) -> Draft:
    """Copy the files to the table's folder, where no log names them yet. ContractError when one has other columns."""
    store, root = opened(lake.location(table))
    chosen = list(files)
    seen = observed_in(table, _rows(table, chosen))
    for number, file in enumerate(chosen):
        parts = [f"{name}={file.partition[name]}" for name in table.partitions]
        target = "/".join((f"{root}/{folder}", *parts))
        store.create_dir(target, recursive=True)
        with open(file.path, "rb") as rows, store.open_output_stream(f"{target}/part-{number:05}.parquet") as out:
            while block := rows.read(1 << 20):
                out.write(block)
    return Draft(table, folder, footers(table, lake.location(table), folder), seen)


def _rows(table: Table, files: Iterable[Ready]) -> "Iterator[pa.RecordBatch]":
    """Yield the rows of the files in pieces, with the columns that the observed figures need. ContractError as for `place`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    wanted, whole, names = file_schema(table), arrow_schema(table), looked_at(table)
    # A rule may compare a column with one of the partition, which is the same for all rows of a file.
    of_partition = [name for name in names if name in table.partitions]
    for file in files:
        rows = pq.ParquetFile(file.path)
        if not rows.schema_arrow.equals(wanted):
            faults = [f"expected {wanted.names}, got {rows.schema_arrow.names}, or other types"]
            raise ContractError(teach(f"File for table {table.name}", faults, "change the job that makes it."))
        for piece in rows.iter_batches(columns=[name for name in names if name not in of_partition]):
            beside = [pa.repeat(pa.scalar(file.partition[name], whole.field(name).type), len(piece)) for name in of_partition]
            yield pa.RecordBatch.from_arrays([*piece.columns, *beside], [*piece.schema.names, *of_partition])
