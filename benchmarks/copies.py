"""Makes a province of a million from a loaded one of 100,000: each subscriber stands in the tables several times, under other tokens.

A load of a million subscribers would take hours. The cost of a stage depends only on the tables that it reads.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from expectations.contract import Table
from jobs.register import night_jobs
from jobs.runtime.delta import File, Written, footer
from jobs.runtime.lake import Lake
from jobs.runtime.settings import settings

MOST_COPIES = 16
_HEX = "0123456789abcdef"
_TOKEN = "^[0-9a-f]{32}$"
# Ids that are no tokens. Each copy has its own, so that no key joins rows of two copies.
_IDS = ("order_id", "event_id", "case_id", "contact_id", "group_id")
# A partition that no table has: the commit adds files and replaces none.
_NO_DAY = "1900-01-01"


def copy_subscribers(home: Path, stage: str, copies: int) -> None:
    """Write every row about a subscriber `copies` times, in the tables that the stage reads and does not make.

    ValueError for more than 16 copies: a copy turns the first letter of each token.
    """
    if not 1 <= copies <= MOST_COPIES:
        raise ValueError(f"{copies} copies; a token has room for 1 to {MOST_COPIES}")
    lake = Lake(settings({"CHUDIAN_HOME": f"{home}"}))
    for table in _tables(stage):
        files = lake.at(table)
        written = [_copied(lake.location(table), file, table, number) for file in files.present() for number in range(1, copies)]
        if written:
            files.commit(written, [(table.partitions[0], "<=", _NO_DAY)], {})


def _tables(stage: str) -> list[Table]:
    jobs = [job for job in night_jobs() if job.stage == stage]
    made = {table.name for job in jobs for table in job.writes}
    read = {table.name: table for job in jobs for read in job.reads.values() for table in read.tables}
    of_subscribers = [table for table in read.values() if any(column.name == "subscriber_id" for column in table.columns)]
    return [table for table in of_subscribers if table.name not in made]


def _copied(place: str, file: File, table: Table, number: int) -> Written:
    source = Path(place, file.path)
    path = source.with_name(f"copy{number}-{source.name}")
    with pq.ParquetFile(source) as rows, pq.ParquetWriter(path, rows.schema_arrow, compression="snappy") as out:
        for batch in rows.iter_batches(1 << 20):
            cells = [_turned(name, column, number) for name, column in zip(batch.schema.names, batch.columns, strict=True)]
            out.write_batch(pa.record_batch(cells, schema=batch.schema))
    return footer(place, f"{path.relative_to(place)}", path.stat().st_size, table)


def _turned(name: str, column: pa.Array, number: int) -> pa.Array:
    if name == "load_id" or not pa.types.is_string(column.type):
        return column
    if name in _IDS:
        return pc.binary_join_element_wise(column, _HEX[number], "-")
    is_token = pc.match_substring_regex(column, _TOKEN)
    if not pc.any(is_token).as_py():
        return column
    first = pc.index_in(pc.utf8_slice_codeunits(column, 0, 1), pa.array(list(_HEX)))
    other = pa.array([*_HEX[number:], *_HEX[:number]]).take(first)
    turned = pc.binary_join_element_wise(other, pc.utf8_slice_codeunits(column, 1), "")
    return pc.if_else(is_token, turned, column)
