"""Cells in their plainest form, read by Arrow: a whole number is only digits, a date eight of them.

A cell that is not plain is not wrong: Spark reads its line (cells.py). So what is read here must be what Spark would read, and
tests/jobs/receive/test_plain.py compares the two.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from expectations.forms import DATE, FLAG, INTEGER, SMALL, TEXT, TIMESTAMP, YUAN, Form, code, token
from expectations.web_forms import AGENT, HOST, OF_A_PERSON, PLAIN_HOST, PLAIN_OTHER, without_numbers

if TYPE_CHECKING:
    import pyarrow as pa

# The values of cells, and which of them are certain. A blank cell is certain, and null.
Values = tuple["pa.Array", np.ndarray]
# From cells without nulls (blank for no value).
Reader = Callable[["pa.Array"], Values]

# Shanghai's clocks have not been changed since.
_FIRST_YEAR, _LAST_YEAR = 1992, 2099
_ZONE_SECONDS = 8 * 3600
_CONSTANT = re.compile("'([a-z_0-9]+)'")
_AMOUNT = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,2}))?", re.ASCII)
# identity -> (least digits, most digits, how it begins), as in expectations/forms.py.
_IDENTIFIERS = {"user": (6, 20, b""), "number": (11, 11, b"1"), "imei": (14, 16, b"")}


def reader_of(form: Form) -> Reader | None:
    """Return what reads plain cells of a form; None if only Spark reads it. An identifier stays as it is.

    Forms are compared as a whole: an operator's own form may have the kind of a shipped one.
    """
    if form.identity:
        known = form.identity in _IDENTIFIERS and form == token(form.identity)
        return _identifiers(*_IDENTIFIERS[form.identity]) if known else None
    if form.codes and form.kind == "code" and form == code(**{name: came for came, name in form.codes}):
        return _codes(dict(form.codes))
    if constant := _CONSTANT.fullmatch(form.sql):
        return _constant(constant[1])
    readers: dict[Form, Reader] = {TEXT: _texts, INTEGER: _whole_numbers(18), SMALL: _whole_numbers(9), DATE: _dates, YUAN: _amounts}
    readers |= {FLAG: _codes({"1": True, "0": False}), TIMESTAMP: _times, HOST: _hosts, AGENT: _agents}
    return readers.get(form)


def day_of(form: Form, values: "pa.Array") -> np.ndarray:
    """Return the day of each value of an event date's form, as numpy counts days; NaT for null."""
    import pyarrow.compute as pc

    if form == TIMESTAMP:
        values = pc.add(values, np.timedelta64(_ZONE_SECONDS, "s"))
    return np.asarray(values.to_numpy(zero_copy_only=False)).astype("datetime64[D]")


def of_each(cells: "pa.Array", read: Callable[[str], Any], kind: "pa.DataType") -> "pa.Array":
    """Return what `read` makes of each cell; a text is read once."""
    import pyarrow as pa

    encoded = cells.dictionary_encode()
    return pa.array([read(text) for text in encoded.dictionary.to_pylist()], kind).take(encoded.indices)


def as_null(cells: "pa.Array", is_null: np.ndarray) -> "pa.Array":
    """Return the cells with null in some places."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(pa.array(is_null), pa.scalar(None, cells.type), cells) if is_null.any() else cells


def is_blank(cells: "pa.Array") -> np.ndarray:
    """Return which cells have no text."""
    return _lengths(cells) == 0


def has_outer_spaces(cells: "pa.Array") -> bool:
    """Whether a cell begins or ends with a space."""
    offsets, lengths = _offsets(cells), _lengths(cells)
    if not len(cells) or offsets[-1] == offsets[0]:
        return False
    text, begin, end = np.frombuffer(cells.buffers()[2], np.uint8), offsets[:-1][lengths > 0], offsets[1:][lengths > 0]
    return bool((text[begin] == ord(" ")).any() or (text[end - 1] == ord(" ")).any())


def _offsets(cells: "pa.Array") -> np.ndarray:
    return np.frombuffer(cells.buffers()[1], np.int32)[cells.offset : cells.offset + len(cells) + 1]


def _lengths(cells: "pa.Array") -> np.ndarray:
    return np.diff(_offsets(cells)) if len(cells) else np.zeros(0, np.int32)


def _are_digits(cells: "pa.Array", least: int, most: int, begin: bytes = b"") -> np.ndarray:
    """Return which cells have only digits, from `least` to `most`, and this first byte."""
    if not len(cells):
        return np.zeros(0, bool)
    offsets, lengths = _offsets(cells), _lengths(cells)
    fits = (lengths >= least) & (lengths <= most)
    if not (buffer := cells.buffers()[2]) or offsets[-1] == offsets[0]:
        return fits
    text = np.frombuffer(buffer, np.uint8)[offsets[0] : offsets[-1]]
    other = np.flatnonzero((text - np.uint8(ord("0"))) > 9)
    if len(other):
        fits[np.searchsorted(offsets, other + offsets[0], side="right") - 1] = False
    if begin:
        fits[fits] = text[offsets[:-1][fits] - offsets[0]] == begin[0]
    return fits


def _texts(cells: "pa.Array") -> Values:
    return as_null(cells, is_blank(cells)), np.ones(len(cells), bool)


def _constant(text: str) -> Reader:
    import pyarrow as pa

    return lambda cells: (pa.repeat(pa.scalar(text), len(cells)), np.ones(len(cells), bool))


def _whole_numbers(most_digits: int) -> Reader:
    import pyarrow as pa

    kind = pa.int64() if most_digits > 9 else pa.int32()

    def read(cells: "pa.Array") -> Values:
        fits = _are_digits(cells, 1, most_digits)
        return as_null(cells, ~fits).cast(kind), fits | is_blank(cells)

    return read


def _identifiers(least: int, most: int, begin: bytes) -> Reader:
    def read(cells: "pa.Array") -> Values:
        fits = _are_digits(cells, least, most, begin)
        return as_null(cells, ~fits), fits | is_blank(cells)

    return read


def _codes(meaning: dict[str, Any]) -> Reader:
    import pyarrow as pa
    import pyarrow.compute as pc

    texts, meant = pa.array(list(meaning)), pa.array(list(meaning.values()))

    def read(cells: "pa.Array") -> Values:
        found = pc.index_in(cells, texts)
        return meant.take(found), np.asarray(found.is_valid()) | is_blank(cells)

    return read


def _amounts(cells: "pa.Array") -> Values:
    import pyarrow as pa

    def fen(text: str) -> int | None:
        found = _AMOUNT.fullmatch(text)
        return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else None

    values = of_each(cells, fen, pa.int64())
    return values, np.asarray(values.is_valid()) | is_blank(cells)


def _days(year: np.ndarray, month: np.ndarray, day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return days since 1970, and which of these dates exist."""
    fits = (year >= _FIRST_YEAR) & (year <= _LAST_YEAR) & (month >= 1) & (month <= 12) & (day >= 1)
    months = np.where(fits, (year - 1970) * 12 + month - 1, 0)
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    following = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return first + day - 1, fits & (first + day - 1 < following)


def _figures(cells: "pa.Array", fits: np.ndarray) -> np.ndarray:
    """Return the cells with digits as numbers, 0 for the others."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return np.asarray(pc.fill_null(as_null(cells, ~fits).cast(pa.int64()), 0))


def _dates(cells: "pa.Array") -> Values:
    import pyarrow as pa

    fits = _are_digits(cells, 8, 8)
    figures = _figures(cells, fits)
    days, there = _days(figures // 10000, figures // 100 % 100, figures % 100)
    return pa.array(days.astype(np.int32), mask=~(fits & there)).cast(pa.date32()), (fits & there) | is_blank(cells)


def _times(cells: "pa.Array") -> Values:
    import pyarrow as pa

    fits = _are_digits(cells, 14, 14)
    date_part, clock = np.divmod(_figures(cells, fits), 10**6)
    days, there = _days(date_part // 10000, date_part // 100 % 100, date_part % 100)
    hour, minute, second = clock // 10000, clock // 100 % 100, clock % 100
    fits &= there & (hour < 24) & (minute < 60) & (second < 60)
    seconds = days * 86400 + hour * 3600 + minute * 60 + second - _ZONE_SECONDS
    values = pa.array(seconds * 10**6, mask=~fits).cast(pa.timestamp("us", "UTC"))
    return values, fits | is_blank(cells)


def _hosts(cells: "pa.Array") -> Values:
    import pyarrow as pa
    import pyarrow.compute as pc

    named = pc.struct_field(pc.extract_regex(cells, PLAIN_HOST.replace("(", "(?P<host>", 1)), "host")
    if named.null_count:
        others = pc.struct_field(pc.extract_regex(cells.filter(named.is_null()), PLAIN_OTHER.replace("(", "(?P<host>", 1)), "host")
        named = pc.replace_with_mask(named, named.is_null(), others)
    hosts = of_each(named, lambda host: host and re.sub(OF_A_PERSON, "0", host.lower()), pa.string())
    return hosts, np.asarray(hosts.is_valid()) | is_blank(cells)


def _agents(cells: "pa.Array") -> Values:
    import pyarrow as pa

    # Blank cells are null, and so is an agent of which nothing is left to Spark: it may be an empty text.
    agents = of_each(cells, lambda agent: without_numbers(agent) or None, pa.string())
    return agents, np.asarray(agents.is_valid()) | is_blank(cells)
