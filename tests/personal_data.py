"""A scan for personal data: every personal value of a home's landing, looked for in whatever its files hold as text."""

import csv
import gzip
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from expectations.feed import Feed
from expectations.feeds import FEEDS

PUBLIC = ("lake", "logs", "reports", "mlflow", "airflow")
# Six digits of an area, of which four go on: no person's own, and any figure may happen to be the same.
AREA = "crm_customer.POSTCODE"
SHORTEST = 8
# Where a personal value may begin: Chinese, a URL's path, or what is as long as the shortest figure.
BEGINS = re.compile(rf"[\u3400-\u9fff/]|[0-9A-Z](?=[0-9A-Z-]{{{SHORTEST - 1}}})")
DIGITS = frozenset("0123456789")
ESCAPED = re.compile(r"\\u([0-9a-f]{4})")


class Secrets:
    """Personal values, found wherever in a text they stand."""

    def __init__(self, values: dict[str, set[str]]) -> None:
        self.values = values
        lengths: dict[str, set[int]] = defaultdict(set)
        for value in values:
            lengths[value[0]].add(len(value))
        self.lengths = {first: sorted(found) for first, found in lengths.items()}

    def within(self, text: str) -> set[str]:
        """The values that the text holds, in words of their own or inside others."""
        places = ((match.start(), self.lengths.get(match[0], ())) for match in BEGINS.finditer(text))
        windows = ((text[at : at + length], at) for at, lengths in places for length in lengths)
        return {window for window, at in windows if window in self.values and not by_chance(text, at, window)}


def by_chance(text: str, at: int, value: str) -> bool:
    """Whether a birthday is only part of a longer number: the clock's milliseconds reach 19590807 like any other figure."""
    around = text[max(at - 1, 0) : at] + text[at + len(value) : at + len(value) + 1]
    return len(value) == SHORTEST and value.isdecimal() and any(one in DIGITS for one in around)


def lines_of(feed: Feed, part: Path) -> Iterator[list[str]]:
    """The cells of each line of a part file but its header, as a person would read them."""
    content = part.read_bytes()
    text = (gzip.decompress(content) if feed.gzip else content).decode(feed.encoding, "replace")
    quoting = {"quotechar": feed.quote} if feed.quote else {"quoting": csv.QUOTE_NONE}
    yield from csv.reader(text.splitlines()[int(feed.header) :], delimiter=feed.delimiter, **quoting)


@lru_cache(maxsize=1)
def personal_values(home: Path) -> dict[str, set[str]]:
    """Every personal value of the landing, as it came -> the columns it came in."""
    found: dict[str, set[str]] = defaultdict(set)
    for feed in FEEDS.values():
        places = {at: f"{feed.name}.{field.name}" for at, field in enumerate(feed.fields) if field.personal}
        for part in (home / "landing").glob(f"*/{feed.name}/*.{feed.suffix}") if places else ():
            for cells in lines_of(feed, part):
                for at, kind in places.items():
                    for form in forms_of(kind, cells[at]) if at < len(cells) else ():
                        found[form].add(kind)
    return dict(found)


def forms_of(kind: str, value: str) -> list[str]:
    """How a personal value would be told: of a URL what follows the host, a birthday in either way of writing it."""
    if kind == "wap_log.URL":
        value = "/" + "".join(value.split("/", 3)[3:])
    if kind == AREA or len(value) < 2 or (value.isascii() and len(value) < SHORTEST):
        return []
    return [value, f"{value[:4]}-{value[4:6]}-{value[6:]}"] if kind == "crm_customer.BIRTH_DATE" else [value]


def texts_of(path: Path) -> Iterator[str]:
    """Whatever a file holds as text: its bytes in either encoding of the feeds, unpacked if packed, and every cell of a Parquet file."""
    content = path.read_bytes()
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    text = content.decode("utf-8", "ignore")
    yield text
    if "\\u" in text:
        yield ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    if path.suffix == ".parquet":
        # Of the file alone: as a dataset, pandas' way, its folders' names would come in as columns.
        for column in pq.ParquetFile(path).read().columns:
            cells = column if pa.types.is_nested(column.type) else column.unique()
            yield "\n".join(cell.decode("utf-8", "ignore") if isinstance(cell, bytes) else str(cell) for cell in cells.to_pylist())
    elif text.encode() != content:
        yield content.decode("gb18030", "ignore")


def files_of(home: Path, places: tuple[str, ...]) -> list[Path]:
    """Every file below these folders of a home."""
    return [path for place in places for path in (home / place).rglob("*") if path.is_file()]


def leaks(home: Path, places: tuple[str, ...] = PUBLIC) -> list[tuple[str, str]]:
    """(file, personal value) for each that stands where it must not."""
    secrets = Secrets(personal_values(home))
    return [
        (str(path.relative_to(home)), value)
        for path in files_of(home, places)
        for value in sorted({value for text in texts_of(path) for value in secrets.within(text)})
    ]
