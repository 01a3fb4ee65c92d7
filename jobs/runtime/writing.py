"""Writes a table once: Spark writes Parquet into a folder of the run, and the content of the files is summarised for the audit."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from expectations.checks import Statistics
from expectations.contract import Table
from expectations.errors import ChudianError, ContractError
from expectations.suites import DUPLICATES, observed, told_by_footers
from jobs.runtime.delta import NULL_PARTITION, File, Written, footer, merged
from jobs.runtime.lake import Lake
from jobs.runtime.place import files_below, folders_in, opened, remove, remove_file

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

# Keys of at most this many rows are counted here, which takes a moment and no Spark job.
ROWS_COUNTED_HERE = 2_000_000


class UnobservedError(ChudianError):
    """Spark did not report figures observed during the write, so the table cannot be audited."""


@dataclass(frozen=True)
class Draft:
    """A table's rows as one run wrote them, in files that are in no log yet."""

    table: Table
    folder: str
    files: tuple[Written, ...]
    seen: Mapping[str, Any]

    @property
    def rows(self) -> int:
        """Rows written."""
        return sum(file.rows for file in self.files)

    def as_files(self) -> list[File]:
        """The files in the form that the lake reads."""
        return [File(file.path, file.partition, file.rows, file.size) for file in self.files]


def run_folder(table: Table, on: date, job: str, run_id: str) -> str:
    """Return a run's folder below the table's folder."""
    return f"night={on}/run={job}.{run_id}"


def sweep(lake: Lake, table: Table, on: date, job: str) -> None:
    """Remove what killed runs of this job and night wrote but did not commit. Committed files stay until VACUUM."""
    night = f"{lake.location(table)}/night={on}"
    left = {name for name in folders_in(night) if name.startswith(f"run={job}.")}
    if left:
        left -= {file.path.split("/")[1] for file in lake.at(table).present() if file.path.startswith(f"night={on}/")}
        committed = lake.publications.runs(table)
        for name in left:
            if name.rpartition(".")[2] not in committed:
                remove(f"{night}/{name}")


def write(lake: Lake, table: Table, frame: "DataFrame", on: date, folder: str) -> Draft:
    """Write the frame once. Return the files with their footers, and the figures observed during the write.

    All rows of a snapshot must be of `on`, because the folder names the partition. ContractError when one is not.
    """
    from pyspark.sql import Observation
    from pyspark.sql import functions as F

    place, watched = lake.location(table), observed(table)
    beyond = "rows_of_another_date"
    if table.kind == "snapshot":
        watched = {**watched, beyond: f"count_if(business_date IS DISTINCT FROM DATE'{on}')"}
    watching = Observation()
    if watched:
        frame = frame.observe(watching, *(F.expr(sql).alias(name) for name, sql in watched.items()))
    if table.kind == "snapshot":
        frame.drop("business_date").write.parquet(f"{place}/{folder}/business_date={on}")
    else:
        frame.write.partitionBy(*table.partitions).parquet(f"{place}/{folder}")
    seen = dict(watching.get) if watched else {}
    draft = Draft(table, folder, footers(table, place, folder), seen)
    if draft.rows and seen.pop(beyond, 0):
        remove(f"{place}/{folder}")
        raise ContractError(f"Table {table.name}: rows of another business date than {on}.\n  To mend it: change the job that makes them.")
    return draft


def footers(table: Table, place: str, folder: str) -> tuple[Written, ...]:
    """Return a run's files by their footers. Files without rows are removed."""
    found = [(f"{folder}/{path}", size) for path, size in files_below(f"{place}/{folder}") if path.endswith(".parquet")]
    with ThreadPoolExecutor(4) as pool:  # An object store answers slowly.
        files = list(pool.map(lambda one: footer(place, one[0], one[1], table), found))
    for file in files:
        if not file.rows:
            remove_file(f"{place}/{file.path}")
    return tuple(file for file in files if file.rows)


def summary(lake: Lake, draft: Draft, is_unique: bool = False) -> dict[str, Any]:
    """Return the table's one-row summary from footers and observed figures. Rows are queried only for what these leave open.

    `is_unique` says that the writer already checked that keys are unique.
    """
    from pyspark.sql import functions as F

    table = draft.table
    told, left_open = told_by_footers(table, _statistics(draft), draft.rows)
    unseen = [name for name in observed(table) if name not in draft.seen]
    if unseen and draft.rows:
        raise UnobservedError(f"Table {table.name}: Spark did not report {', '.join(unseen)}.\n  To mend it: run the job again.")
    found = {name: 0 for name in unseen if not name.endswith("__mean")} | dict(draft.seen) | told
    if left_open:
        rows = lake.frame(table, draft.as_files()).agg(*(F.expr(sql).alias(name) for name, sql in left_open.items())).collect()
        found |= rows[0].asDict()
    if table.key:
        found[DUPLICATES] = 0 if is_unique else _duplicates(lake, draft)
    return found


def _statistics(draft: Draft) -> dict[str, Statistics]:
    """Return statistics of the columns in the files, and of the partition columns, which the folder names give."""
    nulls = {name: sum(f.rows for f in draft.files if f.partition[name] == NULL_PARTITION) for name in draft.table.partitions}
    return merged(draft.files) | {name: Statistics(draft.rows, count) for name, count in nulls.items()}


def _duplicates(lake: Lake, draft: Draft) -> int:
    """Return the number of keys that occur in more than one row."""
    table = draft.table
    if draft.rows > ROWS_COUNTED_HERE:
        return lake.frame(table, draft.as_files()).groupBy(*table.audited_key).count().where("count > 1").count()
    by_partition: dict[tuple[str, ...], list[str]] = {}
    for file in draft.files:
        by_partition.setdefault(tuple(file.partition.values()), []).append(file.path)
    columns = [name for name in table.audited_key if name not in table.partitions]
    if not columns:
        return sum(sum(file.rows for file in draft.files if file.path in paths) > 1 for paths in by_partition.values())
    return sum(repeated_keys(lake.location(table), columns, paths) for paths in by_partition.values())


def repeated_keys(place: str, columns: list[str], paths: Iterable[str] | None = None) -> int:
    """Return the number of combinations of these columns' values that occur in more than one row of these Parquet files."""
    import pyarrow.compute as pc

    counted = parquet_rows(place, columns, paths).group_by(columns).aggregate([([], "count_all")])
    return int(pc.sum(pc.greater(counted.column("count_all"), 1)).as_py() or 0)


def parquet_rows(place: str, columns: list[str], paths: Iterable[str] | None = None) -> "pa.Table":
    """Return these columns of the Parquet files below a place, or only of the files in `paths`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    store, root = opened(place)
    chosen = [path for path, _ in files_below(place) if path.endswith(".parquet")] if paths is None else paths
    return pa.concat_tables([pq.ParquetFile(f"{root}/{path}", filesystem=store).read(columns=columns) for path in chosen])
