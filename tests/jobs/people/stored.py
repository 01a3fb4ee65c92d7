"""Rows of tables, stored without Spark."""

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
from deltalake import write_deltalake

from expectations.contract import Table
from jobs.runtime.delta import schema_of
from jobs.runtime.lake import Lake
from jobs.runtime.place import uri_of


def store(lake: Lake, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Add the rows; columns that are left out are null."""
    schema = pa.schema(schema_of(table).to_arrow())
    data = pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)
    write_deltalake(uri_of(lake.location(table)), data, partition_by=list(table.partitions), mode="append")
