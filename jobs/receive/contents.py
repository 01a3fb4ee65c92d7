"""The content of a part file: its bytes, inflated when it is gzip, and its rows."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

BLOCK = 1 << 20
_GZIP = 31  # zlib's window bits for a gzip frame
# A line of these characters alone is no row. Ctrl-Z ends a file that has gone through DOS.
_BLANK = b" \r\x1a"


class PaddingError(Exception):
    """Zeros follow the end of the gzip, as tapes and block devices add them: Spark's reader ends with an error there."""


def blocks(file: Path) -> Iterator[bytes]:
    """The file's bytes as they lie on the disk."""
    with file.open("rb") as raw:
        while block := raw.read(BLOCK):
            yield block


def inflated(file: Path) -> Iterator[bytes]:
    """The content of a gzip, of one or several members. EOFError when it is cut off, PaddingError when zeros follow it."""
    member, is_inside, is_first = zlib.decompressobj(_GZIP), False, True
    for rest in blocks(file):
        while rest:
            if not is_inside and not is_first and rest.startswith(b"\0"):
                raise PaddingError("zeros follow the end of the gzip; have it written again without padding")
            is_inside = True
            # Bounded, as a megabyte of one repeated line inflates to a gigabyte.
            yield member.decompress(rest, BLOCK)
            rest = member.unconsumed_tail
            if member.eof:
                rest, member, is_inside, is_first = member.unused_data, zlib.decompressobj(_GZIP), False, False
    if is_inside:
        raise EOFError


@dataclass(frozen=True)
class Counted:
    """A part's lines: rows are those that are not blank, a header among them; and its first block."""

    rows: int
    lines: int
    line_feeds: int
    head: bytes

    @classmethod
    def of(cls, content: Iterable[bytes]) -> "Counted":
        """Count the lines of the content, block by block."""
        line_feeds = blank = 0
        head = rest = b""
        for block in content:
            head = head or block
            whole, line_feed, begun = (rest + block).rpartition(b"\n")
            line_feeds += block.count(b"\n")
            blank += _blank_lines(whole) if line_feed else 0
            # For a line that continues in the next block only this matters: whether it is blank so far.
            rest = b"x" if begun.strip(_BLANK) else begun
        lines = line_feeds + bool(rest)
        blank += bool(rest) and not rest.strip(_BLANK)
        return cls(lines - blank, lines, line_feeds, head)


def _blank_lines(lines: bytes) -> int:
    """The number of blank lines. The last line feed has been removed."""
    # Few files have any, and searching for neighbouring line feeds is much faster than splitting.
    begins = (b"\n", *(b"%c" % blank for blank in _BLANK))
    if lines and not lines.startswith(begins) and not any(b"\n" + begin in lines for begin in begins) and not lines.endswith(b"\n"):
        return 0
    return sum(not line.strip(_BLANK) for line in lines.split(b"\n"))
