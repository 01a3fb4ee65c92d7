"""Searches a home for identifiers, in any kind of file; the proof that somebody is forgotten."""

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from jobs.receive.contents import is_gzip


@dataclass(frozen=True)
class Found:
    """Hits by the folder of the home, and the files that could not be searched to their end."""

    hits: Counter[str]
    unreadable: tuple[Path, ...] = ()


def search(home: Path, extra: Iterable[Path], sought: Iterable[str]) -> Found:
    """Count the cells or lines that have one of the identifiers, by what is in the home; a folder without any counts 0.

    An identifier counts inside a longer text too: with a country before it, or letters. `extra` are places outside the home, such as a
    lake of its own. A damaged file is searched as far as it can be read.
    """
    found: Counter[str] = Counter()
    unreadable = []
    pattern = re.compile("|".join(re.escape(one) for one in sorted(sought)) or "(?!)")
    for root in [*sorted(home.iterdir()), *extra]:
        found[root.name] += 0
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.is_file():
                try:
                    for text in texts(path):
                        found[root.name] += len(pattern.findall(text))
                # Arrow's error for a damaged Parquet file is a ValueError.
                except (OSError, EOFError, zlib.error, ValueError):
                    unreadable.append(path)
    return Found(found, tuple(unreadable))


def texts(path: Path) -> Iterator[str]:
    """Yield what a file has as text: the cells of a Parquet file, the content of a gzip, otherwise its bytes.

    Identifiers are ASCII, which is the same in every encoding of the feeds and lists.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if path.suffix == ".parquet":
        for batch in pq.ParquetFile(path).iter_batches():
            for column in batch.columns:
                if pa.types.is_nested(column.type):
                    yield str(column.to_pylist())
                elif pa.types.is_string(column.type) or pa.types.is_binary(column.type) or pa.types.is_integer(column.type):
                    yield "\n".join(str(cell) for cell in column.unique().to_pylist())
        return
    with gzip.open(path, "rb") if is_gzip(path) else path.open("rb") as lines:
        for line in lines:
            yield line.decode("latin-1")
