"""How values are distributed: their groups, their bins, and how far two distributions are apart. For loads and for tags alike."""

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from expectations.checks import OneOf
from expectations.contract import Column

if TYPE_CHECKING:
    import pyarrow as pa

# What is new is compared with that of so many days before, if there are enough of them.
COMPARED = 28
LEAST_COMPARED = 7
# With fewer rows a distribution is mostly chance.
LEAST_ROWS = 100
# Of a share of nulls, and of the population stability index: 0.25 is the usual sign of another population.
MOST_NULLS_MOVED = 0.1
MOST_PSI = 0.25
NUMBERS = ("int", "bigint", "double")


def groups(column: Column, values: "pa.ChunkedArray", days: "pa.ChunkedArray | pa.Scalar") -> "pa.ChunkedArray | None":
    """Return the group of each value; None for columns without groups.

    A group is a code, an hour (UTC), the power of two below a figure, or for a date the years from it to the row's day, which do not change
    as time goes on.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if column.type in NUMBERS:
        whole = pc.cast(values, pa.float64())
        power = pc.multiply(pc.sign(whole), pc.floor(pc.log2(pc.add(pc.abs(whole), 1.0))))
        return pc.cast(power, pa.int64())
    if column.type == "timestamp":
        return pc.hour(values)
    if column.type == "date":
        return pc.cast(pc.floor(pc.divide(pc.cast(pc.days_between(values, days), pa.float64()), 365)), pa.int64())
    is_code = any(isinstance(check, OneOf) for check in column.checks)
    return values if column.type == "boolean" or is_code else None


def bins_of(grouped: "pa.ChunkedArray | None") -> dict[str, int]:
    """Return the number of values in each group, nulls left out; empty for a column without groups."""
    import pyarrow.compute as pc

    if grouped is None:
        return {}
    return {_named(one["values"]): one["counts"] for one in pc.value_counts(grouped).to_pylist() if one["values"] is not None}


def _named(group: Any) -> str:
    return str(group).lower() if isinstance(group, bool) else str(group)


def psi(now: Mapping[str, int], before: Mapping[str, int]) -> float:
    """Return the population stability index of two distributions; 0 if one has no values. A group without values counts as half a value."""
    total, total_before = sum(now.values()), sum(before.values())
    if not total or not total_before:
        return 0.0
    shares = ((max(now.get(bin_, 0), 0.5) / total, max(before.get(bin_, 0), 0.5) / total_before) for bin_ in {*now, *before})
    return sum((share - usual) * math.log(share / usual) for share, usual in shares)


def added(every: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Return the bins of several distributions together."""
    total: dict[str, int] = {}
    for each in every:
        for name, count in each.items():
            total[name] = total.get(name, 0) + count
    return total
