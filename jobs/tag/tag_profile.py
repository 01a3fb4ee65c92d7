"""What a tag looks like in one night: rows, nulls, distinct values, and how its values are distributed."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from expectations.checks import OneOf
from expectations.contract import BUSINESS_DATE, Column
from expectations.tables.dwd_subscriber import DWD_SUBSCRIBER
from features.library import CAR, FAMILIES
from jobs.runtime.distribution import bins_of, groups
from jobs.runtime.lake import Lake
from jobs.runtime.place import opened
from jobs.runtime.reads import Snapshot
from jobs.runtime.writing import ROWS_COUNTED_HERE

if TYPE_CHECKING:
    import pyarrow as pa


NO_CODE = "other"


@dataclass(frozen=True)
class Profile:
    """One column of the customer record in one night.

    `rows` are those of the customer record, `seen` those that were looked at. `counted` has the values by group as JSON; it is empty for
    text that is no code. `state` is that of its verdict: good, new or bad.
    """

    night: date
    tag: str
    rows: int
    seen: int
    nulls: int
    distinct: int | None
    counted: str
    state: str = "good"

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> "Profile":
        """Return the profile that a row of ops.tag_profile describes."""
        names = ("tag", "rows", "seen", "nulls", "distinct", "state")
        return cls(row["business_date"], counted=row["bins"], **{name: row[name] for name in names})

    @cached_property
    def bins(self) -> Mapping[str, int]:
        """Values by group."""
        found: dict[str, int] = json.loads(self.counted)
        return found

    @property
    def values(self) -> int:
        """Rows that have a value, of those that were looked at."""
        return self.seen - self.nulls

    @property
    def null_share(self) -> float:
        """Share of the rows without a value."""
        return self.nulls / self.seen if self.seen else 0.0


@lru_cache(maxsize=1)
def profiled() -> Mapping[str, Column]:
    """Return the columns of the customer record that have profiles, as declared where they are made.

    The customer record itself declares no checks, and only a check says that a text is a code.
    """
    tags = {tag.column.name: tag.column for family in FAMILIES for tag in family.tags}
    spine = {column.name: column for column in DWD_SUBSCRIBER.columns}
    names = (column.name for column in CAR.columns if column.name not in (*CAR.key, BUSINESS_DATE.name))
    return {name: tags.get(name) or spine[name] for name in names}


def profiles(lake: Lake, on: date) -> Iterator[Profile]:
    """Yield a profile per column of the night's customer record, one column in memory at a time. NotPublishedError without one.

    Of more than ROWS_COUNTED_HERE rows, evenly chosen row groups are looked at.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    store, root = opened(lake.location(CAR))
    files = [pq.ParquetFile(f"{root}/{file.path}", filesystem=store) for file in lake.files(Snapshot(CAR), on)]
    pieces = [(file, group) for file in files for group in range(file.num_row_groups)]
    rows = sum(file.metadata.num_rows for file in files)
    chosen = pieces[:: max(1, math.ceil(rows / ROWS_COUNTED_HERE))]
    # A column that is newer than the night has no values there.
    known = set(files[0].schema_arrow.names)
    for name, column in profiled().items():
        if name in known:
            read = (file.read_row_group(group, columns=[name]).column(0) for file, group in chosen)
            yield profile(on, column, pa.chunked_array([chunk for one in read for chunk in one.chunks]), rows)


def profile(on: date, column: Column, values: "pa.ChunkedArray", rows: int) -> Profile:
    """Return the profile of a column from the values that were looked at."""
    import pyarrow as pa
    import pyarrow.compute as pc

    grouped = groups(column, values, pa.scalar(on))
    # Of the others the groups say as much, and counting distinct figures costs ten times as much as counting groups.
    distinct = pc.count_distinct(values).as_py() if grouped is None and not pa.types.is_nested(values.type) else None
    counted = json.dumps(_of_codes(column, bins_of(grouped)), sort_keys=True)
    return Profile(on, column.name, rows, len(values), values.null_count, distinct, counted)


def _of_codes(column: Column, bins: Mapping[str, int]) -> dict[str, int]:
    """Return the bins with all that is no declared code as one group. Tables of tags only warn of such texts, and they may be names."""
    codes = {code for check in column.checks if isinstance(check, OneOf) for code in check.codes}
    found: dict[str, int] = {}
    for group, count in bins.items():
        name = group if not codes or group in codes else NO_CODE
        found[name] = found.get(name, 0) + count
    return found
