"""A passport per load: rows, nulls, distinct values and distribution of each column, compared with those of the last 28 loads."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from expectations.checks import OneOf
from expectations.contract import Column
from expectations.feed import Feed
from jobs.receive.weighing import Outcome
from jobs.runtime.place import files_below
from jobs.runtime.writing import ROWS_COUNTED_HERE, parquet_rows

if TYPE_CHECKING:
    import pyarrow as pa

COMPARED = 28
LEAST_COMPARED = 7
# With fewer rows a distribution is mostly chance.
LEAST_ROWS = 100
# Of a share of nulls, and of the population stability index: 0.25 is the usual sign of another population.
MOST_NULLS_MOVED = 0.1
MOST_PSI = 0.25
_BY_RECEIVE = ("known_on", "feed", "load_id")


@dataclass(frozen=True)
class Passport:
    """One column of one load. `bins` counts values by group; it is empty for a column whose values may be personal or are free text."""

    scope: str
    event_date: date
    known_on: date
    load_id: str
    column: str
    rows: int
    nulls: int
    distinct: int | None
    bins: Mapping[str, int]

    def as_row(self, feed: Feed) -> dict[str, Any]:
        """Return it as a row of ops.passport."""
        return {"feed": feed.name, **vars(self), "bins": json.dumps(self.bins, sort_keys=True)}

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> "Passport":
        """Return the passport that a row of ops.passport describes."""
        names = ("scope", "event_date", "known_on", "load_id", "column", "rows", "nulls", "distinct")
        return cls(**{name: row[name] for name in names}, bins=json.loads(row["bins"]))


def passports(feed: Feed, stage: str, outcomes: Iterable[Outcome]) -> list[Passport]:
    """Return the passports of the loads, from the good rows that were staged. Of very many rows only some files are looked at."""
    loads = {
        (of.known_on, of.content or of.load_id, of.event_date): outcome
        for outcome in outcomes
        if outcome.state == "loaded" and outcome.loaded and (of := outcome.delivery)
    }
    if not loads:
        return []
    paths = [path for path, _ in files_below(stage) if path.endswith(".parquet")]
    every = math.ceil(sum(outcome.loaded for outcome in loads.values()) / ROWS_COUNTED_HERE)
    found = []
    for column in feed.table.columns:
        if column.name not in (feed.table.event_date, *_BY_RECEIVE):
            for place, (rows, nulls, distinct, bins) in _counted(feed, stage, column, paths[::every]).items():
                if place in loads:
                    of = loads[place].delivery
                    found.append(Passport(of.scope, of.event_date, of.known_on, of.load_id, column.name, rows, nulls, distinct, bins))
    return found


def _counted(
    feed: Feed, stage: str, column: Column, paths: Sequence[str]
) -> dict[tuple[date, str, date], tuple[int, int, int | None, dict[str, int]]]:
    """Return rows, nulls, distinct values and bins of a column, by night, content and event date."""
    import pyarrow as pa
    import pyarrow.compute as pc

    key = ["known_on", "load_id", str(feed.table.event_date)]
    rows = parquet_rows(stage, [*key, "reasons", column.name], paths)
    rows = rows.filter(pc.equal(pc.list_value_length(rows.column("reasons")), 0)).drop_columns(["reasons"])
    values = rows.column(column.name)
    is_plain = not pa.types.is_nested(values.type)
    given = pc.cast(pc.is_valid(values), pa.int64())
    sums = (
        rows.append_column("given", given)
        .group_by(key)
        .aggregate([("given", "sum"), ("given", "count"), *([(column.name, "count_distinct")] if is_plain else [])])
    )
    bins: dict[tuple[Any, ...], dict[str, int]] = {}
    grouped = _bins(column, values, rows.column(str(feed.table.event_date)))
    if grouped is not None:
        counted = rows.append_column("bin", grouped).group_by([*key, "bin"]).aggregate([([], "count_all")])
        for row in counted.to_pylist():
            if row["bin"] is not None:
                bins.setdefault(tuple(row[name] for name in key), {})[row["bin"]] = row["count_all"]
    return {
        place: (row["given_count"], row["given_count"] - row["given_sum"], row.get(f"{column.name}_count_distinct"), bins.get(place, {}))
        for row in sums.to_pylist()
        if (place := tuple(row[name] for name in key))
    }


def _bins(column: Column, values: "pa.ChunkedArray", days: "pa.ChunkedArray") -> "pa.ChunkedArray | None":
    """Return the group of each value as text; None for columns without groups.

    A group is a code, an hour (UTC), the power of two below a figure, or for a date the years from it to the row's day, which do not change
    as time goes on.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if column.type in ("int", "bigint", "double"):
        whole = pc.cast(values, pa.float64())
        power = pc.multiply(pc.sign(whole), pc.floor(pc.log2(pc.add(pc.abs(whole), 1.0))))
        return pc.cast(pc.cast(power, pa.int64()), pa.string())
    if column.type == "timestamp":
        return pc.cast(pc.hour(values), pa.string())
    if column.type == "date":
        return pc.cast(pc.cast(pc.floor(pc.divide(pc.cast(pc.days_between(values, days), pa.float64()), 365)), pa.int64()), pa.string())
    is_code = any(isinstance(check, OneOf) for check in column.checks)
    return pc.cast(values, pa.string()) if column.type == "boolean" or is_code else None


def alarms(feed: Feed, tonight: Iterable[Passport], earlier: Iterable[Passport]) -> list[str]:
    """Return a sentence for each column that is far from the last loads of its scope."""
    by_column: dict[tuple[str, str], dict[date, Passport]] = {}
    for one in sorted(earlier, key=lambda one: (one.event_date, one.known_on)):
        by_column.setdefault((one.scope, one.column), {})[one.event_date] = one
    said = []
    for one in tonight:
        before = [past for day, past in sorted(by_column.get((one.scope, one.column), {}).items()) if day < one.event_date]
        before = [past for past in before if past.rows >= LEAST_ROWS][-COMPARED:]
        if len(before) < LEAST_COMPARED or one.rows < LEAST_ROWS:
            continue
        where = f"feed {feed.name}: {one.column} of {one.event_date}" + (f" {one.scope}" if one.scope else "")
        nulls, usual = one.nulls / one.rows, sum(past.nulls for past in before) / sum(past.rows for past in before)
        if abs(nulls - usual) > MOST_NULLS_MOVED:
            said.append(f"{where} is null in {nulls:.0%} of the rows, in the last {len(before)} loads in {usual:.0%}")
        usual_bins = _added(past.bins for past in before)
        moved = psi(one.bins, usual_bins)
        if moved > MOST_PSI and min(sum(one.bins.values()), sum(usual_bins.values())) >= LEAST_ROWS:
            said.append(
                f"{where} is distributed otherwise than in the last {len(before)} loads: PSI {moved:.2f}, expected at most {MOST_PSI}"
            )
    return said


def psi(now: Mapping[str, int], before: Mapping[str, int]) -> float:
    """Return the population stability index of two distributions; 0 if one has no values. A group without values counts as half a value."""
    total, total_before = sum(now.values()), sum(before.values())
    if not total or not total_before:
        return 0.0
    shares = ((max(now.get(bin_, 0), 0.5) / total, max(before.get(bin_, 0), 0.5) / total_before) for bin_ in {*now, *before})
    return sum((share - usual) * math.log(share / usual) for share, usual in shares)


def _added(bins: Iterable[Mapping[str, int]]) -> dict[str, int]:
    added: dict[str, int] = {}
    for each in bins:
        for name, count in each.items():
            added[name] = added.get(name, 0) + count
    return added
