"""What can happen to the files of a delivery, and what becomes of it."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random

from jobs.receive.header import _is_required
from tests.jobs.receive.fuzz.sent import EITHER, LOADED, QUARANTINED, REFUSED, UNSEEN, Change, Kind, Line, Sent

UNPACKED = "cannot be unpacked"


def setting(**values: object) -> Change:
    """These fields of the delivery get these values."""

    def apply(chance: Random, sent: Sent) -> bool:
        for name, value in values.items():
            setattr(sent, name, value)
        return True

    return apply


def packed(change: Callable[[Random, bytes], bytes]) -> Change:
    """The gzip is another one, and the check file is written of it."""

    def apply(chance: Random, sent: Sent) -> bool:
        if not sent.shipped.feed.gzip:
            return False
        sent.pack = lambda content: change(chance, content)
        return True

    return apply


def damaged(change: Callable[[Random, bytes], bytes]) -> Change:
    """The part is another one than its check file was written of."""

    def apply(chance: Random, sent: Sent) -> bool:
        sent.damage = lambda content: change(chance, content)
        return True

    return apply


def claimed(**claims: Callable[[Random], object]) -> Change:
    """The check file says something else."""

    def apply(chance: Random, sent: Sent) -> bool:
        sent.claims = {name: claim(chance) for name, claim in claims.items()}
        return True

    return apply


def a_bit_flipped(chance: Random, content: bytes) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]


def a_damaged_gzip(chance: Random, content: bytes) -> bytes:
    """A bit of the data or of its checks flipped: the head's time and system mean nothing."""
    whole = gzip.compress(content, mtime=0)
    return whole[:10] + a_bit_flipped(chance, whole[10:])


def members(chance: Random, content: bytes) -> bytes:
    """Several members, cut anywhere, also inside a line."""
    cuts = sorted(chance.randrange(len(content) + 1) for _ in range(chance.randrange(1, 4)))
    return b"".join(gzip.compress(content[a:b], mtime=0) for a, b in zip([0, *cuts], [*cuts, len(content)], strict=True))


def cut(chance: Random, content: bytes) -> bytes:
    return content[: chance.randrange(len(content))]


def cut_gzip(chance: Random, content: bytes) -> bytes:
    whole = gzip.compress(content, mtime=0)
    return whole[: chance.randrange(1, len(whole))]


def a_file_name(rename: Callable[[str], str], which: str) -> Change:
    return setting(**{which: rename})


def empty(chance: Random, sent: Sent) -> bool:
    if sent.shipped.feed.may_be_empty:
        return False
    sent.lines = []
    return True


def of_another_date(chance: Random, sent: Sent) -> bool:
    if not any(one.is_event_date for one in sent.shipped.feed.fields):
        return False
    sent.data_date = date(2025, 11, 1)
    sent.lines = [replace(line, like=None) for line in sent.lines]
    return True


def header(change: Callable[[Random, Sent], bool]) -> Change:
    def apply(chance: Random, sent: Sent) -> bool:
        return sent.shipped.feed.header and change(chance, sent)

    return apply


def no_header(chance: Random, sent: Sent) -> bool:
    sent.header = []
    return True


def a_name_twice(chance: Random, sent: Sent) -> bool:
    sent.header = [*sent.header, chance.choice(sent.header)]
    return True


def _needed(sent: Sent, is_needed: bool) -> list[int]:
    feed = sent.shipped.feed
    return [at for at, one in enumerate(feed.fields) if _is_required(feed, one) == is_needed]


def a_needed_column_renamed(chance: Random, sent: Sent) -> bool:
    sent.header[chance.choice(_needed(sent, True))] = "OTHER"
    return True


def _with_cells(sent: Sent, change: Callable[[list[str]], list[str]]) -> bool:
    sent.header = change(sent.header)
    sent.lines = [replace(line, text=sent.shipped.line(change(sent.shipped.cells(line.text)))) for line in sent.lines]
    return True


def a_column_left_out(chance: Random, sent: Sent) -> bool:
    if not (places := _needed(sent, False)):
        return False
    at = places[0]
    sent.lines = [replace(line, like=None) for line in sent.lines]
    return _with_cells(sent, lambda cells: cells[:at] + cells[at + 1 :])


def a_new_column(chance: Random, sent: Sent) -> bool:
    at = chance.choice((0, len(sent.header)))
    return _with_cells(sent, lambda cells: [*cells[:at], "NEW", *cells[at:]])


def columns_in_another_order(chance: Random, sent: Sent) -> bool:
    return _with_cells(sent, lambda cells: cells[::-1])


def the_header_again(chance: Random, sent: Sent) -> bool:
    text = sent.shipped.feed.delimiter.join(sent.header)
    sent.lines.insert(chance.randrange(1, len(sent.lines) + 1), Line(text, no_row=True))
    return True


def as_utf_16(chance: Random, sent: Sent) -> bool:
    """Every row has NUL in every cell; a check file that counts line feeds is right."""
    if sent.shipped.feed.header:
        return False
    sent.encoding = "utf-16-be"
    sent.lines = [replace(line, like=None) for line in sent.lines]
    return sent.shipped.feed.delimiter.isprintable() and all("\n" not in line.text for line in sent.lines)


WRONG = {
    "rows": claimed(rows=lambda chance: chance.randrange(1000, 2000)),
    "bytes": claimed(size=lambda chance: chance.randrange(10**7, 10**8)),
    "md5": claimed(md5=lambda chance: f"{chance.getrandbits(128):032x}"),
    "date": claimed(date=lambda chance: f"2025{chance.randrange(10, 13)}0{chance.randrange(1, 10)}"),
}
JUNK = ("", "\n\n", "ok\n", "a|b|c\n", "\0\0\0", "13800000000|张三\n" * 40, "{}", "part.txt.gz|x|y|z|20260304\n")

# What happens to the files -> what becomes of the delivery, and the fault that names it.
FILES: dict[str, Kind] = {
    "several gzip members": Kind(LOADED, "", packed(members)),
    "zeros after the gzip": Kind(
        REFUSED, "zeros follow the end of the gzip", packed(lambda chance, c: gzip.compress(c) + bytes(chance.randrange(1, 600)))
    ),
    "other bytes after the gzip": Kind(REFUSED, UNPACKED, packed(lambda chance, c: gzip.compress(c) + b"more")),
    "a damaged gzip, counted as it is": Kind(REFUSED, UNPACKED, packed(a_damaged_gzip)),
    "a cut gzip, counted as it is": Kind(REFUSED, UNPACKED, packed(cut_gzip)),
    "no gzip under a gzip's name": Kind(REFUSED, UNPACKED, packed(lambda chance, c: c)),
    "a bit flipped after it was counted": Kind(REFUSED, "md5 [0-9a-f]{32} by the check file", damaged(a_bit_flipped)),
    "cut after it was counted": Kind(REFUSED, "bytes by the check file, got", damaged(cut)),
    "wrong rows in the check file": Kind(REFUSED, "rows by the check file, got", WRONG["rows"]),
    "wrong bytes in the check file": Kind(REFUSED, "bytes by the check file, got", WRONG["bytes"]),
    "wrong md5 in the check file": Kind(REFUSED, "md5 [0-9a-f]{32} by the check file", WRONG["md5"]),
    "wrong date in the check file": Kind(REFUSED, "the name says", WRONG["date"]),
    "a check file that is none": Kind(
        REFUSED,
        "(expected like|lists no file)",
        lambda chance, sent: setting(check=lambda line, junk=chance.choice(JUNK): junk)(chance, sent),
    ),
    "a part listed twice": Kind(REFUSED, "is in the check file twice", setting(check=lambda line: f"{line}\n{line}\n")),
    "a part that is not there": Kind(
        REFUSED, "is in the check file but not in the folder", setting(check=lambda line: f"{line}\n{line.replace('_001.', '_002.')}\n")
    ),
    "a part renamed to another number": Kind(
        REFUSED, "is in the folder but not in the check file", setting(part_name=lambda name: name.replace("_001.", "_002."))
    ),
    "a part under a name of no feed": Kind(
        REFUSED, "is in the check file but not in the folder", setting(part_name=lambda name: f"new_{name}")
    ),
    "a check file under a name of no feed": Kind(UNSEEN, "", setting(check_name=lambda name: f"{name}.tmp")),
    "a date after its night": Kind(REFUSED, "expected 2000-01-01 to", setting(data_date=date(2099, 1, 1))),
    "a date of another century": Kind(REFUSED, "expected 2000-01-01 to", setting(data_date=date(1926, 3, 4))),
    "no rows": Kind(REFUSED, "the delivery is empty|the header", empty),
    "another date in the name than in the rows": Kind(QUARANTINED, "expected the data date of the delivery", of_another_date),
    "UTF-16": Kind(QUARANTINED, "", as_utf_16),
    "no header": Kind(REFUSED, "the header lacks", header(no_header)),
    "a needed column renamed": Kind(REFUSED, "the header lacks", header(a_needed_column_renamed)),
    "a column twice in the header": Kind(REFUSED, "the header has .* twice", header(a_name_twice)),
    "a column left out": Kind(EITHER, "", header(a_column_left_out)),
    "a new column": Kind(LOADED, "", header(a_new_column)),
    "columns in another order": Kind(LOADED, "", header(columns_in_another_order)),
    "the header again": Kind(LOADED, "", header(the_header_again)),
}
