"""Plain lines: read by Arrow, many at a time, for a tenth of what Spark takes.

A line is plain if all systems read it alike and nothing is wrong with it. Of every other line Spark says what it is (parse.py): it may be
written in another way, or broken.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from expectations.checks import IS_TOKEN
from expectations.computed import Computed, lacking, total
from expectations.feed import ZONE, Feed, Field
from expectations.forms import DATE, INTEGER, SMALL, TIMESTAMP
from jobs.receive.contents import BLANK, ENDS
from jobs.receive.header import BYTE_ORDER_MARK
from jobs.receive.plain_cells import Reader, as_null, day_of, has_outer_spaces, is_blank, reader_of
from jobs.receive.to_vault import kinds_of_people
from jobs.receive.web import mined_columns
from jobs.runtime.forgotten import Forgotten
from jobs.runtime.ready import file_schema
from jobs.runtime.vault import secret_of, token_array

if TYPE_CHECKING:
    import pyarrow as pa

# Bytes of text that are read at once.
BATCH = 8 << 20
_LEAST_FIELDS = 2
# Sums of so many numbers of 18 digits fit.
_MOST_SUMMED = 9
# What Spark's parser would report or remove (cells.py): control characters, separators, a byte order mark, signs of illegal bytes.
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
# The three bytes of these as numbers. U+0080 to U+009F are C2 80 to C2 9F.
_ODD = np.array([int.from_bytes(sign.encode(), "big") for sign in "\u2028\u2029\ufeff\ufffd\ufdd0\ufdd1\ufdd2"], np.uint32)


@dataclass(frozen=True)
class Told:
    """What all rows of a part file share. `columns` and `header` are those of its header, if it has one."""

    load_id: str
    data_date: date
    columns: tuple[str, ...] = ()
    header: str | None = None


@dataclass(frozen=True)
class Lines:
    """Lines of a part that were read: `rows` of the plain ones, and each other line with its number in the part, from 1."""

    rows: "pa.Table"
    others: list[tuple[int, bytes]]


def only_spark_reads(feed: Feed) -> str | None:
    """Return why no line of the feed is plain; None if some are."""
    faults = {
        "its cells are quoted": feed.quote is not None,
        "a delivery has several days": feed.days > 1,
        "its texts go to the vault": bool(feed.vault or feed.introduces),
        "it is compared with another table": bool(feed.covers),
        "it has times of another zone": feed.zone != ZONE,
        "spaces divide its cells": feed.delimiter == " " or len(feed.fields) < _LEAST_FIELDS,
    }
    faults |= {f"{one.name} has a form or sentinels of its own": not _is_read(feed, one) for one in feed.fields}
    faults |= {f"{one.to} is computed by SQL": not _is_total(feed, one) for one in feed.computed}
    return next((fault for fault, is_so in faults.items() if is_so), None)


def _is_read(feed: Feed, field: Field) -> bool:
    if field.is_event_date and field.form not in (DATE, TIMESTAMP):
        return False
    return not field.sentinels and all(reader_of(form) for _, form in field.fills)


def _is_total(feed: Feed, computed: Computed) -> bool:
    if computed == lacking(computed.to):
        return True
    summed = [feed.by_name[name] for name in computed.fields]
    are_numbers = all(field.form in (INTEGER, SMALL) and not field.sentinels for field in summed)
    return bool(summed) and are_numbers and len(summed) <= _MOST_SUMMED and computed == total(computed.to, *computed.fields)


@dataclass(frozen=True)
class Plain:
    """Reads plain lines of a feed. `key_file` is that of the tokens. A line of somebody `forgotten` is left to Spark."""

    feed: Feed
    key_file: str
    forgotten: Forgotten | None = None

    def read(self, content: Iterable[bytes], told: Told) -> Iterator[Lines]:
        """Yield the lines of a part, so many at a time that memory does not depend on its size."""
        import pyarrow as pa

        before = 0
        for text in _batches(content):
            places: np.ndarray | None = None
            others: list[tuple[int, bytes]] = []
            plain, cells = text, self._split(text, told) if self._is_fine(text, told) else None
            if cells is None:
                plain, places, others = self._sorted(text, told)
                cells = self._split(plain, told)
            if cells is None:
                # Never seen: Arrow's reader divides these lines in another way.
                yield Lines(self.schema.empty_table(), [(before + at, line) for at, line in enumerate(text.split(b"\n"), start=1)])
            else:
                rows, is_sure = self._rows(cells, told, plain)
                if not is_sure.all():
                    lines, unsure = plain.split(b"\n"), np.flatnonzero(~is_sure)
                    numbers = unsure if places is None else places[unsure]
                    others = sorted([*others, *((int(number), lines[at]) for number, at in zip(numbers, unsure, strict=True))])
                    rows = rows.filter(pa.array(is_sure))
                yield Lines(rows, [(before + at + 1, line) for at, line in others])
            before += text.count(b"\n") + 1

    @property
    def schema(self) -> "pa.Schema":
        """The columns of the table's files: without its partitions, which are names of folders."""
        return file_schema(self.feed.table)

    def _sorted(self, text: bytes, told: Told) -> tuple[bytes, np.ndarray, list[tuple[int, bytes]]]:
        """Return lines that may be plain, as one text, with their places, and the other rows with theirs."""
        header = None if told.header is None else told.header.encode(self.feed.encoding)
        sign = self.feed.delimiter.encode()
        cells = len(told.columns or self.feed.fields) - 1
        plain, places, others = [], [], []
        for at, line in enumerate(text.split(b"\n")):
            if line.endswith(b"\r"):
                line = line[:-1]
            if line.count(sign) == cells and self._has_plain_text(line) and (header is None or header not in line):
                plain.append(line)
                places.append(at)
            elif line.strip(BLANK) and (header is None or _bare(line) != header):
                others.append((at, line))
        return b"\n".join(plain), np.array(places, np.int64), others

    def _is_fine(self, text: bytes, told: Told) -> bool:
        """Whether the text has only characters of plain lines, no header and no blank line. Nearly always it has."""
        feed = self.feed
        signs = np.frombuffer(text, np.uint8)
        control = sum(np.count_nonzero(signs == sign) for sign in {ord("\n"), ord(feed.delimiter)} if sign < ord(" "))
        if np.count_nonzero(signs < ord(" ")) != control or b"\x7f" in text:
            return False
        if b"\n\n" in text or text.startswith(b"\n") or not text or text.endswith(b"\n"):
            return False
        if told.header is not None and told.header.encode(feed.encoding) in text:
            return False
        if feed.escape and feed.escape.encode() in text:
            return False
        return text.isascii() or (feed.encoding == "utf-8" and _is_plain_utf8(text))

    def _has_plain_text(self, line: bytes) -> bool:
        feed = self.feed
        bare = line.replace(feed.delimiter.encode(), b"")
        if _CONTROL.search(bare) or (feed.escape and feed.escape.encode() in line):
            return False
        return line.isascii() or (feed.encoding == "utf-8" and _is_plain_utf8(line))

    def _split(self, text: bytes, told: Told) -> "dict[str, pa.Array] | None":
        """Return the cells of each field; None if the lines have different numbers of cells."""
        import pyarrow as pa
        from pyarrow import csv

        names = [f"{at}" for at, _ in enumerate(told.columns or self.feed.fields)]
        if not text:
            read = pa.table({name: pa.array([], pa.string()) for name in names})
        else:
            kinds = {name: pa.string() for name in names}
            try:
                read = csv.read_csv(
                    pa.BufferReader(text),
                    csv.ReadOptions(column_names=names, use_threads=False, block_size=len(text) + 1),
                    csv.ParseOptions(delimiter=self.feed.delimiter, quote_char=False, ignore_empty_lines=False),
                    csv.ConvertOptions(column_types=kinds, strings_can_be_null=False, check_utf8=False),
                )
            except pa.ArrowInvalid:
                return None
            if len(read) != text.count(b"\n") + 1:
                return None
        each = [column.combine_chunks() for column in read.columns]
        by_name = dict(zip(told.columns or [field.name for field in self.feed.fields], each, strict=True))
        nothing = pa.repeat(pa.scalar(""), len(read))
        return {field.name: by_name.get(field.name, nothing) for field in self.feed.fields}

    def _rows(self, raw: "Mapping[str, pa.Array]", told: Told, text: bytes) -> "tuple[pa.Table, np.ndarray]":
        """Return a row for each line, and which of them are certain and right."""
        import pyarrow as pa
        import pyarrow.compute as pc

        feed, table = self.feed, self.feed.table
        count = len(next(iter(raw.values())))
        may_have_spaces = b" " in text
        values: dict[str, pa.Array] = {}
        inputs: dict[str, pa.Array] = {}
        is_sure = np.ones(count, bool)
        used = {name for computed in feed.computed for name in computed.fields}
        for field in feed.fields:
            has_spaces = may_have_spaces and has_outer_spaces(raw[field.name])
            cells = self._cells(field, raw[field.name], has_spaces)
            forms = list(field.fills)
            if (field.is_event_date or field.name in used) and field.form not in dict(forms).values():
                forms.append(("", field.form))
            for to, form in forms:
                reader: Reader = reader_of(form)  # type: ignore[assignment]
                if form.identity and (has_spaces or field.nulls or feed.nulls):
                    # Spark reads the text as it came, and its value only if the cell is not blank.
                    is_sure &= np.asarray(pc.equal(cells, raw[field.name]))
                read, fits = reader(cells)
                is_sure &= fits
                if to:
                    values[to] = read
                if field.name in used and form == field.form:
                    inputs[field.name] = read
                if field.is_event_date and form == field.form:
                    is_sure &= day_of(form, read) == np.datetime64(told.data_date, "D")
                if form.identity and self.forgotten:
                    is_sure &= ~self._are_forgotten(form.identity, read, told)
        for computed in feed.computed:
            if not computed.fields:
                values[computed.to] = pa.nulls(count, self.schema.field(computed.to).type)
                continue
            values[computed.to] = reduce(pc.add, (inputs[name].cast(pa.int64()) for name in computed.fields))
        # Every line that stays is of the delivery's day.
        of_row = {str(table.event_date): pa.repeat(pa.scalar(told.data_date, pa.date32()), count), **values}
        of_people = {to: str(form.identity) for field in feed.fields for to, form in field.fills if form.identity}
        for to, read in values.items():
            for check in table.column(to).checks:
                # Identifiers become tokens below. Other columns with that rule, as our ids that a channel sends back, are judged.
                if check.severity == "fail" and (check != IS_TOKEN or to not in of_people):
                    breaks = check.breaking(read, of_row)
                    is_sure &= ~np.asarray(breaks) if breaks is not None else False
        for to, identity in of_people.items():
            values[to] = token_array(secret_of(self.key_file), identity, as_null(values[to], ~is_sure))
        if feed.web:
            values |= mined_columns(feed.web, values["host"], {name: as_null(raw[name], is_blank(raw[name])) for name in feed.web.fields})
        values["load_id"] = pa.repeat(pa.scalar(told.load_id), count)
        return pa.table([values[name] for name in self.schema.names], schema=self.schema), is_sure

    def _cells(self, field: Field, raw: "pa.Array", has_spaces: bool) -> "pa.Array":
        """Return the cells without spaces around them, blank for a text that means null."""
        import pyarrow as pa
        import pyarrow.compute as pc

        cells = pc.utf8_trim(raw, " ") if has_spaces else raw
        nulls = self.feed.nulls if field.nulls is None else field.nulls
        return pc.if_else(pc.is_in(cells, pa.array(nulls, pa.string())), "", cells) if nulls else cells

    def _are_forgotten(self, identity: str, read: "pa.Array", told: Told) -> np.ndarray:
        import pyarrow as pa

        if self.forgotten is None or identity not in kinds_of_people(self.feed):
            return np.zeros(len(read), bool)
        return np.asarray(self.forgotten.are_among(read, pa.scalar(told.data_date)))


def _batches(content: Iterable[bytes]) -> Iterator[bytes]:
    """Yield whole lines, without the last line feed of a batch."""
    kept: list[bytes] = []
    size = 0
    for block in content:
        kept.append(block)
        size += len(block)
        if size >= BATCH:
            whole, line_feed, rest = b"".join(kept).rpartition(b"\n")
            if line_feed:
                yield whole
            kept, size = [rest], len(rest)
    if text := b"".join(kept).removesuffix(b"\n"):
        yield text


def _bare(line: bytes) -> bytes:
    line = line.rstrip(ENDS)
    while line.startswith(BYTE_ORDER_MARK.encode()):
        line = line.removeprefix(BYTE_ORDER_MARK.encode())
    return line


def _is_plain_utf8(text: bytes) -> bool:
    """Whether text without control characters of one byte is UTF-8 without other odd characters."""
    signs = np.frombuffer(text + b"  ", np.uint8)
    begin = np.flatnonzero((signs == 0xC2) | (signs == 0xE2) | (signs == 0xEF))
    three = signs[begin].astype(np.uint32) << 16 | signs[begin + 1].astype(np.uint32) << 8 | signs[begin + 2]
    if np.isin(three, _ODD).any() or ((three >= 0xC28000) & (three < 0xC2A000)).any():
        return False
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
