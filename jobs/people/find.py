"""Rows of tables found without Spark, which takes longer to start than the search."""

from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING, Any

from expectations.contract import Table
from jobs.runtime.delta import File
from jobs.runtime.lake import Lake
from jobs.runtime.loads import place_in
from jobs.runtime.place import opened

if TYPE_CHECKING:
    from pyarrow.compute import Expression

# Processor cores are shared with what else runs on the machine.
AT_ONCE = 2


def rows_where(lake: Lake, table: Table, condition: "Expression", files: Iterable[File] | None = None) -> list[dict[str, Any]]:
    """Return the rows for which the condition on columns inside the files is true, of these files or of all present ones."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    store, root = opened(lake.location(table))
    names = [column.name for column in table.columns]

    def of_one(file: File) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        rows = pq.ParquetFile(f"{root}/{file.path}", filesystem=store)
        of_file = {name: file.partition.get(name) for name in names}
        for batch in rows.iter_batches(columns=[name for name in names if name in rows.schema_arrow.names]):
            # delta-rs writes texts as views, which Arrow does not compare with texts.
            plain = [of.with_type(pa.string()) if pa.types.is_string_view(of.type) else of for of in batch.schema]
            found += [of_file | row for row in pa.table(batch).cast(pa.schema(plain)).filter(condition).to_pylist()]
        return found

    # Arrow reads and filters without the interpreter's lock.
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [row for found in pool.map(of_one, lake.at(table).present() if files is None else files) for row in found]


def rows_with(
    lake: Lake, table: Table, column: str, values: Collection[str], files: Iterable[File], columns: Collection[str] = ()
) -> list[dict[str, Any]]:
    """Return the rows of these files that have one of the values in the column, with the chosen columns or all.

    The other columns are read only of row groups that have such a row: a customer record has hundreds of columns.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    store, root = opened(lake.location(table))
    names = [one.name for one in table.columns if not columns or one.name in columns]
    wanted = pa.array(sorted(values), pa.string())

    def of_one(file: File) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        rows = pq.ParquetFile(f"{root}/{file.path}", filesystem=store)
        read = [name for name in names if name in rows.schema_arrow.names]
        of_file = {name: file.partition.get(name) for name in names}
        for group in range(rows.num_row_groups):
            fits = pc.is_in(rows.read_row_group(group, columns=[column]).column(0).cast(pa.string()), wanted)
            if pc.any(fits).as_py():
                found += [of_file | row for row in rows.read_row_group(group, columns=read).filter(fits).to_pylist()]
        return found

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [row for found in pool.map(of_one, files) for row in found]


def files_of(lake: Lake, table: Table, night: date) -> list[File]:
    """Return the files of a snapshot's night."""
    return [file for file in lake.at(table).present() if file.partition["business_date"] == night]


def latest_where(lake: Lake, table: Table, condition: "Expression", upto: date = date.max) -> list[dict[str, Any]]:
    """Return the same from the newest loads of a full extract, as known on `upto`."""
    loads = lake.latest(table, upto)
    places, ids = {load.place for load in loads}, {(load.known_on, load.load_id) for load in loads}
    files = [file for file in lake.at(table).present() if place_in(table, file.partition) in places]
    return [row for row in rows_where(lake, table, condition, files) if (row["known_on"], row["load_id"]) in ids]


def newest_where(lake: Lake, table: Table, condition: "Expression") -> list[dict[str, Any]]:
    """Return the same from the newest night of a snapshot; none if no night has published it."""
    files = lake.at(table).present()
    newest = max((file.partition["business_date"] for file in files), default=None)
    return rows_where(lake, table, condition, [file for file in files if file.partition["business_date"] == newest])
