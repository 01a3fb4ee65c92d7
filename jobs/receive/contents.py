"""The content of a part file: its bytes, unpacked if it is gzip, and its rows."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

BLOCK = 1 << 20
_GZIP = 31  # zlib's window bits for a gzip frame
_MAGIC = b"\x1f\x8b"
# What may end a line besides its line feed. Ctrl-Z ends a file that was on a DOS system.
ENDS = b"\r\x1a"
# A line with only these characters is not a row.
BLANK = b" " + ENDS
_LINE_FEED = ord("\n")
# By what a blank line may begin with, or its line feed.
_MAY_BE_BLANK = np.isin(np.arange(256), [_LINE_FEED, *BLANK])


def is_gzip(file: Path) -> bool:
    """Whether the file begins as a gzip does, whatever its name."""
    with file.open("rb") as raw:
        return raw.read(len(_MAGIC)) == _MAGIC


class PaddingError(Exception):
    """Zeros follow the end of the gzip. Tapes and block devices add them, and Spark's reader fails on them."""


def blocks(file: Path) -> Iterator[bytes]:
    """Yield the file's bytes as stored."""
    with file.open("rb") as raw:
        while block := raw.read(BLOCK):
            yield block


def inflated(file: Path) -> Iterator[bytes]:
    """Yield the content of a gzip with one or several members. EOFError when it is cut off, PaddingError when zeros follow it."""
    member, is_inside, is_first = zlib.decompressobj(_GZIP), False, True
    for rest in blocks(file):
        while rest:
            if not is_inside and not is_first and rest.startswith(b"\0"):
                raise PaddingError("zeros follow the end of the gzip; have it written again without padding")
            is_inside = True
            # Limited, because a megabyte of one repeated line unpacks to a gigabyte.
            yield member.decompress(rest, BLOCK)
            rest = member.unconsumed_tail
            if member.eof:
                rest, member, is_inside, is_first = member.unused_data, zlib.decompressobj(_GZIP), False, False
    if is_inside:
        raise EOFError


@dataclass(frozen=True)
class LineCounts:
    """The counts of a part: rows are its lines that are not blank, including a header; and how it begins, with its whole first line.

    `quoted` are line feeds inside quotes, as far as quotes are closed. `headers` are lines like the first one, if that is a header: files
    that were joined have several.
    """

    rows: int
    lines: int
    line_feeds: int
    head: bytes
    quoted: int = 0
    headers: int = 0

    @property
    def counts(self) -> tuple[int, ...]:
        """What an operator may count: rows, all lines, line feeds (`wc -l`), or records, which may have line feeds inside quotes."""
        return self.rows, self.lines, self.line_feeds, self.rows - self.quoted

    @classmethod
    def of(cls, content: Iterable[bytes], quote: bytes = b"", mark: bytes | None = None) -> "LineCounts":
        """Count the lines of the content, block by block. `mark` is the byte order mark of a file with a header."""
        headers = None if mark is None else _Headers(mark)
        line_feeds = blank = quoted = inside = 0
        head = rest = b""
        for block in content:
            # The first member of a gzip may end inside the first line.
            if b"\n" not in head and len(head) < BLOCK:
                head += block
            if headers:
                headers.look_at(block)
            if quote:
                between = block.split(quote)
                quoted += sum(text.count(b"\n") for text in between[1 - inside :: 2])
                inside = (inside + len(between) - 1) % 2
            whole, line_feed, begun = (rest + block).rpartition(b"\n")
            line_feeds += block.count(b"\n")
            blank += _blank_lines(whole) if line_feed else 0
            # Of a line that continues in the next block only this is needed: whether it is blank so far.
            rest = b"x" if begun.strip(BLANK) else begun
        lines = line_feeds + bool(rest)
        blank += bool(rest) and not rest.strip(BLANK)
        return cls(lines - blank, lines, line_feeds, head, quoted, headers.found() if headers else 0)


class _Headers:
    """Counts the lines that are equal to the first one."""

    def __init__(self, mark: bytes) -> None:
        self._mark, self._first, self._rest, self._count = mark, b"", b"", 0
        self._is_first_known = False

    def look_at(self, block: bytes) -> None:
        """Count in the next block."""
        *lines, self._rest = (self._rest + block).split(b"\n")
        if lines and not self._is_first_known:
            self._first, self._is_first_known = self._text(lines[0]), True
        if self._first:
            self._count += sum(self._first in line and self._text(line) == self._first for line in lines)

    def found(self) -> int:
        """Return the count, with a last line that has no line feed."""
        last = self._text(self._rest)
        return self._count + (bool(last) and (last == self._first or not self._is_first_known))

    def _text(self, line: bytes) -> bytes:
        text = line.rstrip(ENDS)
        while text.startswith(self._mark):
            text = text.removeprefix(self._mark)
        return text


def _blank_lines(lines: bytes) -> int:
    """Return the number of blank lines. The last line feed has been removed."""
    # Few files have blank lines, and looking at the first sign of each line is much faster than splitting.
    signs = np.frombuffer(b"\n" + lines + b"\n", np.uint8)
    first = signs[np.flatnonzero(signs[:-1] == _LINE_FEED) + 1]
    if not _MAY_BE_BLANK[first].any():
        return 0
    return sum(not line.strip(BLANK) for line in lines.split(b"\n"))
