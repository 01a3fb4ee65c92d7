"""A sample of an operator's file: how it is packed, encoded and split, found from its bytes."""

import codecs
import csv
import gzip
import io
import re
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from expectations.errors import FeedError, teach
from jobs.receive.contents import BLANK, is_gzip

# Enough to know a layout by.
MOST_BYTES = 4 << 20
MOST_ROWS = 5_000
DELIMITERS = ("\x01", "|", "\t", ";", ",", "\x1b", "^", "~", " ")
QUOTES = ('"', "'")
# What columns are called: a word of letters, or a Chinese word with one of these endings.
_NAME = re.compile(
    "[A-Za-z][A-Za-z0-9_ .-]*|.*(?:号|码|名|称|时间|日期|月份|类别|标志|状态|地址|地市|金额|费|量|数|方式|渠道|品牌|原因|备注|级别|内容|ID)"
)
# This share of the lines must be text in an encoding; receive quarantines the others.
MOST_LINES = 0.98
# Begins of files that are often sent in place of a text.
_OTHERS = {b"PK": "a zip archive or a workbook", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"\xfd7zXZ": "xz", b"BZh": "bzip2"}
# A cell may be as long as the sample.
csv.field_size_limit(MOST_BYTES)


@dataclass(frozen=True)
class Sample:
    """The first rows of a file, and how they were read. `names` are the cells of the header, None if the file has none.

    `is_sure` says that figures show whether there is a header. Of a file of texts only it is guessed.
    """

    file: Path
    is_gzip: bool
    encoding: str
    delimiter: str
    quote: str | None
    names: tuple[str, ...] | None
    rows: tuple[tuple[str, ...], ...]
    uneven: int
    is_whole: bool
    is_sure: bool = True

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.names) if self.names else max((len(row) for row in self.rows), default=0)

    def column(self, place: int) -> list[str]:
        """Return the cells of a column, without spaces around them."""
        return [row[place].strip() for row in self.rows]


def sample_of(file: Path, header: bool | None = None) -> Sample:
    """Read the beginning of a file. FeedError when it cannot be read, is empty or is no text.

    `header` says whether the first line has names; None lets its looks decide.
    """
    raw, is_packed, is_whole = _beginning(file)
    encoding = _encoding(raw)
    if encoding is None:
        looks = next((f"; it looks like {says}" for begin, says in _OTHERS.items() if raw.startswith(begin)), "")
        raise FeedError(teach(f"{file}", [f"its bytes are neither utf-8 nor gb18030{looks}"], "send a text file, plain or gzip."))
    text = raw.decode(encoding, errors="ignore").removeprefix("\ufeff").replace("\r\n", "\n")
    lines = [line for line in (text if is_whole else text.rpartition("\n")[0] or text).split("\n") if line.strip(BLANK.decode())][
        : MOST_ROWS + 1
    ]
    if not lines:
        raise FeedError(teach(f"{file}", ["it has no rows"], "send a file with some rows."))
    delimiter, quote = _split_by(lines)
    rows = _cells(lines, delimiter, quote)
    # Most rows have the true number of columns.
    width = Counter(map(len, rows)).most_common(1)[0][0]
    even = [row for row in rows if len(row) == width]
    by_figures = _is_header(even) if even and rows[0] is even[0] else False
    has_names = bool(_has_names(even) if by_figures is None else by_figures) if header is None else header
    names = even[0] if even and has_names else None
    body = even[1:] if names else even
    return Sample(
        file, is_packed, encoding, delimiter, quote if any(quote in line for line in lines[:MOST_ROWS]) else None,
        tuple(names) if names else None, tuple(map(tuple, body)), len(rows) - len(even), is_whole and len(lines) <= MOST_ROWS,
        by_figures is not None or header is not None,
    )  # fmt: skip


def _beginning(file: Path) -> tuple[bytes, bool, bool]:
    try:
        is_packed = is_gzip(file)
        with gzip.open(file) if is_packed else file.open("rb") as content:
            raw = content.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        cause = getattr(error, "strerror", None) or f"{error}" or type(error).__name__
        raise FeedError(teach(f"{file}", [f"it cannot be read: {cause}"], "name a file that you may read, plain or gzip.")) from None
    return raw[:MOST_BYTES], is_packed, len(raw) <= MOST_BYTES


def _encoding(raw: bytes) -> str | None:
    """Return the encoding in which nearly all lines are text; None if there is none."""
    lines = raw.split(b"\n")
    # The last line may be cut within a character.
    lines = lines[:-1] if len(raw) == MOST_BYTES and len(lines) > 1 else lines
    # ASCII is the same in both, and other bytes of gb18030 are seldom utf-8.
    other = [line for line in lines if not line.isascii()]
    encoding = "utf-8" if 2 * sum(_is_text(line, "utf-8") for line in other) >= len(other) else "gb18030"
    return encoding if sum(_is_text(line, encoding) for line in lines) >= MOST_LINES * len(lines) else None


def _is_text(line: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(line)
    except UnicodeDecodeError:
        return False
    return b"\0" not in line


def _split_by(lines: list[str]) -> tuple[str, str]:
    """Return the delimiter and the quote that give most lines the same number of columns; of equals the one with more columns."""
    few = lines[:500]
    # A quote that opens no cell is a part of a text.
    best = (-1.0, 0, "|", '"')
    for delimiter in DELIMITERS:
        if not any(delimiter in line for line in few):
            continue
        for quote in QUOTES:
            width, count = Counter(map(len, _cells(few, delimiter, quote))).most_common(1)[0]
            # A space separates words too, so any other delimiter that fits as well is preferred.
            share = count / len(few) - (0.2 if delimiter == " " else 0)
            if width > 1 and (round(share, 2), width) > best[:2]:
                best = (round(share, 2), width, delimiter, quote)
    return best[2], best[3]


def _cells(lines: list[str], delimiter: str, quote: str) -> list[list[str]]:
    # The reader refuses a lone carriage return; receive counts it as a control character of its cell.
    text = "\n".join(lines).replace("\r", " ")
    return list(csv.reader(io.StringIO(text), delimiter=delimiter, quotechar=quote))


def _is_header(rows: list[list[str]]) -> bool | None:
    """Whether the first row has names, which figures below it show; None if there are none below it."""
    first, body = rows[0], rows[1:200]
    if not body or len(set(first)) < len(first) or any(_is_figure(cell) or not cell.strip() for cell in first):
        return False
    below = [[cell for cell in column if cell.strip()] for column in zip(*body, strict=True)]
    return True if any(2 * sum(map(_is_figure, column)) > len(column) for column in below) else None


def _has_names(rows: list[list[str]]) -> bool:
    """Whether the first row of a file of texts has what columns are called, and no value that is in a row below it."""
    first, body = rows[0], rows[1:200]
    return all(_NAME.fullmatch(cell.strip()) for cell in first) and not any(
        name in column for name, column in zip(first, zip(*body, strict=True), strict=True)
    )


def _is_figure(cell: str) -> bool:
    return any(letter.isdigit() for letter in cell) and not any(letter.isalpha() for letter in cell)
