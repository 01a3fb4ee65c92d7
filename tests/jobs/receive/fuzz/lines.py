"""What can happen to a line or a cell, and what becomes of it."""

from collections.abc import Callable
from random import Random

from expectations.checks import NOT_NULL
from expectations.feed import Feed, Field
from tests.jobs.receive.fuzz.sent import EITHER, ILLEGAL, LOADED, QUARANTINED, Change, Kind, Line, Sent

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
MARK = "a control character or a byte order mark in the text"


def kept(feed: Feed, *kinds: str) -> list[int]:
    """Places of the fields that fill a column, of these kinds of form or of any."""
    return [at for at, one in enumerate(feed.fields) if one.fills and (not kinds or one.form.kind in kinds)]


def is_required(feed: Feed, one: Field) -> bool:
    return any(NOT_NULL in feed.table.column(to).checks for to, _ in one.fills)


def of_line(change: Callable[[Random, Sent, str], list[str] | None], like: bool = False) -> Change:
    """A change of one line's text to one or more lines; None where the feed has no place for it."""

    def apply(chance: Random, sent: Sent) -> bool:
        at = chance.randrange(len(sent.lines))
        old = sent.lines[at]
        texts = change(chance, sent, old.text)
        if texts is None:
            return False
        sent.lines[at : at + 1] = [Line(text, old.like if like else None) for text in texts]
        return True

    return apply


def of_cell(places: Callable[[Feed], list[int]], change: Callable[[Random, str], str | None], like: bool = False) -> Change:
    """A change of one cell of one line."""

    def of_text(chance: Random, sent: Sent, text: str) -> list[str] | None:
        shipped = sent.shipped
        cells, found = shipped.cells(text), places(shipped.feed)
        if not found:
            return None
        at = chance.choice(found)
        new = change(chance, cells[at])
        if new is None or (shipped.feed.quote is None and shipped.feed.delimiter in new):
            return None
        cells[at] = new
        sent.changed = shipped.feed.fields[at].name
        return [shipped.line(cells)]

    return of_line(of_text, like)


def within(text: str) -> Callable[[Random, str], str | None]:
    """The text put inside a cell."""

    def put(chance: Random, cell: str) -> str | None:
        if len(cell) < 2:
            return None
        at = chance.randrange(1, len(cell))
        return cell[:at] + text + cell[at:]

    return put


def one_of(*texts: str) -> Callable[[Random, str], str | None]:
    return lambda chance, _: chance.choice(texts)


def some(*kinds: str) -> Callable[[Feed], list[int]]:
    return lambda feed: kept(feed, *kinds)


def dropped(feed: Feed) -> list[int]:
    """Places of the fields that nobody keeps."""
    used = {name for computed in feed.computed for name in computed.fields}
    return [at for at, one in enumerate(feed.fields) if not one.fills and not one.is_event_date and one.name not in used]


def required(feed: Feed) -> list[int]:
    return [at for at, one in enumerate(feed.fields) if is_required(feed, one) and not one.sentinels and not one.is_event_date]


def dated(feed: Feed) -> list[int]:
    return [at for at, one in enumerate(feed.fields) if one.is_event_date]


def plain_dates(feed: Feed) -> list[int]:
    return [at for at in kept(feed, "date", "year") if not feed.fields[at].is_event_date]


def a_column_more(chance: Random, sent: Sent, text: str) -> list[str] | None:
    return [text + sent.shipped.feed.delimiter]


def a_column_less(chance: Random, sent: Sent, text: str) -> list[str] | None:
    return [sent.shipped.line(sent.shipped.cells(text)[:-1])]


def a_delimiter_in_a_text(chance: Random, sent: Sent, text: str) -> list[str] | None:
    if sent.shipped.feed.quote is not None:
        return None
    at = chance.randrange(len(text) + 1)
    return [text[:at] + sent.shipped.feed.delimiter + text[at:]]


def a_quote_more(chance: Random, sent: Sent, text: str) -> list[str] | None:
    if sent.shipped.feed.quote is None:
        return None
    at = chance.randrange(len(text) + 1)
    return [text[:at] + sent.shipped.feed.quote + text[at:]]


def a_line_feed(chance: Random, sent: Sent, text: str) -> list[str] | None:
    feed = sent.shipped.feed
    if feed.quote is None:
        # At least one delimiter on either side: what is cut off the last cell alone leaves a whole row.
        first, last = text.index(feed.delimiter) + 1, text.rindex(feed.delimiter)
        at = chance.randrange(first, last + 1) if first <= last else None
        halves = None if at is None else [text[:at], text[at:]]
    else:
        cells = sent.shipped.cells(text)
        longer = [place for place, cell in enumerate(cells) if len(cell) > 1]
        place = chance.choice(longer)
        cells[place] = f"{cells[place][0]}\n{cells[place][1:]}"
        halves = sent.shipped.line(cells).split("\n")
    return halves if halves and all(half.strip(" \r\x1a") for half in halves) else None


def a_line_feed_less(chance: Random, sent: Sent) -> bool:
    if len(sent.lines) < 2:
        return False
    at = chance.randrange(len(sent.lines) - 1)
    sent.lines[at : at + 2] = [Line(sent.lines[at].text + sent.lines[at + 1].text)]
    return True


def a_byte_of_another_value(chance: Random, sent: Sent, text: str) -> list[str] | None:
    """A character for another of one byte, control characters among them; a line feed would be another kind."""
    at = chance.randrange(len(text))
    return [text[:at] + chr(chance.choice([byte for byte in range(128) if byte not in (0x02, 0x0A)])) + text[at + 1 :]]


def two_cells_swapped(chance: Random, sent: Sent, text: str) -> list[str] | None:
    cells = sent.shipped.cells(text)
    one, other = chance.sample(range(len(cells)), 2)
    cells[one], cells[other] = cells[other], cells[one]
    return [sent.shipped.line(cells)]


def a_cell_of_another_row(chance: Random, sent: Sent, text: str) -> list[str] | None:
    shipped = sent.shipped
    cells, others = shipped.cells(text), shipped.cells(chance.choice(shipped.lines))
    at = chance.choice(kept(shipped.feed))
    cells[at] = others[at]
    return [shipped.line(cells)]


def blank_lines(chance: Random, sent: Sent) -> bool:
    for _ in range(chance.randrange(1, 4)):
        sent.lines.insert(chance.randrange(len(sent.lines) + 1), Line(chance.choice(("", "\r", "  ", "\x1a")), no_row=True))
    return True


def a_line_twice(chance: Random, sent: Sent) -> bool:
    sent.lines.insert(chance.randrange(len(sent.lines) + 1), chance.choice(sent.lines))
    return True


def another_order(chance: Random, sent: Sent) -> bool:
    chance.shuffle(sent.lines)
    return True


def ending(end: str) -> Change:
    def apply(chance: Random, sent: Sent) -> bool:
        sent.end = end
        return True

    return apply


def _codes_as_shipped(chance: Random, cell: str) -> str:
    return f" {cell}   "


FIGURE = "{field}: expected a whole number"
AMOUNT = "{field}: expected an amount in yuan"
NARROW = ("1.0", "1e5", "12a", "0x1F", "1 2", "--1", "∞", "NaN", "1_000", "'1'", "１２３", "9" * 20, "9" * 400)
DATES = ("20260230", "20261301", "20260304 12", "2026-03-04", "２０２６０３０４", "00000000", "2026034", "today", "20260304000000")
TIMES = ("20260304250000", "99991231235959", "20260304", "19691231235959", "２０２６０３０４０９００００", "2026-03-04 09:00:00", "now")

# What happens to a line or a cell -> what becomes of the row, and the reason. Every other row of the file is loaded as unchanged.
LINES: dict[str, Kind] = {
    "nothing": Kind(LOADED, "", lambda chance, sent: True),
    "CR before the line feed": Kind(LOADED, "", of_line(lambda chance, sent, text: [text + "\r"], like=True)),
    "a byte order mark before the line": Kind(LOADED, "", of_line(lambda chance, sent, text: ["\ufeff" + text], like=True)),
    "spaces around a figure, code or date": Kind(
        LOADED, "", of_cell(some("integer", "yuan", "code", "flag", "date", "timestamp", "text"), _codes_as_shipped, like=True)
    ),
    "NUL and illegal bytes where nobody keeps the text": Kind(LOADED, "", of_cell(dropped, one_of(f"a\0{ILLEGAL}", ILLEGAL), like=True)),
    "a line twice": Kind(LOADED, "", a_line_twice),
    "blank lines": Kind(LOADED, "", blank_lines),
    "lines in another order": Kind(LOADED, "", another_order),
    "no line feed at the end": Kind(LOADED, "", ending("")),
    "Ctrl-Z at the end": Kind(LOADED, "", ending("\n\x1a")),
    "a column more": Kind(QUARANTINED, "expected {width} columns, got {more}", of_line(a_column_more)),
    "a column less": Kind(QUARANTINED, "expected {width} columns, got {less}", of_line(a_column_less)),
    "a delimiter in a text": Kind(QUARANTINED, "expected {width} columns, got {more}", of_line(a_delimiter_in_a_text)),
    "a quote more": Kind(QUARANTINED, "a quote is not closed on its line", of_line(a_quote_more)),
    "a line feed in a line": Kind(QUARANTINED, "(a quote is not closed on its line|expected {width} columns)", of_line(a_line_feed)),
    "a line feed less": Kind(QUARANTINED, "expected {width} columns, got {joined}", a_line_feed_less),
    "CR in a cell": Kind(QUARANTINED, "{field}: " + MARK, of_cell(kept, within("\r"))),
    "NUL in a cell": Kind(QUARANTINED, "{field}: " + MARK, of_cell(kept, within("\0"))),
    "a byte order mark in a cell": Kind(QUARANTINED, "{field}: " + MARK, of_cell(kept, within("\ufeff"))),
    "illegal bytes in a cell": Kind(QUARANTINED, "{field}: bytes that are not ", of_cell(kept, within(ILLEGAL))),
    "no whole number": Kind(QUARANTINED, FIGURE, of_cell(some("integer"), one_of(*NARROW))),
    "no amount": Kind(QUARANTINED, AMOUNT, of_cell(some("yuan"), one_of("1,234.00", "1e5", "¥1.20", "1.239", "１.２０", "9" * 20, "x"))),
    "no date": Kind(QUARANTINED, "{field}: expected a date", of_cell(plain_dates, one_of(*DATES))),
    "no time": Kind(QUARANTINED, "{field}: expected (a time|the data date)", of_cell(some("timestamp"), one_of(*TIMES))),
    "another day": Kind(
        QUARANTINED,
        "{field}: expected the data date",
        of_cell(dated, one_of("20260230", "２０２６０３０４", "2026-03-04", "20260101", "202501", "20250101090000", "")),
    ),
    "an unknown code": Kind(
        QUARANTINED, "{field}: expected (one of|1 or 0)", of_cell(some("code", "flag"), one_of("zz", "-1", "１", "10 0"))
    ),
    "no identifier": Kind(
        QUARANTINED, "{field}: expected ", of_cell(some("token"), one_of("none", "8000-0000", "１２９００００００１７", "5", "-1"))
    ),
    "spaces around an identifier": Kind(
        QUARANTINED, "{field}: expected ", of_cell(some("token"), lambda _, cell: f" {cell}" if cell else None)
    ),
    "a blank where a value must be": Kind(QUARANTINED, "{field}: expected ", of_cell(required, one_of("", "  "))),
    "a byte of another value": Kind(EITHER, "", of_line(a_byte_of_another_value)),
    "two cells swapped": Kind(EITHER, "", of_line(two_cells_swapped)),
    "a cell of another row": Kind(EITHER, "", of_line(a_cell_of_another_row)),
    "a figure below zero or too large": Kind(EITHER, "", of_cell(some("integer"), one_of("-1", "-999", "2147483648", "9" * 18))),
    "any text in a cell": Kind(
        EITHER, "", of_cell(kept, one_of("\\N", "-", "NULL", "'; --", "\\", "a\\", "流量😀", "%s", "9999-12-31", "x" * 3000))
    ),
}
