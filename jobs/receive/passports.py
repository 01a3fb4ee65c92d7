"""A passport per load: rows, nulls, distinct values and distribution of each column, compared with those of the last 28 loads."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from expectations.checks import IS_TOKEN
from expectations.contract import Column
from expectations.feed import Feed
from expectations.feed_faults import BY_RECEIVE
from jobs.receive.deliveries import Delivery
from jobs.receive.plainly import Good, words_of
from jobs.receive.weighing import Outcome, load_of
from jobs.runtime.distribution import COMPARED, LEAST_COMPARED, LEAST_ROWS, MOST_NULLS_MOVED, MOST_PSI, added, bins_of, groups, psi
from jobs.runtime.place import files_below
from jobs.runtime.writing import ROWS_COUNTED_HERE, parquet_rows

if TYPE_CHECKING:
    import pyarrow as pa


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
        f"{of.known_on} {of.content or of.load_id} {of.event_date}": outcome
        for outcome in outcomes
        if outcome.state == "loaded" and outcome.loaded and (of := outcome.delivery)
    }
    if not loads:
        return []
    paths = [path for path, _ in files_below(stage) if path.endswith(".parquet")]
    every = math.ceil(sum(outcome.loaded for outcome in loads.values()) / ROWS_COUNTED_HERE)
    good = _Good.of(feed, stage, paths[::every])
    found = []
    for column in _shown(feed):
        for load, counts in good.counted(column).items():
            if load in loads:
                found.append(_passport(loads[load].delivery, column, *counts))
    return found


def passports_of_files(feed: Feed, files: Sequence[Good], outcomes: Iterable[Outcome]) -> list[Passport]:
    """Return the same from files of good rows, each of one load."""
    loads = [outcome.delivery for outcome in outcomes if outcome.state == "loaded" and outcome.loaded]
    places = {(of.known_on, of.load_id) for of in loads}
    of_loads = [file for file in files if (file.known_on, file.load_id) in places]
    every = math.ceil(sum(file.rows for file in of_loads) / ROWS_COUNTED_HERE) or 1
    looked_at = [file for of in loads for file in [one for one in of_loads if (one.known_on, one.load_id) == load_of(of)][::every]]
    return [
        _passport(of, column, *counts)
        for column in _shown(feed)
        for of in loads
        if (counts := _counted_in(column, [file for file in looked_at if (file.known_on, file.load_id) == load_of(of)]))
    ]


def _shown(feed: Feed) -> list[Column]:
    """The columns that have passports."""
    return [column for column in feed.table.columns if column.name not in (feed.table.event_date, *BY_RECEIVE)]


def _passport(of: Delivery, column: Column, rows: int, nulls: int, distinct: int | None, bins: Mapping[str, int]) -> Passport:
    return Passport(of.scope, of.event_date, of.known_on, of.load_id, column.name, rows, nulls, distinct, bins)


def _counted_in(column: Column, files: Sequence[Good]) -> tuple[int, int, int | None, dict[str, int]]:
    """Return rows, nulls, distinct values and bins of a column in files of one load."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    is_text = column.type == "string" and IS_TOKEN not in column.checks
    as_codes = [column.name] if is_text else []
    read = (pq.ParquetFile(one.path, read_dictionary=as_codes).read([column.name]).column(0) for one in files)
    values = pa.chunked_array([chunk for one in read for chunk in one.chunks]).unify_dictionaries()
    distinct: int | None
    if IS_TOKEN in column.checks and not values.null_count:
        # A token is as good as the numbers that are in it.
        words = np.sort(np.concatenate([words_of(chunk) for chunk in values.chunks]))
        distinct = 1 + int(np.count_nonzero(np.diff(words)))
    elif is_text:
        distinct = len(values.chunk(0).dictionary)
    else:
        distinct = None if pa.types.is_nested(values.type) else pc.count_distinct(values).as_py()
    return len(values), values.null_count, distinct, bins_of(groups(column, values, pa.scalar(files[0].event_date)))


@dataclass(frozen=True)
class _Good:
    """The good rows of staged files: which rows they are, and of each the number of its load among `loads`, and its event date."""

    stage: str
    paths: Sequence[str]
    is_good: "pa.ChunkedArray"
    load: "pa.Array"
    days: "pa.ChunkedArray"
    loads: Sequence[str]

    @classmethod
    def of(cls, feed: Feed, stage: str, paths: Sequence[str]) -> "_Good":
        """Read what all columns share, once."""
        import pyarrow as pa
        import pyarrow.compute as pc

        event_date = str(feed.table.event_date)
        rows = parquet_rows(stage, ["known_on", "load_id", event_date, "reasons"], paths)
        is_good = pc.equal(pc.list_value_length(rows.column("reasons")), 0)
        rows = rows.drop_columns(["reasons"]).filter(is_good)
        night, day = (pc.cast(rows.column(name), pa.string()) for name in ("known_on", event_date))
        names = pc.binary_join_element_wise(night, rows.column("load_id"), day, " ").combine_chunks().dictionary_encode()
        return cls(stage, paths, is_good, names.indices, rows.column(event_date), names.dictionary.to_pylist())

    def counted(self, column: Column) -> dict[str, tuple[int, int, int | None, dict[str, int]]]:
        """Return rows, nulls, distinct values and bins of a column, by load."""
        import pyarrow as pa
        import pyarrow.compute as pc

        values = parquet_rows(self.stage, [column.name], self.paths).column(column.name).filter(self.is_good)
        rows = pa.table({"load": self.load, "value": values, "given": pc.cast(pc.is_valid(values), pa.int64())})
        is_plain = not pa.types.is_nested(values.type)
        sums = rows.group_by("load").aggregate([("given", "sum"), ("given", "count"), *([("value", "count_distinct")] if is_plain else [])])
        bins: dict[int, dict[str, int]] = {}
        grouped = _bins(column, values, self.days)
        if grouped is not None:
            counted = rows.append_column("bin", grouped).group_by(["load", "bin"]).aggregate([([], "count_all")])
            for row in counted.to_pylist():
                if row["bin"] is not None:
                    bins.setdefault(row["load"], {})[row["bin"]] = row["count_all"]
        return {
            self.loads[load]: (
                row["given_count"],
                row["given_count"] - row["given_sum"],
                row.get("value_count_distinct"),
                bins.get(load, {}),
            )
            for row in sums.to_pylist()
            if (load := row["load"]) is not None
        }


def _bins(column: Column, values: "pa.ChunkedArray", days: "pa.ChunkedArray") -> "pa.ChunkedArray | None":
    """Return the group of each value as text; None for columns without groups."""
    import pyarrow as pa
    import pyarrow.compute as pc

    grouped = groups(column, values, days)
    return None if grouped is None else pc.cast(grouped, pa.string())


def alarms(feed: Feed, tonight: Iterable[Passport], earlier: Iterable[Passport]) -> list[str]:
    """Return a sentence for each column that is far from the last loads of its scope; of a daily feed those of the last COMPARED days.

    Dates are grouped by their distance from the row's day, so older loads differ although nothing has happened.
    """
    by_column: dict[tuple[str, str], dict[date, Passport]] = {}
    for one in sorted(earlier, key=lambda one: (one.event_date, one.known_on)):
        by_column.setdefault((one.scope, one.column), {})[one.event_date] = one
    said = []
    for one in tonight:
        before = [past for day, past in sorted(by_column.get((one.scope, one.column), {}).items()) if day < one.event_date]
        if feed.cadence == "daily":
            before = [past for past in before if (one.event_date - past.event_date).days <= COMPARED]
        before = [past for past in before if past.rows >= LEAST_ROWS][-COMPARED:]
        if len(before) < LEAST_COMPARED or one.rows < LEAST_ROWS:
            continue
        where = f"feed {feed.name}: {one.column} of {one.event_date}" + (f" {one.scope}" if one.scope else "")
        nulls, usual = one.nulls / one.rows, sum(past.nulls for past in before) / sum(past.rows for past in before)
        if abs(nulls - usual) > MOST_NULLS_MOVED:
            said.append(f"{where} is null in {nulls:.0%} of the rows, in the last {len(before)} loads in {usual:.0%}")
        usual_bins = added(past.bins for past in before)
        moved = psi(one.bins, usual_bins)
        if moved > MOST_PSI and min(sum(one.bins.values()), sum(usual_bins.values())) >= LEAST_ROWS:
            said.append(
                f"{where} is distributed otherwise than in the last {len(before)} loads: PSI {moved:.2f}, expected at most {MOST_PSI}"
            )
    return said
