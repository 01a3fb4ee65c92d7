"""List files, written by Spark's tasks: rows go to the disk as they arrive, so no task has a whole list in memory."""

import codecs
import csv
import hashlib
import io
import os
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.channel import ListForm

if TYPE_CHECKING:
    import pyarrow as pa

# Columns that identify a list file, outermost first; `city` is null in a file for the whole province.
OF_FILE = ("channel", "scenario", "step", "file_city")
# What a task returns for each file it wrote. `path` is its temporary place; `faults` are sentences about rows that must not go out.
WRITTEN = (
    "channel STRING, scenario STRING, step STRING, file_city STRING, path STRING, rows BIGINT, seeds BIGINT, bytes BIGINT, "
    "sha256 STRING, faults ARRAY<STRING>"
)
# Compressed in pieces of one size, so that the bytes do not depend on the batches in which rows arrived.
BLOCK = 1 << 20
# zlib's window bits for a gzip frame; its header then has no time and no name, so equal rows give equal bytes.
_GZIP = 31
# A spreadsheet takes a cell that begins with one of these for a formula, or looks past the blank for one; Chinese ones also the wide signs.
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")
_AMOUNT = re.compile(r"[+-]?[0-9]+([.][0-9]+)?")
DOUBLED = "repeat a rank of the file"


class ListFile:
    """A list file while it is written. `rows`, `size` and `sha256` are complete after `close`."""

    def __init__(self, path: Path, form: ListForm) -> None:
        """Create the file. A character that the channel's encoding lacks becomes `?`, so that the row is not lost."""
        self.path, self.form = path, form
        self.rows = self.size = 0
        self._text = io.StringIO(newline="")
        self._csv = csv.writer(self._text, delimiter=form.delimiter, lineterminator="\n")
        self._encoder = codecs.getincrementalencoder(form.encoding)(errors="replace")
        self._packer = zlib.compressobj(6, zlib.DEFLATED, _GZIP) if form.compression else None
        self._pending = bytearray()
        self._hash = hashlib.sha256()
        # Open to the group, never to others, whatever the umask of a worker is.
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o660), "wb")
        if form.header:
            self._csv.writerow(form.first_line)

    def add(self, row: Mapping[str, Any]) -> None:
        """Write a row, which has the form's columns by name; null is an empty field."""
        self._csv.writerow([_harmless(row[name]) for name in self.form.columns])
        self.rows += 1
        if self._text.tell() >= BLOCK:
            self._drain()

    def close(self) -> None:
        """Write what is pending and sync the file."""
        self._drain()
        self._pending += self._encoder.encode("", final=True)
        self._emit(bytes(self._pending))
        if self._packer:
            self._put(self._packer.flush())
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    @property
    def sha256(self) -> str:
        """Hash of the bytes written."""
        return self._hash.hexdigest()

    def _drain(self) -> None:
        self._pending += self._encoder.encode(self._text.getvalue())
        self._text.seek(0)
        self._text.truncate()
        while len(self._pending) >= BLOCK:
            self._emit(bytes(self._pending[:BLOCK]))
            del self._pending[:BLOCK]

    def _emit(self, content: bytes) -> None:
        self._put(self._packer.compress(content) if self._packer else content)

    def _put(self, content: bytes) -> None:
        self._file.write(content)
        self._hash.update(content)
        self.size += len(content)


def _harmless(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula: such a text gets an apostrophe before it. Null is an empty text.

    A carriage return becomes a line feed, because csv does not quote it alone, and a reader would end the row there.
    """
    if not isinstance(value, str):
        return "" if value is None else value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(_BEGINS_FORMULA) and not _AMOUNT.fullmatch(text) else text


def writer(
    folder: Path, forms: Mapping[str, ListForm], seeds: Sequence[str] = ()
) -> "Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]":
    """Return the function of a task: it writes its rows, sorted by OF_FILE, into files in `folder`, and returns WRITTEN rows.

    `forms` are by channel. A row has the columns of its channel's form, those of OF_FILE, `rank` and `fault`: null, or why the row must not
    go out. `seeds` are numbers that get the last message of each file with active contacts, behind its rows.
    """

    def write(batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
        import pyarrow as pa
        from pyspark import TaskContext

        task = TaskContext.get()
        # If a task runs again, each attempt has its own files.
        attempt = task.taskAttemptId() if task else 0
        rows = (row for batch in batches for row in batch.to_pylist())
        for place, (of_file, of_its_rows) in enumerate(groupby(rows, key=lambda row: tuple(row[name] for name in OF_FILE))):
            told = [*of_file, *_written(folder / f"{attempt}-{place}", forms[of_file[0]], of_its_rows, seeds)]
            yield pa.RecordBatch.from_arrays([pa.array([value], kind) for value, kind in zip(told, _types(), strict=True)], names=NAMES)

    return write


def _written(path: Path, form: ListForm, rows: Iterator[dict[str, Any]], seeds: Sequence[str]) -> list[Any]:
    """Write a file; what WRITTEN says of it behind OF_FILE. A full disk is a fault of this file: the next one may be smaller."""
    try:
        file = ListFile(path, form)
        faults, seeded = _fill(file, rows, seeds)
    except OSError as error:
        return [f"{path}", 0, 0, 0, "", [f"the file cannot be written: {error.strerror}"]]
    return [f"{path}", file.rows, seeded, file.size, file.sha256, faults]


def _fill(file: ListFile, rows: Iterator[dict[str, Any]], seeds: Sequence[str]) -> tuple[list[str], int]:
    """Write the rows and the seeds, close the file, and return what is wrong with rows, and the number of seeds."""
    faults: Counter[str] = Counter()
    last, most = None, 0
    active: dict[str, Any] | None = None
    for row in rows:
        file.add(row)
        if row["fault"] is not None:
            faults[row["fault"]] += 1
        faults[DOUBLED] += row["rank"] == last
        last = row["rank"]
        if row.get("mode") == "active" and "number" in file.form.columns:
            active, most = row, max(most, last)
    placed = seeds if active else ()
    for place, number in enumerate(placed, start=1):
        # No contact is a seed's, so that no answer counts.
        file.add({**(active or {}), "number": number, "rank": most + place, "contact_id": None})
    file.close()
    return [f"{count} row(s) {fault}" for fault, count in sorted(faults.items()) if count], len(placed)


NAMES = [column.split()[0] for column in WRITTEN.split(", ")]


def _types() -> "list[pa.DataType]":
    import pyarrow as pa

    return [*[pa.string()] * 5, *[pa.int64()] * 3, pa.string(), pa.list_(pa.string())]
