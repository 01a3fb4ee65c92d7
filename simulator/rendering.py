"""Rendering: from values to lines of text, in the form that a feed declares."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from expectations.feed import Feed, Field
from expectations.forms import Form

_QUOTED = ("text", "token", "prefix", "host", "set")


def coded(positions: np.ndarray, names: tuple[str, ...]) -> pa.Array:
    """Return names by position; a negative position is null.

    It stays dictionary-encoded, so long columns of few values need little memory.
    """
    return pa.DictionaryArray.from_arrays(pa.array(positions.astype(np.int32), mask=positions < 0), pa.array(names, pa.string()))


def header_of(feed: Feed) -> str:
    """Return the header line, or nothing if the feed has none."""
    return feed.delimiter.join(field.name for field in feed.fields) + "\n" if feed.header else ""


def lines(feed: Feed, values: Mapping[str, Any]) -> pa.Array:
    """Return one line of text per row, with its line feed; `values` are by file column (fen, dates, meanings of codes)."""
    texts = [_quote(feed, field, text_of(field.form, values[field.name])) for field in feed.fields]
    joined = pc.binary_join_element_wise(*texts, feed.delimiter, null_handling="replace", null_replacement="")
    return pc.binary_join_element_wise(joined, "", "\n")


def _quote(feed: Feed, field: Field, text: pa.Array) -> pa.Array:
    if feed.quote is None or field.form.kind not in _QUOTED:
        return text
    doubled = pc.replace_substring(text, feed.quote, feed.quote * 2)
    return pc.binary_join_element_wise(feed.quote, doubled, feed.quote, "")


def text_of(form: Form, values: Any) -> pa.Array:
    """Return a column in the form that the feed declares; null if the value is null."""
    array = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values)
    if form.kind == "code":
        return _recoded(array, {name: came for came, name in form.codes})
    if form.kind == "flag":
        return pc.if_else(array, "1", "0")
    if form.kind == "set":
        return pc.binary_join(array, ";")
    if form.kind == "yuan":
        return _yuan(array)
    if form.kind in ("date", "year"):
        return _digits(array, lambda day: _day_digits(day.astype("datetime64[D]")), 8)
    if form.kind == "month":
        return _digits(array, lambda day: _day_digits(day.astype("datetime64[D]")) // 100, 6)
    if form.kind == "timestamp":
        return _digits(array, _second_digits, 14)
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else pc.cast(array, pa.string())


def _recoded(array: pa.Array, codes: dict[str, str]) -> pa.Array:
    encoded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    dictionary = pa.array([codes[name] for name in encoded.dictionary.to_pylist()], pa.string())
    return pa.DictionaryArray.from_arrays(encoded.indices, dictionary).dictionary_decode()


def _yuan(fen: pa.Array) -> pa.Array:
    whole = pc.divide(fen, 100)
    cents = pa.array([f"{cent:02d}" for cent in range(100)]).take(pc.subtract(fen, pc.multiply(whole, 100)))
    return pc.binary_join_element_wise(pc.cast(whole, pa.string()), cents, ".")


def _digits(array: pa.Array, digits: Any, width: int) -> pa.Array:
    moments = array.to_numpy(zero_copy_only=False)
    missing = np.isnat(moments)
    # An early day replaces null, so that the arithmetic has years of four digits everywhere.
    numbers = digits(np.where(missing, np.datetime64("1970-01-01"), moments))
    return pc.utf8_lpad(pc.cast(pa.array(numbers, mask=missing), pa.string()), width, "0")


def _day_digits(day: np.ndarray) -> np.ndarray:
    month = day.astype("datetime64[M]").astype(np.int64)
    in_month = (day - day.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
    return (1970 + month // 12) * 10_000 + (month % 12 + 1) * 100 + in_month


def _second_digits(moment: np.ndarray) -> np.ndarray:
    day = moment.astype("datetime64[D]")
    second = (moment.astype("datetime64[s]") - day.astype("datetime64[s]")).astype(np.int64)
    return _day_digits(day) * 1_000_000 + second // 3600 * 10_000 + second // 60 % 60 * 100 + second % 60
